"""The whole clip's background, which holds no fish that stayed for part of it only."""

from __future__ import annotations

from functools import cached_property
from typing import Optional

from analysis.look.moved.background import USUAL_OF_CLIP, Background, backgrounds
from analysis.look.moved.evenly import Evenly
from analysis.look.moved.flat import Flat
from analysis.look.moved.peaks import find_unique
from analysis.look.recent import background_of
from analysis.models import Detector, Prepared
from analysis.values.seen import Box, Rect


class WholeClip:
    """The background of a whole clip, from a bounded number of samples.

    Args:
        detector: is asked about it.
    """

    def __init__(self, detector: Detector) -> None:
        self._detector = detector
        self._samples: Evenly[tuple[Flat, Prepared]] = Evenly()

    def offer(self, picture: Flat, prepared: Prepared) -> None:
        """Take the picture of the next tick."""
        self._samples.offer((picture, prepared))

    def uniqueness(self, picture: Flat, part: Rect) -> float:
        """Measure how unique something is in a part of a frame; ask this at the end."""
        return find_unique(self._background.stands_out(picture), part).uniqueness

    def empty(self, box: Optional[Box] = None) -> float:
        """Return the score of the background; in a box, for a box detector."""
        if box is None:
            return self._score
        return self._detector.score(self._input, box)

    @cached_property
    def _score(self) -> float:
        return self._detector.score(self._input)

    @cached_property
    def _background(self) -> Background:
        flats = [flat for flat, _ in self._samples.samples]
        (background,) = backgrounds([flats], USUAL_OF_CLIP)
        return background

    @cached_property
    def _input(self) -> Prepared:
        return background_of(prepared for _, prepared in self._samples.samples)
