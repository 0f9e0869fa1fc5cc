"""Blindness: stretches in which the model calls the empty background a fish.

Whatever swims there, the model says "fish". A person may see as much as ever; the
effort of these minutes is without power for the model, and the tables say so. A fish
that stays is part of that background, which then is not empty: where the model says it
of what moved, it is not blind.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Optional

from analysis.look.judgement import needs_what_moved
from analysis.look.recent import LAST, Recent
from analysis.models import Detector
from analysis.values.seen import Encounter

_STRETCH = LAST  # ticks
_FILLS = 3  # a fish in one of so many frames may be part of their background


class Blindness:
    """Counts the frames of such stretches; only of detectors that judge whole frames.

    Args:
        detector: is asked about the background of each stretch in which it called a
            frame a target.
        threshold: a score above it is a target.
    """

    def __init__(self, detector: Detector, threshold: float) -> None:
        self._detector, self._threshold = detector, threshold
        self._ticks = self._visible = self._first = self._next = 0
        self._is_called = False
        self._blind: list[tuple[range, int]] = []

    def feed(
        self, recent: Recent, *, is_tick: bool, is_visible: bool, is_called: bool
    ) -> None:
        """Take the next frame."""
        self._next += 1
        self._visible += is_visible
        self._is_called |= is_called
        self._ticks += is_tick
        if self._ticks >= _STRETCH:
            self.finish(recent)

    def finish(self, recent: Recent) -> None:
        """End a stretch; call this at the end of the clip too."""
        if self._is_called and self._visible and self._detector.whole_frame:
            background = recent.last(_STRETCH)
            if self._detector.score(background.input()) > self._threshold:
                self._blind.append((range(self._first, self._next), self._visible))
        self._ticks = self._visible = 0
        self._first, self._is_called = self._next, False

    def frames(self, encounters: Iterable[Encounter]) -> Optional[int]:
        """Return in how many frames a fish could be seen, but not told.

        Args:
            encounters: those of the clip, measured.

        Returns:
            None where the detector finds boxes, and was not asked.
        """
        if not self._detector.whole_frame:
            return None
        told = [
            range(each.first_frame, each.last_frame + 1)
            for each in encounters
            if needs_what_moved(each)
        ]
        return sum(
            visible
            for stretch, visible in self._blind
            if _FILLS * sum(_both(stretch, each) for each in told) < len(stretch)
        )


def _both(one: range, other: range) -> int:
    """Return how many frames two stretches have in common."""
    return max(0, min(one.stop, other.stop) - max(one.start, other.start))
