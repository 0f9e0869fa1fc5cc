"""Makes smooth random planes, like clouds of any size, whose edges fit together.

The code uses only sums and products in double precision. It never uses a matrix
library, because its results differ from processor to processor.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import RandomState

Plane = Any  # numpy.ndarray; its types are of no help across numpy 1 and 2


def smooth(rng: RandomState, shape: tuple[int, int], cells: tuple[int, int]) -> Plane:
    """Return a smooth random plane whose opposite edges fit together.

    Args:
        rng: its random numbers.
        shape: height and width of the plane.
        cells: how many hills and hollows there are down and across.

    Returns:
        The plane, float64, -1 to 1.
    """
    grid = rng.random_sample(cells) * 2 - 1
    return _stretch(_stretch(grid, shape[0]).T, shape[1]).T


def fractal(
    rng: RandomState, shape: tuple[int, int], cells: tuple[int, int], octaves: int
) -> Plane:
    """Return a plane like that of ``smooth``, with finer detail added.

    Each of the ``octaves`` is twice as fine as the one before and has half its weight.
    """
    total: Plane = np.zeros(shape)
    for octave in range(octaves):
        fine = (cells[0] << octave, cells[1] << octave)
        total += smooth(rng, shape, fine) / (1 << octave)
    return total / 1.5


def twice(plane: Plane) -> Plane:
    """Repeat a plane whose edges fit together, so that any window is a slice of it.

    Returns:
        The plane as int16, twice as wide and high.
    """
    return np.tile(np.rint(plane).astype(np.int16), (2, 2))


def _stretch(grid: Plane, size: int) -> Plane:
    """Stretch the first axis smoothly to ``size``, so that its ends fit together."""
    place = np.arange(size) * (len(grid) / size)
    low = place.astype(np.intp)
    part = place - low
    part = (part * part * (3 - 2 * part))[:, None]
    return grid[low] * (1 - part) + grid[(low + 1) % len(grid)] * part
