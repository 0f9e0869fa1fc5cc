"""Spacing: which frames are due, where only so many a second are looked at."""

from __future__ import annotations

from math import floor
from typing import Callable, Optional

TimeOf = Callable[[int], float]
"""Returns when a frame is shown, in milliseconds from the clip's first frame."""

_EARLY, _EARLY_MS = 0.02, 5.0
"""A frame may come so early, in shares of a piece and at most in milliseconds: times
are rounded, and no camera makes exactly what it was asked for."""


class Spacing:
    """Cuts a clip's time into equal pieces; the first frame of each one is due.

    So frames are looked at evenly by their own times, also where these are uneven, and
    every frame where there are fewer a second.

    Args:
        a_second: how many pieces a second has.
        time_of: says when a frame is shown.
    """

    def __init__(self, a_second: float, time_of: TimeOf) -> None:
        self._piece_ms, self._time_of = 1000 / a_second, time_of
        self._early_ms = min(_EARLY * self._piece_ms, _EARLY_MS)
        self._last: Optional[int] = None

    def is_due(self, index: int) -> bool:
        """Whether the next frame is due; call it once for each frame."""
        piece = floor((self._time_of(index) + self._early_ms) / self._piece_ms)
        is_due = piece != self._last
        self._last = piece
        return is_due
