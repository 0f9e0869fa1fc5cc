"""Draws a small picture of a fish from its species, place and pose.

Each pixel is converted to the fish's own coordinates: along its bent body and across
it. In these, outline, shading and pattern are known. Values that depend only on the
place along the body are read from tables.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Optional

import numpy as np
from numpy.random import RandomState

from capture.cameras.scene.behaviour import Pose, Swimmer
from capture.cameras.scene.noise import Plane, smooth
from capture.cameras.scene.species import Outline, Species

_STEPS = 256
_TAIL = 0.87  # where the tail fin begins
_FIN = 0.6  # how much of a fin hides what is behind it
_REACH = 0.36  # from the axis to the end of the highest fin, bend included
_SHADES = 64
_PATTERN_ROWS = 48


@dataclass(frozen=True)
class Sprite:
    """A fish as the frame shows it.

    Attributes:
        rows, columns: its place in the frame; both start and end at even numbers.
        alpha: how much of each pixel it covers, (rows, columns) float32, 0 to 1.
        tone: how bright it is; 1 is as bright as the water.
        whole_px: the area of its whole outline in pixels, inside the frame or not.
    """

    rows: slice
    columns: slice
    alpha: Plane
    tone: Plane
    whole_px: float


@dataclass(frozen=True)
class _Tables:
    """The look of a species by place along its body: (256,) float32 each.

    ``shade`` goes by height instead and is (64,). ``pattern`` goes by height and by
    place along the body and is (48, 256).
    """

    back: Plane
    belly: Plane
    back_fins: Plane
    belly_fins: Plane
    fork: Plane
    shade: Plane
    pattern: Plane


def draw(
    fish: Swimmer, pose: Pose, shape: tuple[int, int], edge_px: float
) -> Optional[Sprite]:
    """Draw a fish.

    Args:
        fish, pose: the fish, and its place and direction at this moment.
        shape: height and width of the frame.
        edge_px: how soft its edges are, in pixels.

    Returns:
        The picture, or None if no part of the fish lies in the frame.
    """
    length = fish.length * shape[1]
    window = _window(pose, length, shape)
    if window is None:
        return None
    rows, columns = window
    tables = _tables(fish.species)
    scale = (shape[1], length, fish.slender)
    s, n = _own_space(pose, scale, rows, columns)
    index = np.clip(s * _STEPS, 0, _STEPS - 1).astype(np.intp)
    n -= _bend(fish.species, pose.phase)[index]
    back, belly = tables.back[index], tables.belly[index]
    ends = np.minimum(s, 1 - s)
    sharp = np.float32(length / edge_px)
    body = _inside(back - n, n + belly, ends, sharp)
    fins = _inside(
        tables.back_fins[index] - n, n + tables.belly_fins[index], ends, sharp
    )
    fins *= np.clip((np.abs(n) - tables.fork[index]) * sharp + 0.5, 0, 1)
    height = np.clip((n + belly) / (back + belly + 1e-3), 0, 0.999)
    tone = _tone(tables, index, height)
    _eye(tone, s, n)
    fin_tone = np.float32(fish.species.tones[1] * 0.9)
    alpha = np.maximum(body, fins * np.float32(_FIN))
    tone = (fin_tone + body * (tone - fin_tone)) * np.float32(fish.shade)
    whole_px = _area(fish.species) * length * length * fish.slender
    return Sprite(rows, columns, alpha, tone, whole_px)


def _window(
    pose: Pose, length: float, shape: tuple[int, int]
) -> Optional[tuple[slice, slice]]:
    height, width = shape
    cos, sin = math.cos(pose.pitch), abs(math.sin(pose.pitch))
    half_x = length * (0.5 * cos + _REACH * sin) + 4
    half_y = length * (0.5 * sin + _REACH * cos) + 4
    x, y = pose.x * width, pose.y * width  # both in frame widths
    left, right = _even(x - half_x, width), _even(x + half_x + 2, width)
    top, bottom = _even(y - half_y, height), _even(y + half_y + 2, height)
    if left >= right or top >= bottom:
        return None
    return slice(top, bottom), slice(left, right)


def _even(side: float, most: int) -> int:
    return int(min(most, max(0, side))) & ~1


def _own_space(
    pose: Pose, scale: tuple[float, float, float], rows: slice, columns: slice
) -> tuple[Plane, Plane]:
    """Convert pixels to the fish's own coordinates.

    Args:
        pose: the place and the direction of the fish.
        scale: the frame's width and the fish's length in pixels, and its slenderness.
        rows, columns: the pixels.

    Returns:
        For each pixel its place from snout to tail, and its height above the axis.
    """
    width, length, slender = scale
    x = np.arange(columns.start, columns.stop, dtype=np.float64)[None, :]
    y = np.arange(rows.start, rows.stop, dtype=np.float64)[:, None]
    x, y = (x - pose.x * width) / length, (y - pose.y * width) / length
    cos, sin = pose.facing * math.cos(pose.pitch), math.sin(pose.pitch)
    s = 0.5 - (x * cos - y * sin) / slender
    n = -(x * pose.facing * sin + y * abs(cos))
    return s.astype(np.float32), n.astype(np.float32)


def _inside(above: Plane, below: Plane, ends: Plane, sharp: Plane) -> Plane:
    """Return how far each pixel lies within an outline, 0 to 1.

    Args:
        above, below, ends: the distances to the outline, in lengths of the fish.
        sharp: by what the distances are multiplied; more makes a sharper edge.
    """
    nearest = np.minimum(np.minimum(above, below), ends)
    return np.clip(nearest * sharp + np.float32(0.5), 0, 1)


def _tone(tables: _Tables, index: Plane, height: Plane) -> Plane:
    """Return the brightness, shaded from belly to back, with the species's pattern."""
    row = (height * _PATTERN_ROWS).astype(np.intp)
    shade = tables.shade[(height * _SHADES).astype(np.intp)]
    return shade * tables.pattern[row, index]


