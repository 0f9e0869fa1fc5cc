"""Flat pictures: brightness without the slow changes of light.

The logarithm makes light that comes and goes weigh alike in bright and dark water; ten
grey levels are added, because below them there is only noise. What is left after a wide
blur is taken away are edges and spots, which a passing cloud does not change.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

UNIT = 1024.0
"""A flat picture's whole numbers are so many to a factor of e in brightness."""

Flat = npt.NDArray[np.int16]

_LOGARITHM = (np.log(np.arange(256) + 10.0) * UNIT).astype(np.float32)
_WIDE = (15, 15)
_SPOT, _SPOT_SIGMAS = (5, 5), (0.8, 0.5)  # fish are longer than high


_AT_ONCE = 12  # pictures; more would not fit into the processor's cache


def flats(greys: Sequence[npt.NDArray[np.uint8]]) -> list[Flat]:
    """Return pictures without their slow changes.

    Many lie on each other as the channels of one picture, which takes less time and
    gives the same numbers as one by one.

    Args:
        greys: (height, width) uint8 brightness, all of one size, at the scale of
            ``analysis.look.water``.

    Returns:
        (height, width) int16 each, in shares of ``UNIT``.
    """
    made: list[Flat] = []
    for start in range(0, len(greys), _AT_ONCE):
        made += _flat(np.stack(greys[start : start + _AT_ONCE], axis=-1))
    return made


def _flat(greys: npt.NDArray[np.uint8]) -> list[Flat]:
    """Flatten pictures that are the channels, (height, width, pictures), of one."""
    rows = greys.reshape(len(greys), -1)  # OpenCV's tables are for few channels
    light = cv2.LUT(rows, _LOGARITHM).reshape(greys.shape)
    blurred = cv2.blur(light, _WIDE).reshape(greys.shape)  # of one it drops the axis
    np.subtract(light, blurred, out=light)
    smooth = cv2.GaussianBlur(
        light, _SPOT, sigmaX=_SPOT_SIGMAS[0], sigmaY=_SPOT_SIGMAS[1]
    )
    whole = smooth.reshape(greys.shape).astype(np.int16)
    return list(np.ascontiguousarray(np.moveaxis(whole, -1, 0)))
