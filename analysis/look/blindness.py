"""Blindness: stretches in which the model calls the empty background a fish.

Whatever swims there, the model says "fish". A person may see as much as ever; the
effort of these minutes is without power for the model, and the tables say so.
"""

from __future__ import annotations

from analysis.look.recent import LAST, Recent
from analysis.models import Detector

_STRETCH = LAST  # ticks


class Blindness:
    """Counts the frames of such stretches; only of detectors that judge whole frames.

    Args:
        detector: is asked about the background of each stretch in which it called a
            frame a target.
        threshold: a score above it is a target.
    """

    def __init__(self, detector: Detector, threshold: float) -> None:
        self._detector, self._threshold = detector, threshold
        self._ticks = self._visible = 0
        self._is_called = False
        self.frames = 0

    def feed(
        self, recent: Recent, *, is_tick: bool, is_visible: bool, is_called: bool
    ) -> None:
        """Take the next frame."""
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
                self.frames += self._visible
        self._ticks = self._visible = 0
        self._is_called = False
