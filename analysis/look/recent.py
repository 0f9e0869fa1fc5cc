"""The recent pictures of a clip, from which a background picture is made.

One a tick is kept: the frame, halved until it is small enough, and the detector's input
that was made of it. Memory is bounded, however long the clip is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from analysis.frames.frames import Frame
from analysis.frames.halving import Image, grey_of, half
from analysis.look.moved.background import Background, backgrounds
from analysis.look.moved.flat import flats
from analysis.look.moved.gauge import AROUND, LAG
from analysis.look.moved.ranks import median
from analysis.look.water import HEIGHT, WIDTH
from analysis.models import Prepared

_BESIDE = (-20, -16, -12, -9, -6, -3, 3, 6, 9, 12, 16, 20)
"""The ticks, from a frame, whose median is its background."""

LAST = 2 * AROUND
"""So many ticks of the past can always be asked for."""

_MOST_PIXELS = 640_000
_KEPT = AROUND + LAG + 3
_NEXT_TO = 3  # ticks; so near to a called one the fish may be there, unseen
_CALM, _EVERY = 6, 3  # pictures, and the ticks between them


@dataclass(frozen=True)
class Sample:
    """One picture of the clip.

    Attributes:
        frame: its index.
        picture: (height, width, 3) uint8 BGR, at most 640,000 pixels.
        prepared: the detector's input.
        is_called: whether the model sees a fish in it.
    """

    frame: int
    picture: Image
    prepared: Prepared
    is_called: bool = False


@dataclass(frozen=True)
class Surroundings:
    """The pictures from before and after a frame."""

    beside: tuple[Sample, ...]

    def input(self) -> Prepared:
        """Return the background as the detector's input."""
        return background_of([sample.prepared for sample in self.beside])

    def outside(self, first: int, last: int) -> tuple[Sample, ...]:
        """Return the pictures that are not of a stretch of frames."""
        return tuple(s for s in self.beside if not first <= s.frame <= last)

    def picture(self, rows: slice, columns: slice, like: Image) -> Image:
        """Return a part of the background.

        Args:
            rows, columns: the part.
            like: a picture; those of other sizes are left out, but for those that are
                halved to its size.
        """
        return median(self._parts(rows, columns, like))

    def background(self) -> Background:
        """Return what the water looks like in them, and how it varies."""
        greys = (Frame(0, each.picture).grey(WIDTH, HEIGHT) for each in self.beside)
        (background,) = backgrounds([flats(list(greys))])
        return background

    def grey(self, rows: slice, columns: slice, like: Image) -> Image:
        """Return the brightness of a part of the background, for a third of the work.

        Args:
            rows, columns, like: as of ``picture``.
        """
        return median([grey_of(part) for part in self._parts(rows, columns, like)])

    def _parts(self, rows: slice, columns: slice, like: Image) -> list[Image]:
        pictures = (_halved_to(like, sample.picture) for sample in self.beside)
        alike = [picture for picture in pictures if picture.shape == like.shape]
        return [picture[rows, columns] for picture in alike or [like]]


class Recent:
    """Keeps the pictures of the last ticks."""

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque(maxlen=_KEPT)
        self._calm: deque[Sample] = deque(maxlen=_CALM)
        self._calm_ticks = 0

    def add(self, frame: Frame, prepared: Prepared, *, is_called: bool = False) -> None:
        """Take the picture of the next tick.

        Args:
            frame: its frame.
            prepared: what the detector looked at.
            is_called: whether it sees a fish there.
        """
        picture = small_picture(frame)
        self._samples.append(Sample(frame.index, picture, prepared, is_called))
        latest = list(self._samples)[-2 * _NEXT_TO - 1 :]
        if len(latest) > _NEXT_TO and not any(each.is_called for each in latest):
            if self._calm_ticks % _EVERY == 0:
                self._calm.append(latest[-1 - _NEXT_TO])
            self._calm_ticks += 1

    def calm_before(self) -> tuple[Sample, ...]:
        """Return the latest pictures of water in which the model saw no fish."""
        return tuple(self._calm)

    def calm_after(self, frame: int) -> tuple[Sample, ...]:
        """Return such pictures from after a frame, while they are the recent ones."""
        samples = list(self._samples)
        calm = [
            sample
            for at, sample in enumerate(samples)
            if sample.frame > frame
            and not any(
                each.is_called
                for each in samples[max(0, at - _NEXT_TO) : at + _NEXT_TO + 1]
            )
        ]
        return tuple(calm[:: max(1, len(calm) // _CALM)][:_CALM])

    def forget(self, frame: int) -> None:
        """Let go of what no frame from this one on can ask for."""
        if not self._samples:  # of a clip that is smear from end to end
            return
        needed = self._samples.index(self.at(frame)) - AROUND
        for _ in range(min(needed, len(self._samples) - LAST)):
            self._samples.popleft()

    def at(self, frame: int) -> Sample:
        """Return the picture that is nearest to a frame."""
        return min(self._samples, key=lambda sample: abs(sample.frame - frame))

    def last(self, ticks: int) -> Surroundings:
        """Return every third picture of the last ticks, or fewer at the beginning."""
        samples = list(self._samples)[-ticks:]
        return Surroundings(tuple(samples[::3]))

    def around(self, frame: int) -> Surroundings:
        """Return the pictures beside a frame, without those next to it."""
        samples = list(self._samples)
        if not samples:
            return Surroundings(())
        middle = samples.index(self.at(frame))
        places = (middle + each for each in _BESIDE)
        beside = tuple(samples[each] for each in places if 0 <= each < len(samples))
        return Surroundings(beside or (samples[middle],))


def _halved_to(like: Image, picture: Image) -> Image:
    return half(picture) if picture.shape[0] // 2 == like.shape[0] else picture


def small_picture(frame: Frame) -> Image:
    """Return a frame's picture in memory of its own, halved until it is small."""
    picture = frame.keep().bgr()
    while picture.shape[0] * picture.shape[1] > _MOST_PIXELS:
        picture = half(picture)
    return picture


def background_of(inputs: Iterable[Prepared]) -> Prepared:
    """Return the median of inputs; those of another shape than the first are left out.

    Args:
        inputs: at least one.
    """
    first, *others = inputs
    alike = [o.picture for o in others if o.picture.shape == first.picture.shape]
    return replace(first, picture=median([first.picture, *alike]))
