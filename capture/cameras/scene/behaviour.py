"""Decides which fish come by, when, and on which way, in numbers without pictures.

Visits come at random times, as many per hour as the config says. A visit is one fish or
a school of one species. Each fish has its own way: points in the frame and the moments
at which the fish is there. Each visit has its own random numbers, so it does not matter
how much of the clip was asked for before.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from capture.cameras.scene.species import SPECIES, Species
from capture.cameras.scene.ways import Way, from_outside, way_of

FRAME_WIDTH_AT_1_M = 1.25
"""Metres of river that the frame's width shows at one metre (a lens of 64 degrees)."""

_BEFORE_S = 90.0  # a clip may start during a visit
_LARGEST = 0.5  # of the frame's width; a larger fish would look like a wall
_SMALLEST = 0.055  # a smaller fish would be a mere speck
_NEAREST_M = 0.35


@dataclass(frozen=True)
class Swimmer:
    """One fish on its way.

    Attributes:
        number: the number of the individual in the clip.
        length: from snout to tail, in frame widths.
        distance_m: from the lens.
        way: points in order of time. The fish is there from the first to the last.
        slender: its apparent length, less than 1 if the fish points away.
        phase: the phase of its tail, 0 to 1.
        shade: the brightness of this individual, about 1.
    """

    number: int
    species: Species
    length: float
    distance_m: float
    way: Way
    slender: float
    phase: float
    shade: float


@dataclass(frozen=True)
class Pose:
    """The place and the direction of a fish at a moment.

    Attributes:
        x, y: its middle, in frame widths from the top left.
        facing: 1 for right, -1 for left.
        pitch: the angle by which its snout points up, in radians.
        phase: the phase of its tail, 0 to 1.
    """

    x: float
    y: float
    facing: int
    pitch: float
    phase: float


class Visits:
    """All fish that come by during a clip.

    Args:
        key: the text that the random numbers depend on.
        fish_per_hour: the mean number of visits per hour.
        mix: each species and its weight.
        sight_m: how far one can see, in metres.
        aspect: the frame's height divided by its width.
    """

    def __init__(
        self,
        key: str,
        fish_per_hour: float,
        mix: tuple[tuple[str, float], ...],
        sight_m: float,
        aspect: float,
    ) -> None:
        self._key = key
        self._rate = fish_per_hour / 3600 if any(w for _, w in mix) else 0.0
        self._mix = mix
        self._sight_m = sight_m
        self._aspect = aspect
        self._arrivals = Random(f"{key} arrivals")  # noqa: S311 - a scene, no secret
        self._next = -_BEFORE_S + self._pause()
        self._visits = 0
        self._fish = 0
        self._here: list[Swimmer] = []

    def at(self, second: float) -> list[Swimmer]:
        """Return the fish that are there at a moment.

        Args:
            second: the second of the clip; it must not be less than at the last call.
        """
        while self._next <= second:
            self._here += self._arrive(self._next)
            self._next += self._pause()
        self._here = [fish for fish in self._here if fish.way[-1][0] > second]
        return [fish for fish in self._here if fish.way[0][0] <= second]

    def _pause(self) -> float:
        if not self._rate:
            return math.inf
        return self._arrivals.expovariate(self._rate)

    def _arrive(self, second: float) -> Iterator[Swimmer]:
        rng = Random(f"{self._key} visit {self._visits}")  # noqa: S311 - a scene, no secret
        self._visits += 1
        names, weights = zip(*self._mix)
        species = SPECIES[rng.choices(names, weights)[0]]
        for swimmer in _visit(rng, species, second, self._sight_m, self._aspect):
            self._fish += 1
            yield Swimmer(self._fish, species, *swimmer)


def pose(fish: Swimmer, second: float) -> Pose:
    """Return the place and the direction of a fish at a moment of its way."""
    index = max(1, min(bisect_right(fish.way, (second,)), len(fish.way) - 1))
    (t0, x0, y0), (t1, x1, y1) = fish.way[index - 1], fish.way[index]
    part = min(1.0, max(0.0, (second - t0) / (t1 - t0)))
    beat = fish.phase + second * fish.species.beat_hz
    # The fish does not keep exactly to its way and its pitch.
    x = x0 + (x1 - x0) * part + 0.004 * math.sin(0.7 * second + 6.3 * fish.phase)
    y = y0 + (y1 - y0) * part + 0.004 * math.sin(1.1 * second + 6.3 * fish.phase)
    pitch = math.atan2(y0 - y1, abs(x1 - x0) + 0.05) * 0.8
    pitch = max(-0.5, min(0.5, pitch)) + 0.05 * math.sin(0.9 * second)
    return Pose(x, y, _facing(fish.way, index), pitch, beat % 1.0)


def _facing(way: Way, index: int) -> int:
    """Return the direction of this part of the way: 1 for right, -1 for left.

    If this part has none, the last part before it that has one decides, else the first
    part after it.
    """
    for last in (*range(index, 0, -1), *range(index + 1, len(way))):
        step = way[last][1] - way[last - 1][1]
        if abs(step) > 0.02:
            return 1 if step > 0 else -1
    return 1


_Drawn = tuple[float, float, Way, float, float, float]


def _visit(
    rng: Random, species: Species, second: float, sight_m: float, aspect: float
) -> Iterator[_Drawn]:
    length_m = rng.uniform(*species.length_m)
    nearest = max(_NEAREST_M, length_m / (_LARGEST * FRAME_WIDTH_AT_1_M))
    furthest = min(sight_m, length_m / (_SMALLEST * FRAME_WIDTH_AT_1_M))
    distance_m = nearest + rng.random() ** 1.3 * max(0.15, furthest - nearest)
    length = length_m / (FRAME_WIDTH_AT_1_M * distance_m)
    styles, weights = zip(*species.styles)
    style = rng.choices(styles, weights)[0]
    way = way_of(style, rng, species, (second, length, aspect))
    for dx, dy in _places(rng, species):
        own = tuple((t, x + dx * length, y + dy * length) for t, x, y in way)
        yield (
            length * rng.uniform(0.92, 1.08),
            distance_m,
            from_outside(own, 4 * length if species.school > 1 else 0.0),
            rng.uniform(0.78, 1.0),
            rng.random(),
            rng.uniform(0.85, 1.15),
        )


def _places(rng: Random, species: Species) -> Iterator[tuple[float, float]]:
    """Yield the place of each fish of a group, in lengths from the first fish."""
    alone = species.school == 1 or rng.random() < 0.55
    rows = 1 if alone else rng.randint(2, species.school)
    for row in range(rows):
        # Staggered, so that a fish hardly ever hides another one.
        side = 0.55 * ((row + 1) // 2) * (1 if row % 2 else -1)
        yield (
            (-0.75 * row + rng.uniform(-0.25, 0.25)) if row else 0.0,
            (side + rng.uniform(-0.08, 0.08)) if row else 0.0,
        )
