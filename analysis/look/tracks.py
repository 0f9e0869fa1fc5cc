"""Tracks: the boxes of following frames are joined to individuals.

A fish is expected where it would be, had it swum on as before, and takes the box that
is nearest by a distance that fits the frame rate. All boxes of a frame are given at
once, so that two fish that cross do not take each other's. A fish that is not seen
for some frames is waited for; one that comes later, or from behind the edge, is another
track. So tracks count visits of individuals, never individuals, and MaxN stays the
measure of abundance.

Frames that damage may have spoilt are passed over. Where frames are missing every track
ends.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Optional

import numpy as np

from analysis.frames.condition import Mark
from analysis.look.tracking.assignment import assign
from analysis.look.tracking.distances import Distance, Expected, distance_at
from analysis.values.joining import frames_in
from analysis.values.seen import Box, Detection, Size, Track

_WAIT_S, _WAIT_FRAMES = 1.0, 3
"""How long a fish is waited for that is not seen: so long, and at least so many frames.
"""

_OTHER_KIND = 0.3
"""How much farther a box is that is called another kind."""

_MOST_AWAITED = 600
"""Of more, those that were seen longest ago are not waited for."""

_LEAST_SIDE = 1e-3

Place = tuple[float, float, float, float]
"""Middle, and width and height, in widths of the frame."""

_LEARNS = 0.5
"""How fast what is known of a fish's way follows what is seen of it."""


@dataclass
class _Fish:
    """A fish that is in the frame, or is waited for.

    Attributes:
        place: where it was seen last.
        way: how far it swims in a frame; None where it was seen only once.
        kinds: the scores of each label and species that it was called.
    """

    number: int
    first: int
    entry: Box
    place: Place
    last: int = 0
    exit: Optional[Box] = None
    way: Optional[tuple[float, float]] = None
    frames: int = 0
    score: float = 0.0
    kinds: dict[tuple[str, str], float] = field(
        default_factory=lambda: defaultdict(float)
    )

    @property
    def kind(self) -> tuple[str, str]:
        """The label and species that it was called most."""
        return max(self.kinds, key=lambda kind: self.kinds[kind])

    def expected(self, frame: int) -> Place:
        """Return where it is in a frame, if it swims on."""
        if self.way is None:
            return self.place
        x, y, width, height = self.place
        gap = frame - self.last
        return x + gap * self.way[0], y + gap * self.way[1], width, height

    def see(self, frame: int, found: Detection, box: Box, place: Place) -> None:
        """Take a box of it."""
        if self.frames:
            gap = frame - self.last
            way = tuple((now - then) / gap for now, then in zip(place, self.place))
            old = self.way or way
            self.way = (
                old[0] + _LEARNS * (way[0] - old[0]),
                old[1] + _LEARNS * (way[1] - old[1]),
            )
        self.place, self.last, self.exit = place, frame, box
        self.frames += 1
        self.score = max(self.score, found.score)
        named = found.score if found.species_score is None else found.species_score
        self.kinds[found.label, found.species] += named


class Tracker:
    """Joins the boxes of one clip, frame by frame.

    Args:
        framerate: frames per second.
        distance: how far a box is from an expected one; None for the one that fits.

    Attributes:
        awaited: the fish that are in the frame, or may come again.
    """

    def __init__(self, framerate: float, distance: Optional[Distance] = None) -> None:
        self._distance = distance or distance_at(framerate)
        self._wait = max(_WAIT_FRAMES, frames_in(_WAIT_S, framerate))
        self.awaited: list[_Fish] = []
        self._over: list[_Fish] = []
        self._begun = 0

    def feed(
        self, frame: int, found: Sequence[Detection], size: Size, mark: Mark
    ) -> list[int]:
        """Take the boxes of the next frame.

        Args:
            frame: its index.
            found: what was found in it.
            size: the frame's, in pixels.
            mark: whether it can be trusted, and whether frames are missing before it.

        Returns:
            The number of each one's track; 0 for what has no box, and where the
            frame is not trusted.
        """
        self._leave(0 if mark.after_hole else self._wait, frame)
        boxes = [one.box for one in found if one.box]
        if not mark.is_trusted or not boxes or len(boxes) < len(found):
            return [0] * len(found)
        places = [_place(box, size[1] / size[0]) for box in boxes]
        fish = self._take(frame, found, places)
        for one, seen, box, place in zip(fish, found, boxes, places):
            one.see(frame, seen, box, place)
        self.awaited.sort(key=lambda one: -one.last)
        self._over += self.awaited[_MOST_AWAITED:]
        del self.awaited[_MOST_AWAITED:]
        return [one.number for one in fish]

    def rest(self, numbers: Sequence[int], frame: Optional[int]) -> None:
        """Take a frame that was not looked at, in which fish are as in the last one.

        Args:
            numbers: those of their tracks.
            frame: its index; None where they may have swum on meanwhile.
        """
        for one in self.awaited:
            if one.number in numbers:
                one.frames += 1
                one.last = one.last if frame is None else frame

    def _leave(self, wait: int, frame: int) -> None:
        """End the tracks of fish that are waited for no longer."""
        self._over += [one for one in self.awaited if frame - one.last > wait]
        self.awaited = [one for one in self.awaited if frame - one.last <= wait]

    def _take(
        self, frame: int, found: Sequence[Detection], places: Sequence[Place]
    ) -> list[_Fish]:
        """Return the fish of each box; one that is nobody's is a new fish."""
        taken = dict(self._pairs(frame, found, places)) if self.awaited else {}
        fish = []
        for number, seen in enumerate(found):
            if number in taken:
                fish.append(self.awaited[taken[number]])
            else:
                assert seen.box  # noqa: S101 - all have one
                self._begun += 1
                fish.append(_Fish(self._begun, frame, seen.box, places[number]))
        awaited = set(taken.values())
        new = [one for number, one in enumerate(fish) if number not in taken]
        assert len(awaited) == len(taken)  # noqa: S101 - each takes one box
        self.awaited += new
        return fish

    def _pairs(
        self, frame: int, found: Sequence[Detection], places: Sequence[Place]
    ) -> list[tuple[int, int]]:
        """Return boxes with the fish that they are of, by their places in the lists."""
        awaited = self.awaited
        expected = Expected(
            boxes=np.array([one.expected(frame) for one in awaited]),
            gaps=np.array([frame - one.last for one in awaited], np.float64),
            is_known=np.array([one.way is not None for one in awaited]),
        )
        costs = self._distance(expected, np.array(places))
        kinds = np.array([hash(one.kind) for one in awaited])
        called = np.array([hash((one.label, one.species)) for one in found])
        costs = costs + _OTHER_KIND * (kinds[:, None] != called[None, :])
        return [(box, fish) for fish, box in assign(costs)]

    def finish(self) -> tuple[Track, ...]:
        """End the clip, and return every track, in the order of its first frame."""
        every = sorted((*self._over, *self.awaited), key=lambda one: one.number)
        return tuple(
            Track(
                number=one.number,
                label=one.kind[0],
                species=one.kind[1],
                first_frame=one.first,
                last_frame=one.last,
                frames=one.frames,
                score=one.score,
                entry=one.entry,
                exit=one.exit or one.entry,
            )
            for one in every
        )


def _place(box: Box, tall: float) -> Place:
    """Return where a box is; one without any size gets a very small one."""
    width, height = max(box.width, _LEAST_SIDE), max(box.height, _LEAST_SIDE)
    middle = box.x + width / 2, box.y + height / 2
    return middle[0], middle[1] * tall, width, height * tall
