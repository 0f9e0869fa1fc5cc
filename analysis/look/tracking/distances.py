"""Distances: how far a box is from where a fish is expected; infinite for too far.

At many frames a second a fish overlaps itself in the next frame. At one a second it may
be somewhere else, and only place and size tell it from another.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

_FAST = 5.0
"""Frames a second from which on a fish overlaps itself."""

_REACH_NEW, _REACH, _REACH_A_FRAME = 3.0, 2.0, 0.5
"""How far a fish may be from where it is expected, in lengths of its own: one of which
nobody knows yet where it swims to, another one, and for each frame without it."""

_SIZES = 6.0
"""How many times larger or smaller a fish may be from frame to frame."""

_LEAST_OVERLAP = 0.1


@dataclass(frozen=True)
class Expected:
    """Where fish are expected in a frame.

    Attributes:
        boxes: (fish, 4): middle, and width and height, in widths of the frame.
        gaps: (fish,), how many frames ago each was seen.
        is_known: (fish,) bool, whether it is known where it swims to.
    """

    boxes: Array
    gaps: Array
    is_known: npt.NDArray[np.bool_]


Distance = Callable[[Expected, Array], Array]
"""Takes (fish,) expected and (boxes, 4) seen; gives (fish, boxes), about 0 to 1."""


def distance_at(framerate: float) -> Distance:
    """Return the distance that fits a frame rate."""
    return by_overlap if framerate >= _FAST else by_place


def by_place(expected: Expected, boxes: Array) -> Array:
    """Measure the way between the middles, in lengths of the fish, and the sizes."""
    old, new = expected.boxes, boxes
    way = np.hypot(old[:, 0, None] - new[:, 0], old[:, 1, None] - new[:, 1])
    length = np.maximum(old[:, 2:].max(1)[:, None], new[:, 2:].max(1))
    reach = np.where(expected.is_known, _REACH, _REACH_NEW)
    reach = reach + _REACH_A_FRAME * (expected.gaps - 1)
    far = way / (length * reach[:, None])
    larger = np.log(new[:, 2:].prod(1) / old[:, 2:].prod(1)[:, None])
    grown = np.abs(larger) / (2 * np.log(_SIZES))
    return np.where((far <= 1) & (grown <= 1), (far + grown) / 2, np.inf)


def by_overlap(expected: Expected, boxes: Array) -> Array:
    """Measure how little of two boxes is in both; if they are apart, by place."""
    old, new = expected.boxes, boxes
    both = _shared(old[:, 0], old[:, 2], new[:, 0], new[:, 2])
    both *= _shared(old[:, 1], old[:, 3], new[:, 1], new[:, 3])
    old_area, new_area = old[:, 2] * old[:, 3], new[:, 2] * new[:, 3]
    share = both / (old_area[:, None] + new_area - both)
    return np.where(share >= _LEAST_OVERLAP, 1 - share, np.inf)


def _shared(middle: Array, length: Array, others: Array, lengths: Array) -> Array:
    """Return how much of each of two sets of stretches is in both, on one axis."""
    high = np.minimum((middle + length / 2)[:, None], others + lengths / 2)
    low = np.maximum((middle - length / 2)[:, None], others - lengths / 2)
    shared: Array = np.maximum(high - low, 0)
    return shared
