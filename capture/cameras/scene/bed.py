"""Paints the river bed with its stones, a branch, and plants that sway.

All clips of one seed have the same bed. The water decides how much of it can be seen.
A picture of the bed has four planes: how much of each pixel it covers, how bright it is
(1 is as bright as the water there), its distance, and how far its colour is from grey.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.random import RandomState

from capture.cameras.scene.layers import (
    Layers,
    Line,
    blurred,
    grid,
    stroke,
    window_of,
)
from capture.cameras.scene.noise import Plane, fractal

SWAYS = 6
"""The number of pictures in which the plants sway to one side and back."""

_FAR_M, _NEAR_M = 2.6, 0.7


class Bed:
    """The bed that belongs to a seed.

    Args:
        rng: its random numbers.
        shape: height and width of the frame.
    """

    def __init__(self, rng: RandomState, shape: tuple[int, int]) -> None:
        self._shape = shape
        self._texture = fractal(rng, shape, (24, 30), 4)
        still = _nothing(shape)
        line = _ground(rng, still, self._texture)
        _stones(rng, still, line, self._texture)
        _branch(rng, still, self._texture)
        blades = _blades(rng, shape, line)
        self._pictures = [
            blurred(_swayed(still, blades, sway), width=shape[1] // 240)
            for sway in range(SWAYS)
        ]

    def picture(self, sway: int) -> Layers:
        """Return the picture with number ``sway``, 0 to ``SWAYS`` - 1."""
        return self._pictures[sway]


def _nothing(shape: tuple[int, int]) -> Layers:
    zero = np.zeros(shape)
    return Layers(zero, zero.copy(), np.full(shape, _FAR_M), zero.copy())


def _ground(rng: RandomState, layers: Layers, texture: Plane) -> Plane:
    """Paint the ground, a slope of litter.

    Returns:
        The row of its upper edge for each column, in pixels.
    """
    height, width = texture.shape
    x = np.arange(width) / width
    edge = rng.uniform(0.74, 0.95) * height
    slope = rng.uniform(-0.2, 0.2) * height
    mound = rng.uniform(0.0, 0.3) * height
    side = rng.uniform(-0.2, 1.2)
    line = edge + slope * (x - 0.5) - mound * np.clip(1 - 4 * (x - side) ** 2, 0, 1)
    line += texture[height // 2] * 0.03 * height
    y = np.arange(height)[:, None]
    depth = np.clip((y - line[None, :]) / (0.4 * height), 0, 1)
    alpha = np.clip((y - line[None, :]) / (0.02 * height) + 0.5, 0, 1)
    tone = 0.62 + 0.3 * texture - 0.12 * depth
    metres = _FAR_M + (_NEAR_M - _FAR_M) * depth
    layers.paint((slice(None), slice(None)), alpha, tone, metres)
    return line


def _stones(rng: RandomState, layers: Layers, line: Plane, texture: Plane) -> None:
    height, width = texture.shape
    sizes = sorted(rng.uniform(0.03, 0.13, rng.randint(3, 9)))
    for size in sizes:
        across = rng.uniform(0, 1) * width
        wide, high = size * width, size * width * rng.uniform(0.45, 0.8)
        middle = line[min(width - 1, int(across))] + rng.uniform(0.0, 0.1) * height
        metres = 2.5 - 0.6 * (size - 0.03) / 0.1
        _stone(layers, (across, middle, wide, high), texture, metres)


def _stone(
    layers: Layers,
    place: tuple[float, float, float, float],
    texture: Plane,
    metres: float,
) -> None:
    across, middle, wide, high = place
    window = window_of(
        texture.shape, across - wide, middle - high, across + wide, middle + high
    )
    y, x = grid(window)
    r = ((x - across) / wide) ** 2 + ((y - middle) / high) ** 2
    r = r + 0.25 * texture[window]
    alpha = np.clip((1 - r) * 8, 0, 1)
    lit = (middle - y) / high
    tone = 0.62 + 0.3 * lit + 0.25 * texture[window]
    layers.paint(window, alpha, tone, np.float64(metres))


def _branch(rng: RandomState, layers: Layers, texture: Plane) -> None:
    """Paint a fallen branch with twigs that comes from one side of the frame."""
    height, width = texture.shape
    left = rng.random_sample() < 0.5
    x, y = (0.0 if left else width), rng.uniform(0.05, 0.5) * height
    ahead = (1 if left else -1) * rng.uniform(0.09, 0.16) * width
    fall = rng.uniform(-0.02, 0.12) * height
    wide = rng.uniform(0.008, 0.03) * width
    metres = rng.uniform(1.0, 1.9)
    for _ in range(rng.randint(2, 5)):
        x1, y1 = x + ahead, y + fall + rng.uniform(-0.05, 0.05) * height
        stroke(layers, Line(x, y, x1, y1, wide, 0.75 * wide), 0.5, metres)
        twig = y1 + rng.uniform(-0.25, 0.15) * height
        end = x1 + ahead * rng.uniform(0.2, 1.0)
        stroke(layers, Line(x1, y1, end, twig, 0.5 * wide, 1.0), 0.5, metres)
        x, y, wide = x1, y1, 0.75 * wide


def _blades(
    rng: RandomState, shape: tuple[int, int], line: Plane
) -> list[tuple[float, float, float, float, float]]:
    """Draw random plants.

    Returns:
        For each blade the x and y of its foot, its length, lean and distance.
    """
    height, width = shape
    blades = []
    for _ in range(rng.randint(0, 4)):
        middle, metres = rng.uniform(0, width), rng.uniform(0.9, 2.0)
        for _ in range(rng.randint(4, 10)):
            x = middle + rng.uniform(-0.06, 0.06) * width
            foot = line[int(min(width - 1, max(0, x)))] + 0.03 * height
            length = rng.uniform(0.1, 0.4) * height / metres
            blades.append((x, foot, length, rng.uniform(-0.3, 0.3), metres))
    return blades


def _swayed(
    still: Layers,
    blades: list[tuple[float, float, float, float, float]],
    sway: int,
) -> Layers:
    layers = still.copy()
    bent = math.sin(2 * math.pi * sway / SWAYS)
    for x, y, length, lean, metres in blades:
        lean = lean + 0.22 * bent
        for part in range(4):
            # Each part of a blade leans more than the one below it.
            x1 = x + length / 4 * lean * (part + 1) / 2
            y1 = y - length / 4
            wide = 0.012 * still.tone.shape[1] / metres * (1 - part / 5)
            stroke(layers, Line(x, y, x1, y1, wide, wide * 0.8), 0.7, metres)
            x, y = x1, y1
    return layers
