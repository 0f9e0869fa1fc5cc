"""Flat pictures: brightness without the slow changes of light.

The logarithm makes light that comes and goes weigh alike in bright and dark water; ten
grey levels are added, because below them there is only noise. What is left after a wide
blur is taken away are edges and spots, which a passing cloud does not change.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

UNIT = 1024.0
"""A flat picture's whole numbers are so many to a factor of e in brightness."""

Flat = npt.NDArray[np.int16]

_LOGARITHM = (np.log(np.arange(256) + 10.0) * UNIT).astype(np.float32)
_WIDE = (15, 15)
_SPOT, _SPOT_SIGMAS = (5, 5), (0.8, 0.5)  # fish are longer than high


def flat(grey: npt.NDArray[np.uint8]) -> Flat:
    """Return a picture without its slow changes.

    Args:
        grey: (height, width) uint8 brightness, at the scale of ``analysis.look.water``.

    Returns:
        (height, width) int16, in shares of ``UNIT``.
    """
    light = cv2.LUT(grey, _LOGARITHM)
    light -= cv2.blur(light, _WIDE)
    smooth = cv2.GaussianBlur(
        light, _SPOT, sigmaX=_SPOT_SIGMAS[0], sigmaY=_SPOT_SIGMAS[1]
    )
    made: Flat = smooth.astype(np.int16)
    return made
