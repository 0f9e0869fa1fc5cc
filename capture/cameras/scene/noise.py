"""Smooth randomness: clouds of any size whose edges fit together.

Sums and products only, in double precision and never through a matrix library, whose
results differ from processor to processor.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import RandomState

Plane = Any  # numpy.ndarray; its types are of no help across numpy 1 and 2


def smooth(rng: RandomState, shape: tuple[int, int], cells: tuple[int, int]) -> Plane:
    """A plane of ``shape`` with so many hills and hollows, float64, -1 to 1, tiling."""
    grid = rng.random_sample(cells) * 2 - 1
    return _stretch(_stretch(grid, shape[0]).T, shape[1]).T


def fractal(
    rng: RandomState, shape: tuple[int, int], cells: tuple[int, int], octaves: int
) -> Plane:
    """The same with ever finer detail of ever less weight."""
    total: Plane = np.zeros(shape)
    for octave in range(octaves):
        fine = (cells[0] << octave, cells[1] << octave)
        total += smooth(rng, shape, fine) / (1 << octave)
    return total / 1.5


def twice(plane: Plane) -> Plane:
    """A tiling plane as int16, twice as wide and high: any window is a slice of it."""
    return np.tile(np.rint(plane).astype(np.int16), (2, 2))


def _stretch(grid: Plane, size: int) -> Plane:
    """Stretch the first axis to ``size``, softly, as if it went round."""
    place = np.arange(size) * (len(grid) / size)
    low = place.astype(np.intp)
    part = place - low
    part = (part * part * (3 - 2 * part))[:, None]
    return grid[low] * (1 - part) + grid[(low + 1) % len(grid)] * part
