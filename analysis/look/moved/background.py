"""The background: what the water looks like without what passes, and how it varies.

Both are ranks over a window of time, and not running means: fish that pass all the time
must not become part of the background.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from analysis.look.moved.flat import UNIT, Flat
from analysis.look.moved.ranks import ranked

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
        middle: (height, width) float32, the median at each spot.
        sharpness: (height, width) float32, one over each spot's usual deviation.
    """

    middle: _Floats
    sharpness: _Floats

    def stands_out(self, picture: Flat) -> _Floats:
        """Return how far each spot of a picture is from what it usually is.

        The median over the picture is taken away, because light that changes everywhere
        is no motion.

        Returns:
            (height, width) float32, in units of the spot's usual deviation.
        """
        change: _Floats = picture - self.middle
        sparse = change[::_SPARSE, ::_SPARSE].ravel()
        change -= np.partition(sparse, sparse.size // 2)[sparse.size // 2]
        np.abs(change, out=change)
        change *= self.sharpness
        return change


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
    middle = ranked(rows, len(rows) // 2)
    apart = [cv2.absdiff(row, middle) for row in rows]
    usual = ranked(apart, int(usual_share * (len(rows) - 1)))
    each = (len(windows), *windows[0][0].shape)
    return [
        Background(one.astype(np.float32), _sharpness(other))
        for one, other in zip(middle.reshape(each), usual.reshape(each))
    ]


def _sharpness(usual: Flat) -> _Floats:
    blurred = cv2.GaussianBlur(usual.astype(np.float32), (7, 7), 1.0)
    sharpness: _Floats = np.float32(1) / (blurred + np.float32(_FLOOR))
    return sharpness
