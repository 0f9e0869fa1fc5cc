"""Are the tracks right? Compares them with the individuals of simulated rivers.

A box is of the fish that it overlaps. A visit is a fish that can be seen without a
break of more than a few frames. It is found if one track has at least half of its
boxes, and at least half of that track's boxes are of this fish; these boxes have the
right identity.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from analysis.look.tracking.assignment import assign
from analysis.record.clip import Clip
from analysis.record.results import Results
from weir.truth import Sighting, Truth

_OVERLAP = 0.3
_BREAK = 4  # frames

Box = tuple[float, float, float, float]


@dataclass
class Identities:
    """How well tracks keep to individuals.

    Attributes:
        boxes, right: boxes of a fish, and how many of them have its identity.
        visits, found: visits that have a box, and how many of them were found.
        tracks: the tracks that have such boxes.
    """

    boxes: int = 0
    right: int = 0
    visits: int = 0
    found: int = 0
    tracks: int = 0

    @property
    def in_words(self) -> str:
        """Say it in a line."""
        share = f"{100 * self.right / self.boxes:.1f} %" if self.boxes else "-"
        return (
            f"tracks: {share} of {self.boxes} boxes have the right identity;"
            f" {self.found} of {self.visits} visits found, in {self.tracks} tracks"
        )


def identities(results: Results, truths: Iterable[tuple[Clip, Truth]]) -> Identities:
    """Compare the tracks of clips with their truths."""
    sums = Identities()
    for clip, truth in truths:
        seen = list(_seen(results, clip, truth))
        of_track = Counter(track for _, _, track in seen)
        sums.tracks += len(of_track)
        for visit in _visits(seen):
            track, most = Counter(visit).most_common(1)[0]
            is_its = 2 * most >= of_track[track]
            sums.boxes += len(visit)
            sums.right += most if is_its else 0
            sums.visits += 1
            sums.found += is_its and 2 * most >= len(visit)
    return sums


def _seen(results: Results, clip: Clip, truth: Truth) -> Iterator[tuple[int, int, int]]:
    """Yield fish, frame and track of each box that is of a fish."""
    boxes: dict[int, list[tuple[Box, int]]] = defaultdict(list)
    for seen in results.detections_in(clip):
        box = seen.detection.box
        if box and seen.track:
            sides = (box.x, box.y, box.width, box.height)
            boxes[seen.frame].append((sides, seen.track))
    there: dict[int, list[Sighting]] = defaultdict(list)
    for sighting in truth.sightings:
        if sighting.visible:
            there[sighting.frame].append(sighting)
    for frame, found in boxes.items():
        fish = there[frame]
        costs = [[1 - _overlap(box, each.box) for box, _ in found] for each in fish]
        apart = np.array(costs).reshape(len(fish), len(found))
        for row, column in assign(np.where(apart <= 1 - _OVERLAP, apart, np.inf)):
            yield fish[row].fish, frame, found[column][1]


def _overlap(one: Box, other: Box) -> float:
    width = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    height = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    both = max(0.0, width) * max(0.0, height)
    return both / (one[2] * one[3] + other[2] * other[3] - both)


def _visits(seen: Iterable[tuple[int, int, int]]) -> list[list[int]]:
    """Return the tracks of the boxes of each visit."""
    visits: list[list[int]] = []
    before = (0, 0)
    for fish, frame, track in sorted(seen):
        if not visits or fish != before[0] or frame - before[1] > _BREAK:
            visits.append([])
        visits[-1].append(track)
        before = (fish, frame)
    return visits
