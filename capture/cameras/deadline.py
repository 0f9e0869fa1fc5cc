"""Calls into a camera library that may never come back."""

from __future__ import annotations

import threading
from typing import Callable

from capture.cameras import CameraError

CLOSE_DEADLINE_S = 10.0


def within(seconds: float, call: Callable[[], object], what: str) -> None:
    """Make a call in a thread of its own; go on without it when it takes too long.

    Raises:
        CameraError: it is not back, or what it raised.
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
        raise CameraError(f"{what}: not done after {seconds:g} s")
    if raised:
        raise CameraError(f"{what}: {raised[0]!r}") from raised[0]
