"""The water in a frame: whether anything moves in it, and whether one could see.

Both are measured on the frame's luma, averaged down to 90 x 60, where sensor noise is
gone and a fish of a few per cent of the width is still a pixel or two.

Motion is how far the most changed spot stands out from the recent past: the difference
to a running mean (time constant ten frames), less the median over the frame (a cloud
passes), averaged over 5 x 5, in units of that spot's own usual variation. A waving
plant or a flickering surface has a large usual variation; a passing fish has not. On
sixteen clips of a creek, passes of fish measure 1.7 to 7, still scenes that a whole-
frame model called fish 0.3 to 0.8.

Visibility is the detail at that scale: the standard deviation of the frame less its own
3 x 3 blur, in grey levels. A lens grown over, a night, a flood of mud has next to none:
then no fish were seen because nothing could be, and that must not look like no fish.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional

import cv2
import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 90, 60
MOVES = 1.0
"""A frame moves when its motion is above this."""

_MEMORY = 0.1
_NOISE_FLOOR = 2.0  # grey levels; below it a variation is the camera's, not the water's
_SPOT = (5, 5)
_SPARSE = 3  # a median of every ninth pixel is as good, and most of the cost
_EDGE = 2  # the blur's border is made up of mirrored pixels
_LEAST_DETAIL = 0.3
_DARKEST, _BRIGHTEST = 16, 240

Grey = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Water:
    """What one frame says of the water.

    Attributes:
        motion: see above; 0 is none, above ``MOVES`` something moves.
        detail: grey levels, see above.
        visible: whether a fish could have been seen: light, not blinded, some detail.
    """

    motion: float
    detail: float
    visible: bool


class WaterGauge:
    """Measures frame after frame of one clip; holds the look of the recent past."""

    def __init__(self) -> None:
        self._mean: Optional[_Floats] = None
        self._variance = np.full((HEIGHT, WIDTH), _NOISE_FLOOR**2, np.float32)
        self._seen = 0
        self._work = np.empty((HEIGHT, WIDTH), np.float32)

    def measure(self, grey: Grey) -> Water:
        """Measure the next frame.

        Args:
            grey: (60, 90) uint8 luma.
        """
        frame = grey.astype(np.float32)
        brightness = cv2.mean(frame)[0]
        detail = _spread(frame - cv2.blur(frame, (3, 3), dst=self._work))
        light = _DARKEST <= brightness <= _BRIGHTEST
        return Water(self._motion(frame), detail, light and detail >= _LEAST_DETAIL)

    def _motion(self, frame: _Floats) -> float:
        self._seen += 1
        if self._mean is None:
            self._mean = frame
            return 0.0
        change = frame - self._mean
        change -= _median(change[::_SPARSE, ::_SPARSE])
        usual = cv2.blur(self._variance, _SPOT, dst=self._work)
        usual += np.float32(_NOISE_FLOOR**2)
        spots = cv2.blur(change, _SPOT)
        spots /= np.sqrt(usual, out=usual)
        change *= change
        cv2.accumulateWeighted(change, self._variance, _MEMORY)
        # The first frames weigh alike, or the very first would linger.
        cv2.accumulateWeighted(frame, self._mean, max(_MEMORY, 1 / self._seen))
        within = spots[_EDGE:-_EDGE, _EDGE:-_EDGE]
        return max(float(within.max()), -float(within.min()))


def _spread(plane: _Floats) -> float:
    """The standard deviation; OpenCV's own takes three times as long."""
    squares = cv2.norm(plane, cv2.NORM_L2SQR) / plane.size
    return math.sqrt(max(0.0, squares - cv2.mean(plane)[0] ** 2))


def _median(values: _Floats) -> np.float32:
    """Of an even number of values; numpy's own takes three times as long."""
    upper = values.size // 2
    ranked = np.partition(values, (upper - 1, upper), axis=None)
    middle: np.float32 = (ranked[upper - 1] + ranked[upper]) / np.float32(2)
    return middle
