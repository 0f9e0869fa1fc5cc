"""The counterfactual: the model is asked about the same water without what moved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional

from analysis.frames.frames import Frame
from analysis.frames.halving import Image, grey_of
from analysis.look.judgement import GAIN, CloseUp
from analysis.look.moved.outline import Outline, outline
from analysis.look.moved.peaks import Peak
from analysis.look.recent import Surroundings
from analysis.look.water import HEIGHT, WIDTH
from analysis.models import Detector
from analysis.values.seen import Box

_SQUARE = 2.2  # times the blob's longer side
_LEAST, _MOST = 140, 300  # pixels of a frame of 720 x 480
_USUAL_PIXELS = 720 * 480
_MARGIN = 80
_AROUND = 2  # spots around a blob are put into empty water with it


@dataclass(frozen=True)
class Spot:
    """A place in a picture at which something moved, and the water around it then.

    Attributes:
        picture: (height, width, 3) uint8 BGR.
        around: the pictures from before and after it.
        peak: where it moved.
        others: what else moved there, the strongest first.
    """

    picture: Image
    around: Surroundings
    peak: Peak
    others: tuple[Peak, ...] = ()

    @property
    def scale(self) -> float:
        """How large the picture is, compared with one of 720 x 480."""
        height, width = self.picture.shape[:2]
        return float((height * width / _USUAL_PIXELS) ** 0.5)

    @property
    def middle(self) -> tuple[int, int]:
        """The spot's column and row in the picture."""
        height, width = self.picture.shape[:2]
        x, y = self.peak.spot
        return int((x + 0.5) * width / WIDTH), int((y + 0.5) * height / HEIGHT)

    def side(self) -> int:
        """Return the side of the square to look at, in pixels of the picture."""
        height, width = self.picture.shape[:2]
        *_, wide, high = self.peak.blob
        longer = max(wide * width / WIDTH, high * height / HEIGHT)
        least, most = _LEAST * self.scale, _MOST * self.scale
        return int(min(max(_SQUARE * longer, least), most, height, width))

    def cut(self, wide: int, high: int) -> tuple[slice, slice]:
        """Return the rows and columns around the spot, within the picture."""
        height, width = self.picture.shape[:2]
        x, y = self.middle
        wide, high = min(wide, width), min(high, height)
        left = min(max(0, x - wide // 2), width - wide)
        top = min(max(0, y - high // 2), height - high)
        return slice(top, top + high), slice(left, left + wide)

    def only(self, peak: Peak, empty: Image) -> Image:
        """Return water in which nothing moves but a peak.

        Args:
            peak: the spot's, or one of the others.
            empty: the background of the whole picture.
        """
        height, width = self.picture.shape[:2]
        x, y, wide, high = peak.blob
        left, right = max(0, x - _AROUND), x + wide + _AROUND
        top, bottom = max(0, y - _AROUND), y + high + _AROUND
        rows = slice(top * height // HEIGHT, bottom * height // HEIGHT)
        columns = slice(left * width // WIDTH, right * width // WIDTH)
        made = empty.copy()
        made[rows, columns] = self.picture[rows, columns]
        return made


class Counterfactual:
    """Asks the detector about water without what moved."""

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    def empty(self, around: Surroundings, box: Optional[Box] = None) -> float:
        """Return the score of the background; in a box, for a box detector."""
        return self._detector.score(around.input(), box)

    def gain(self, spot: Spot) -> float:
        """Return what the score of a whole frame loses without what moved.

        Both are made small exactly, so that nothing else tells them apart.
        """
        height, width = spot.picture.shape[:2]
        x, y, wide, high = self._detector.field((width, height))
        return self._gain(spot, slice(y, y + high), slice(x, x + wide))

    def meant(self, spot: Spot) -> Optional[Spot]:
        """Return the spot that the model means; None if that is not found.

        Weed may stand out further than a fish. So each of what moved is put alone into
        the empty water. It is looked for elsewhere only where the strongest makes no
        fish of it, and found only where another does.

        Args:
            spot: what moved.
        """
        height, width = spot.picture.shape[:2]
        x, y, wide, high = self._detector.field((width, height))
        field = slice(y, y + high), slice(x, x + wide)
        empty = spot.around.picture(slice(height), slice(width), spot.picture)
        nothing = self._score(empty[field])

        def gain(peak: Peak) -> float:
            return self._score(spot.only(peak, empty)[field]) - nothing

        if gain(spot.peak) >= GAIN:
            return spot
        gains = [(gain(peak), peak) for peak in spot.others]
        gained, best = max(gains, key=lambda each: each[0], default=(0.0, spot.peak))
        return replace(spot, peak=best, others=()) if gained >= GAIN else None

    def close_up(self, spot: Spot) -> tuple[CloseUp, Outline]:
        """Look closely at what moved.

        Returns:
            The measures, and the outline of what differs.
        """
        side = spot.side()
        height, width = spot.picture.shape[:2]
        *_, wide, high = self._detector.field((width, height))
        near = spot.cut(round(side * max(1.0, wide / high)), side)
        margin = side + 2 * int(_MARGIN * spot.scale)
        rows, columns = spot.cut(margin, margin)
        found = outline(
            grey_of(spot.picture[rows, columns]),
            spot.around.grey(rows, columns, spot.picture),
            spot.middle,
            (columns.start, rows.start),
            spot.scale,
        )
        return CloseUp(self._gain(spot, *near), found.elongation), found

    def _gain(self, spot: Spot, rows: slice, columns: slice) -> float:
        """Return how much higher a part of the picture scores than its background."""
        empty = spot.around.picture(rows, columns, spot.picture)
        return self._score(spot.picture[rows, columns]) - self._score(empty)

    def _score(self, picture: Image) -> float:
        exact = self._detector.prepare_exactly(Frame(0, picture))
        return self._detector.score(exact)
