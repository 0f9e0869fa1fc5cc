"""Decides how long to wait after a failure, and when to give up."""

from __future__ import annotations

from capture.cameras import CameraError
from weir.effort import CAMERA

RETRY_S = 2.0
"""How long after a failure of the drive it is tried again."""

_FIRST_PAUSE_S, _LONGEST_PAUSE_S, _MOST_FAILURES = 5.0, 300.0, 6


class Patience:
    """The patience of one daemon, which shrinks with each camera failure in a row."""

    def __init__(self) -> None:
        self._failures = 0

    def pause_s(self, reason: str) -> float:
        """Return the seconds to wait after a clip; 0 if it was filmed to its end.

        Args:
            reason: why it was not, in the ledger's words; else empty.

        Raises:
            CameraError: the camera failed many times in a row.
        """
        self._failures = self._failures + 1 if reason == CAMERA else 0
        if self._failures >= _MOST_FAILURES:
            raise CameraError(f"the camera failed {self._failures} times in a row")
        if reason == CAMERA:
            return min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0**self._failures)
        return RETRY_S if reason else 0.0
