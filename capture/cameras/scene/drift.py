"""Paints what the current carries (motes, leaves, twigs) and the surface's glitter.

None of this is a fish, and a model has to learn that. Each piece is a stamp, which is
added to the brightness at the place where the piece is at that second.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.random import RandomState

from capture.cameras.scene.noise import Plane, smooth

_ROOM = 1.7  # frame widths until a piece passes again
_GLITTER_TURBIDITY = 0.45
_TWIG = 0.35  # a piece with less width per length is a twig, no leaf


@dataclass(frozen=True)
class _Piece:
    """The place of a piece at second 0, and its motion.

    The motion is in frame widths and heights per second.
    """

    x: float
    y: float
    across: float
    down: float
    stamps: tuple[Plane, ...]
    turn: float


class Drift:
    """Everything that drifts by in a clip.

    Args:
        rng: its random numbers.
        shape: height and width of the frame.
        debris: 0 to 1.
        turbidity: 0 to 1. A larger number means more motes, and fainter pieces.
    """

    def __init__(
        self, rng: RandomState, shape: tuple[int, int], debris: float, turbidity: float
    ) -> None:
        self._shape = shape
        current = rng.uniform(-0.07, 0.07)
        motes = int(8 + 30 * debris + 20 * turbidity)
        larger = round(rng.uniform(0.4, 1.0) * 8 * debris)
        fade = 1 - 0.6 * turbidity
        self._pieces = [_mote(rng, current, fade, shape[1]) for _ in range(motes)]
        self._pieces += [_litter(rng, current, fade, shape[1]) for _ in range(larger)]
        self._glitter = max(0.0, 1 - turbidity / _GLITTER_TURBIDITY)
        self._dashes = [
            (_blob(1 + shape[1] // size, 1) * 70 * self._glitter).astype(np.int16)
            for size in (500, 250, 160, 110, 70)
        ]
        self._key = rng.randint(1 << 30)

    def add_to(self, luma: Plane, second: float) -> None:
        """Add everything to the brightness, (height, width) int16, in place."""
        height, width = self._shape
        for piece in self._pieces:
            x = ((piece.x + piece.across * second) % _ROOM - 0.35) * width
            y = (piece.y + piece.down * second) % 1.2 * height - 0.1 * height
            index = int(piece.turn * second) % len(piece.stamps)
            _stamp(luma, piece.stamps[index], x, y)
        self._sparkle(luma, second)

    def _sparkle(self, luma: Plane, second: float) -> None:
        height, width = self._shape
        rng = Random(f"{self._key} {second:.3f}")  # noqa: S311 - a scene, no secret
        middle = rng.random()
        for _ in range(int(45 * self._glitter)):
            dash = self._dashes[int(len(self._dashes) * rng.random() ** 2)]
            y = 0.12 * height * rng.random() ** 1.5
            _stamp(luma, dash, (middle + rng.gauss(0, 0.25)) % 1 * width, y)


def _mote(rng: RandomState, current: float, fade: float, width: int) -> _Piece:
    """Make a speck out of focus, brighter or darker than the water."""
    size = max(2, int(width * rng.uniform(0.003, 0.009)))
    strength = rng.uniform(4, 22) * fade * (1 if rng.random_sample() < 0.6 else -1)
    stamp = (_blob(size, size) * strength).astype(np.int16)
    return _moving(rng, current, (stamp,))


def _litter(rng: RandomState, current: float, fade: float, width: int) -> _Piece:
    """Make a tumbling leaf, clump or twig, with one stamp for each position."""
    size = max(4, int(width * rng.uniform(0.01, 0.05)))
    narrow = rng.uniform(0.12, 0.9)
    strength = -rng.uniform(10, 45) * fade
    ragged = smooth(rng, (2 * size, 2 * size), (5, 5))
    start = rng.uniform(0, math.pi)
    shape = _twig if narrow < _TWIG else _leaf
    stamps = tuple(
        (shape(size, narrow, start + 0.35 * turn, ragged) * strength).astype(np.int16)
        for turn in range(9)
    )
    return _moving(rng, current, stamps)


def _moving(rng: RandomState, current: float, stamps: tuple[Plane, ...]) -> _Piece:
    across = current + rng.uniform(-0.02, 0.02)
    down = rng.uniform(-0.006, 0.01)
    x, y = rng.uniform(0, _ROOM), rng.uniform(0, 1.2)
    return _Piece(x, y, across, down, stamps, rng.uniform(0.05, 0.8))


def _blob(wide: int, high: int) -> Plane:
    """Return a soft round spot, 0 to 1."""
    y = ((np.arange(2 * high + 1) - high) / (high + 0.5))[:, None]
    x = ((np.arange(2 * wide + 1) - wide) / (wide + 0.5))[None, :]
    return np.clip(1 - x * x - y * y, 0, 1)


def _leaf(size: int, narrow: float, angle: float, ragged: Plane) -> Plane:
    """Return a ragged, turned ellipse, 0 to 1."""
    along, across = _turned(size, angle)
    inside = 0.9 - along * along - (across / narrow) ** 2 + 0.35 * ragged
    return np.clip(inside * 1.8, 0, 1)


def _twig(size: int, narrow: float, angle: float, ragged: Plane) -> Plane:
    """Return a turned, crooked stick of the same width everywhere, 0 to 1."""
    along, across = _turned(size, angle)
    inside = np.minimum(
        0.95 - np.abs(along), narrow / 2 - np.abs(across + 0.1 * ragged)
    )
    return np.clip(inside * size / 2 + 0.5, 0, 1)


def _turned(size: int, angle: float) -> tuple[Plane, Plane]:
    """Return how far each pixel of a square lies along and across a direction.

    Returns:
        Two planes, in units of half the side of the square.
    """
    side = (np.arange(2 * size) - size + 0.5) / size
    y, x = side[:, None], side[None, :]
    along = x * math.cos(angle) + y * math.sin(angle)
    return along, y * math.cos(angle) - x * math.sin(angle)


def _stamp(luma: Plane, stamp: Plane, x: float, y: float) -> None:
    """Add the part of a stamp that lies in the picture.

    The middle of the stamp is at x and y, in pixels.
    """
    height, width = stamp.shape
    top, left = int(y) - height // 2, int(x) - width // 2
    rows = slice(max(0, top), max(0, min(luma.shape[0], top + height)))
    columns = slice(max(0, left), max(0, min(luma.shape[1], left + width)))
    if rows.start < rows.stop and columns.start < columns.stop:
        luma[rows, columns] += stamp[
            rows.start - top : rows.stop - top,
            columns.start - left : columns.stop - left,
        ]
