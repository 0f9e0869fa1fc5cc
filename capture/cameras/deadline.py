"""Calls into a camera library that may never come back."""

from __future__ import annotations

import contextlib
import threading
from typing import Any, Callable, Optional

from capture.cameras import CameraError, CameraStuck
from weir import ConfigError

CLOSE_DEADLINE_S = 10.0


def within(seconds: float, call: Callable[[], object], what: str) -> None:
    """Make a call in a thread of its own; go on without it when it takes too long.

    Raises:
        CameraStuck: it is not back.
        CameraError: what it raised; a ConfigError stays one.
    """
    raised: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as exc:  # noqa: BLE001 - handed to the owner
            raised.append(exc)

    # A daemon thread: one that hangs in the driver must not hold up the process's end.
    thread = threading.Thread(target=run, name=what, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise CameraStuck(f"{what}: not done after {seconds:g} s")
    if raised and isinstance(raised[0], (CameraError, ConfigError)):
        raise raised[0]
    if raised:
        raise CameraError(f"{what}: {raised[0]!r}") from raised[0]


class Opening:
    """A library's camera while it is being opened; closed again unless that succeeds.

    A library keeps a camera for this process from an early step of the opening on. Left
    like that it would be busy at every later attempt.

    Attributes:
        camera: the library's object; set as soon as there is one.
    """

    def __init__(self) -> None:
        self.camera: Any = None
        self._lock = threading.Lock()
        self._done = self._left = False

    def run(self, seconds: float, steps: Callable[[Opening], None], what: str) -> Any:
        """Open the camera.

        Args:
            seconds: how long the owner waits. One that comes later is closed.
            steps: sets ``camera``, then does what else belongs to the opening.

        Returns:
            The library's camera, open.

        Raises:
            CameraStuck: the steps are not back; where they hang, only a new process
                can use the camera.
            CameraError, ConfigError: what a step raised.
        """
        try:
            within(seconds, lambda: self._take(steps), what)
        except BaseException:
            if self._leave():
                self._close()
            raise
        return self.camera

    def _take(self, steps: Callable[[Opening], None]) -> None:
        try:
            steps(self)
        except BaseException:
            self._close()
            raise
        if not self._finish():
            self._close()

    def _finish(self) -> bool:
        """Whether the owner is still there to take the camera."""
        with self._lock:
            self._done = True
            return not self._left

    def _leave(self) -> bool:
        """Whether the camera came in the very moment in which its owner left."""
        with self._lock:
            self._left = True
            return self._done

    def _close(self) -> None:
        camera: Optional[Any] = self.camera
        if camera is not None:
            with contextlib.suppress(Exception):  # half open, it may miss anything
                camera.close()
