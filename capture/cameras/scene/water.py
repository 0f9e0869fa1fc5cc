"""Paints the water itself: its colour, its clouds of dirt, and its beams of light.

Murky water is not dark. It is bright and without contrast, because one sees the light
that the water reflects. It is brighter towards the top and towards one side. Its colour
is green to olive, and nearly the same everywhere.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.random import RandomState

from capture.cameras.scene.light import Light
from capture.cameras.scene.noise import Plane, fractal, smooth, twice

# U and V of real creeks, as recorded by cameras with automatic white balance.
_TINTS = ((125.4, 93.5), (122.5, 95.5), (125.5, 107.0), (110.0, 113.0), (105.5, 115.5))
_LAST = len(_TINTS) - 1


def sight_m(turbidity: float) -> float:
    """Return the distance at which 70 % of the contrast are lost, in metres."""
    return min(2.0, 1.2 / attenuation(turbidity))


def attenuation(turbidity: float) -> float:
    """Return how fast contrast fades, per metre."""
    return 0.5 * math.pow(6.0, turbidity)


class Water:
    """The water of a clip.

    Args:
        rng: its random numbers.
        shape: height and width of the frame.
        turbidity: 0 to 1.

    Attributes:
        luma: the brightness of the empty water, (height, width) int16.
        tint: U and V.
    """

    def __init__(
        self, rng: RandomState, shape: tuple[int, int], turbidity: float
    ) -> None:
        self._shape = shape
        self.tint = _tint(rng, turbidity)
        self.luma = np.rint(_gradient(rng, shape, turbidity)).astype(np.int16)
        clouds = fractal(rng, shape, (3, 5), 2)
        self._clouds = twice(clouds * (2 + 6 * turbidity))
        self._beams = twice(_beams(rng, shape) * 64)

    def cloud_window(self, second: float) -> Plane:
        """Return what drifting dirt adds to the brightness, (height, width) int16."""
        return self._window(self._clouds, second * 0.013, second * 0.004)

    def beams(self, light: Light) -> Plane:
        """Return what the beams add to the brightness, (height, width) int16."""
        strength = int(18 * light.beams)
        return (self._window(self._beams, light.beam_shift, 0.0) * strength) >> 6

    def colour(self, light: Light) -> tuple[int, int]:
        """Return U and V in this light, as the camera's white balance shows them."""
        u, v = self.tint
        # A dark picture also has less colour.
        vivid = 0.45 + 0.55 * light.gain
        u, v = 128 + (u - 128) * vivid, 128 + (v - 128) * vivid
        return round(u - 2.0 * light.warmth), round(v + 2.5 * light.warmth)

    def _window(self, texture: Plane, across: float, down: float) -> Plane:
        height, width = self._shape
        left = int(across * width) % width
        top = int(down * height) % height
        return texture[top : top + height, left : left + width]


def _tint(rng: RandomState, turbidity: float) -> tuple[float, float]:
    place = min(_LAST - 1e-6, rng.random_sample() * _LAST)
    index = int(place)
    part = place - index
    (u0, v0), (u1, v1) = _TINTS[index], _TINTS[index + 1]
    grey = 0.25 * (1 - turbidity) * rng.random_sample()
    u = u0 + (u1 - u0) * part
    v = v0 + (v1 - v0) * part
    return u + (128 - u) * grey, v + (128 - v) * grey


def _gradient(rng: RandomState, shape: tuple[int, int], turbidity: float) -> Plane:
    height, width = shape
    y = (np.arange(height) / height)[:, None]
    x = (np.arange(width) / width)[None, :]
    side = rng.uniform(-1, 1)
    fall = rng.uniform(18, 70)
    across = rng.uniform(10, 45) * side
    level = 170 - 8 * turbidity
    corner = np.clip(1 - ((x - (side > 0)) ** 2 * 1.2 + y**2 * 1.6), 0, 1)
    plane = level + fall * (0.42 - y) + across * (x - 0.5) + 26 * abs(side) * corner
    dirt = smooth(rng, shape, (3, 4)) * 3
    return np.clip(plane + dirt, 24, 222)


def _beams(rng: RandomState, shape: tuple[int, int]) -> Plane:
    """Return slanting streaks of light, 0 or more, that fade downwards.

    The left and the right edge of the plane fit together.
    """
    height, width = shape
    row = (
        smooth(rng, (1, width), (1, 14))[0] + 0.6 * smooth(rng, (1, width), (1, 34))[0]
    )
    row = np.clip(row - 0.1, 0, None)
    slant = rng.uniform(-0.25, 0.25)
    y = np.arange(height)
    shifts = np.rint(y * slant).astype(np.intp)[:, None]
    streaks = row[(np.arange(width)[None, :] + shifts) % width]
    return streaks * (1 - 0.85 * y / height)[:, None]
