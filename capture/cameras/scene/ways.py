"""Draws the ways that fish take through the frame, one kind for each way of moving.

A way is a series of points in order of time. Each point is a second, and x and y in
frame widths from the top left. A way begins and ends outside the frame.
"""

from __future__ import annotations

import math
from random import Random

from capture.cameras.scene.species import Species

Point = tuple[float, float, float]
"""A second, and x and y at that second."""

Way = tuple[Point, ...]

_LONGEST_STAY_S = 120.0


def way_of(style: str, rng: Random, species: Species, start: Point) -> Way:
    """Draw a random way.

    Args:
        style: cross, corner, hold or wander.
        rng: its random numbers.
        species: the species whose speed and depth are used.
        start: the second at which the way begins, then the fish's length and the
            frame's height, both in frame widths.
    """
    second, length, aspect = start
    return _mirrored(rng, _WAYS[style](rng, species, second, length, aspect))


def _cross(
    rng: Random, species: Species, second: float, length: float, aspect: float
) -> Way:
    """Draw a way from one side to the other, in a few slightly bent pieces."""
    beyond = 0.6 * length + 0.02
    y = rng.uniform(*species.depth) * aspect
    drift = rng.uniform(-0.12, 0.12) * aspect
    ends = (-beyond, 1 + beyond)
    seconds = (ends[1] - ends[0]) / rng.uniform(*species.speed)
    points = []
    for part in (0.0, 0.3, 0.65, 1.0):
        wander = rng.uniform(-0.03, 0.03)
        x = ends[0] + (ends[1] - ends[0]) * part
        points.append((second + seconds * part, x, y + drift * part + wander))
    return tuple(points)


def _corner(
    rng: Random, species: Species, second: float, length: float, aspect: float
) -> Way:
    """Draw a way in at a side and out at the top or the bottom close to it."""
    beyond = 0.6 * length + 0.02
    down = rng.random() < 0.5
    reach = rng.uniform(0.1, 0.4) + 0.3 * length
    y_in = (0.75 if down else 0.25) * aspect
    y_out = aspect + beyond if down else -beyond
    seconds = (reach + beyond) / rng.uniform(*species.speed)
    return ((second, -beyond, y_in), (second + seconds, reach, y_out))


def _hold(
    rng: Random, species: Species, second: float, length: float, aspect: float
) -> Way:
    """Draw a way to a place that the fish holds against the current, and out again."""
    beyond = 0.6 * length + 0.02
    place = rng.uniform(0.2, 0.8)
    y = rng.uniform(max(0.5, species.depth[0]), species.depth[1]) * aspect
    speed = rng.uniform(*species.speed)
    arrived = second + (place + beyond) / speed
    leaving = arrived + rng.uniform(12, _LONGEST_STAY_S)
    away = leaving + (1 - place + beyond) / (2 * speed)
    return (
        (second, -beyond, y - rng.uniform(0, 0.1)),
        (arrived, place, y),
        ((arrived + leaving) / 2, place + rng.uniform(-0.015, 0.015), y - 0.005),
        (leaving, place, y),
        (away, 1 + beyond, y - rng.uniform(0, 0.1)),
    )


def _wander(
    rng: Random, species: Species, second: float, length: float, aspect: float
) -> Way:
    """Draw a way in, to several places with pauses, and out on either side."""
    beyond = 0.6 * length + 0.02
    y = rng.uniform(*species.depth) * aspect
    points = [(second, -beyond, y)]
    for _ in range(rng.randint(2, 4)):
        t, x, y = points[-1]
        new_x = rng.uniform(0.15, 0.85)
        new_y = min(0.95 * aspect, max(0.1 * aspect, y + rng.uniform(-0.12, 0.12)))
        t += (abs(new_x - x) + 0.02) / rng.uniform(*species.speed)
        points.append((t, new_x, new_y))
        points.append((t + rng.uniform(1, 12), new_x + 0.01, new_y))
    t, x, y = points[-1]
    end = 1 + beyond if rng.random() < 0.5 else -beyond
    points.append((t + abs(end - x) / rng.uniform(*species.speed), end, y))
    return tuple(points)


def _mirrored(rng: Random, way: Way) -> Way:
    """Return the way or, equally often, the same way from the other side."""
    if rng.random() < 0.5:
        return way
    return tuple((t, 1 - x, y) for t, x, y in way)


def from_outside(way: Way, reach: float) -> Way:
    """Extend a way at both ends by ``reach`` frame widths.

    The other fish of a school swim beside or behind its first fish. None of them may
    appear or vanish within the frame.
    """
    if not reach:
        return way
    return (_beyond(way[1], way[0], reach), *way, _beyond(way[-2], way[-1], reach))


def _beyond(inner: Point, outer: Point, reach: float) -> Point:
    """Return the point straight on from a way's end, at the same speed."""
    t, x, y = (end - start for start, end in zip(inner, outer))
    times = reach / (math.hypot(x, y) + 1e-6)
    return outer[0] + t * times, outer[1] + x * times, outer[2] + y * times


_WAYS = {"cross": _cross, "corner": _corner, "hold": _hold, "wander": _wander}