def _eye(tone: Plane, s: Plane, n: Plane) -> None:
    """Paint the eye, a dark pupil in a bright ring, in place."""
    away = (s - np.float32(0.055)) ** 2 + (n - np.float32(0.012)) ** 2
    tone[away < np.float32(0.00028)] = 1.25
    tone[away < np.float32(0.0001)] = 0.15


@cache
def _tables(species: Species) -> _Tables:
    s = (np.arange(_STEPS) + 0.5) / _STEPS
    tail = np.clip((s - _TAIL) / (1 - _TAIL), 0, 1)
    fork = np.where(tail > 0, species.fork * tail**1.5 * 0.11, -1.0)
    heights = (np.arange(_SHADES) + 0.5) / _SHADES
    return _Tables(
        back=_outline(species.back, s),
        belly=_outline(species.belly, s),
        back_fins=_outline(species.back_fins, s),
        belly_fins=_outline(species.belly_fins, s),
        fork=fork.astype(np.float32),
        shade=np.interp(heights, (0.1, 0.45, 0.85), species.tones).astype(np.float32),
        pattern=_pattern(species.pattern, s).astype(np.float32),
    )


@cache
def _area(species: Species) -> float:
    """Return the area within the outline of a fish of length 1, with its fins."""
    tables = _tables(species)
    back = np.maximum(tables.back, tables.back_fins)
    belly = np.maximum(tables.belly, tables.belly_fins)
    notch = 2 * np.maximum(tables.fork, 0)
    return float(np.mean(np.maximum(back + belly - notch, 0)))


def _outline(points: Outline, s: Plane) -> Plane:
    """Return the outline's height by length. Before the first point it is 0."""
    lengths, heights = zip(*points)
    heights_at = np.interp(s, lengths, heights, left=0.0, right=0.0)
    for reach in (9, 5, 3):
        # The mean over neighbours rounds off the corners, except at the ends.
        padded = np.pad(heights_at, reach, mode="edge")
        shifted = [padded[at : at + _STEPS] for at in range(2 * reach + 1)]
        heights_at = np.mean(shifted, axis=0)
    return heights_at.astype(np.float32)


def _pattern(name: str, s: Plane) -> Plane:
    """Return the factor for the shading, (rows from belly to back, length)."""
    height = ((np.arange(_PATTERN_ROWS) + 0.5) / _PATTERN_ROWS)[:, None]
    if name == "stripe":
        bright = np.clip(1 - np.abs(height - 0.6) / 0.13, 0, 1) * (s > 0.1)
        dark = np.clip(1 - np.abs(height - 0.4) / 0.08, 0, 1) * (s > 0.15)
        return 1 + 0.6 * bright - 0.2 * dark
    if name == "bars":
        bars = np.clip(np.cos((s - 0.27) * 2 * math.pi / 0.125) * 2 - 0.2, 0, 1)
        return 1 - 0.6 * bars * (s > 0.2) * (s < 0.85) * np.clip(height * 2.5, 0, 1)
    if name == "spots":
        spots = smooth(RandomState(7), (_PATTERN_ROWS, _STEPS), (9, 34))
        return 1 - 0.65 * np.clip(spots * 4 - 1, 0, 1) * (height > 0.35) * (s > 0.15)
    return np.ones((_PATTERN_ROWS, 1)) * np.ones_like(s)


def _bend(species: Species, phase: float) -> Plane:
    """Return how far the axis is bent up or down, by length, (256,) float32."""
    s = (np.arange(_STEPS) + 0.5) / _STEPS
    wave = np.sin(2 * math.pi * (species.waves * s - phase))
    return (species.bend * (0.15 + 0.85 * s * s) * wave).astype(np.float32)
