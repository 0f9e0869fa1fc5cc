"""The background: what the water looks like without what passes, and how it varies.

Both are ranks over a window of time, and not running means: fish that pass all the time
must not become part of the background.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import cv2
import numpy as np
import numpy.typing as npt

from analysis.look.moved.flat import UNIT, Flat
from analysis.look.moved.ranks import sorted_at

USUAL, USUAL_OF_CLIP = 0.85, 0.6
"""A spot's usual deviation is above this share of its deviations.

In a window a fish passes; in a whole clip it may stay for a third of the time.
"""

_FLOOR = 0.012 * UNIT  # below it a deviation is the camera's, not the water's
_SPARSE = 3  # the median of every ninth pixel is as good, and costs much less
_Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Background:
    """A background of flat pictures.

    Attributes:
        middle: (height, width) int16, the median at each spot.
        sharpness: (height, width) float32, one over each spot's usual deviation.
    """

    middle: Flat
    sharpness: _Floats

    def stands_out(self, picture: Flat) -> _Floats:
        """Return how far each spot of a picture is from what it usually is.

        The median over the picture is taken away, because light that changes everywhere
        is no motion.

        Returns:
            (height, width) float32, in units of the spot's usual deviation.
        """
        change: Flat = picture - self.middle
        sparse = change[::_SPARSE, ::_SPARSE].ravel()
        change -= np.partition(sparse, sparse.size // 2)[sparse.size // 2]
        stands: _Floats = np.abs(change, out=change).astype(np.float32)
        stands *= self.sharpness
        return stands


def backgrounds(
    windows: Sequence[Sequence[Flat]], usual_share: float = USUAL
) -> list[Background]:
    """Return the background of each window.

    Args:
        windows: the pictures of each, all windows with the same number of them. Many
            windows are laid one below the other, and so cost little more than one.
        usual_share: the share of deviations below the usual one.
    """
    rows = [np.concatenate(each) for each in zip(*windows)]
    middle, usual = _middle_and_usual(rows, int(usual_share * (len(rows) - 1)))
    each = (len(windows), *windows[0][0].shape)
    return [
        Background(one, _sharpness(other))
        for one, other in zip(middle.reshape(each), usual.reshape(each))
    ]


def _middle_and_usual(rows: Sequence[Flat], rank: int) -> tuple[Flat, Flat]:
    """Return the median, and the deviation from it that has a rank.

    The largest deviations are those of the smallest and the largest values. Of both
    kinds together, the n-th largest is the largest that the i-th of one kind and the
    (n - i)-th of the other reach, for any i. So one sorting is enough.
    """
    count, half = len(rows), len(rows) // 2
    largest = count - rank
    below, above = min(largest, half), min(largest, count - 1 - half)
    ranks = (*range(below), half, *range(count - above, count))
    places = sorted_at(rows, ranks)
    middle = places[half]
    unders = [middle - place for place in places[:below]]
    overs = [place - middle for place in reversed(places[count - above :])]
    usual = np.zeros_like(middle)
    for under in range(largest - above, below + 1):
        pair = [*unders[:under][-1:], *overs[: largest - under][-1:]]
        np.maximum(usual, reduce(np.minimum, pair), out=usual)
    return middle, usual


def _sharpness(usual: Flat) -> _Floats:
    blurred = cv2.GaussianBlur(usual.astype(np.float32), (7, 7), 1.0)
    sharpness: _Floats = np.float32(1) / (blurred + np.float32(_FLOOR))
    return sharpness
