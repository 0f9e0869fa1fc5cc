"""Limits how long a call into a camera library may take, because it may hang."""

from __future__ import annotations

import contextlib
import threading
from typing import Any, Callable, Optional

from capture.cameras import CameraError, CameraStuck
from weir import ConfigError

CLOSE_DEADLINE_S = 10.0


def within(seconds: float, call: Callable[[], object], what: str) -> None:
    """Run a call in a separate thread and give up on it if it takes too long.

    Raises:
        CameraStuck: the call did not return in time.
        CameraError: the call raised an error other than a ConfigError.
        ConfigError: the call raised it.
    """
    raised: list[BaseException] = []

    def run() -> None:
        try:
            call()
        except BaseException as exc:  # noqa: BLE001 - handed to the owner
            raised.append(exc)

    # A daemon thread, so that a call that hangs in the driver does not keep the
    # process from ending.
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
    """Opens a library's camera, and closes it again if a step fails.

    A library reserves the camera at an early step of opening it. If the camera stayed
    half open, it would be busy at every later attempt.

    Attributes:
        camera: the library's object, or None before it exists.
    """

    def __init__(self) -> None:
        self.camera: Any = None
        self._lock = threading.Lock()
        self._done = self._left = False

    def run(self, seconds: float, steps: Callable[[Opening], None], what: str) -> Any:
        """Open the camera.

        Args:
            seconds: how long the owner waits. A camera that comes later is closed.
            steps: sets ``camera``, then does the rest of the opening.
            what: names the call in errors.

        Returns:
            The library's camera, open.

        Raises:
            CameraStuck: the steps did not return in time. If they hang, only a new
                process can use the camera.
            CameraError, ConfigError: a step raised it.
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
        """Record that the camera is open.

        Returns:
            True if the owner still waits for the camera.
        """
        with self._lock:
            self._done = True
            return not self._left

    def _leave(self) -> bool:
        """Record that the owner no longer waits.

        Returns:
            True if the camera was opened just before that.
        """
        with self._lock:
            self._left = True
            return self._done

    def _close(self) -> None:
        camera: Optional[Any] = self.camera
        if camera is not None:
            with contextlib.suppress(Exception):  # any part may be missing
                camera.close()
