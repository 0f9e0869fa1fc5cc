"""The water in a frame: whether anything moves in it, and whether one could see.

Both are measured on the luma of the part of the frame that the detector looks at: what
passes beside it says nothing of what the model called a fish. It is averaged down as a
whole frame to 90 x 60, where sensor noise is gone and a fish of a few per cent of the
width is still a pixel or two.

Motion is how far the most changed spot stands out from the recent past: the difference
to a running mean (time constant ten frames), less the median over the frame (a cloud
passes), averaged over 5 x 5, in units of that spot's own usual variation. A waving
plant or a flickering surface has a large usual variation; a passing fish has not. On
sixteen clips of a creek, passes of fish measure 1.7 to 7, still scenes that a whole-
frame model called fish 0.3 to 0.8.

Visibility is the detail at that scale: the standard deviation of the frame less its own
3 x 3 blur, without the outermost pixels, in grey levels. A lens grown over, a night, a
flood of mud has next to none: then no fish were seen because nothing could be, and that
must not look like no fish.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

import cv2
import numpy as np
import numpy.typing as npt

from analysis.values.seen import Rect, Size

WIDTH, HEIGHT = 90, 60
"""Of a whole frame, in the water's pixels."""

MOVES = 1.0
"""A frame moves when its motion is above this."""

_MEMORY = 0.1
_NOISE_FLOOR = 2.0  # grey levels; below it a variation is the camera's, not the water's
_SPOT = np.full(5, 1 / 5, np.float32)
_BLUR = np.full(3, 1 / 3, np.float32)
_LEAST_SIDE = 12  # of a part, that something is left of it within the blurs
_SPARSE = 3  # a median of every ninth pixel is as good, and most of the cost
_AT_ONCE = 24  # of more, the many floats would no longer fit into the cache
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


def grid(frame: Size, part: Rect) -> Size:
    """How small a part of a frame is made to measure its water: width and height."""
    width = round(WIDTH * part[2] / frame[0])
    height = round(HEIGHT * part[3] / frame[1])
    return max(_LEAST_SIDE, width), max(_LEAST_SIDE, height)


class WaterGauge:
    """Measures the frames of one clip; holds the look of the recent past.

    Frames are taken many at a time and laid side by side, as one wide picture of shape
    (height, frames, width): blurs and sums over it take half as long as over small
    ones. Only what remembers goes frame by frame.
    """

    def __init__(self) -> None:
        self._mean: Optional[_Floats] = None
        self._variance: Optional[_Floats] = None
        self._seen = 0

    def measure(self, greys: Sequence[Grey]) -> list[Water]:
        """Measure the next frames.

        Args:
            greys: (height, width) uint8 luma each, all of one size, in the clip's
                order; how many at a time makes no difference.
        """
        starts = range(0, len(greys), _AT_ONCE)
        parts = (self._measure(greys[each : each + _AT_ONCE]) for each in starts)
        return [water for part in parts for water in part]

    def _measure(self, greys: Sequence[Grey]) -> list[Water]:
        frames = np.stack(greys, axis=1).astype(np.float32)
        light, detail = _means(frames), _detail(frames)
        visible = (
            (light >= _DARKEST) & (light <= _BRIGHTEST) & (detail >= _LEAST_DETAIL)
        )
        each = (self._motion(frames), detail, visible)
        return [Water(*row) for row in zip(*(column.tolist() for column in each))]

    def _motion(self, frames: _Floats) -> _Floats:
        count = frames.shape[1]
        seen = range(self._seen + 1, self._seen + count + 1)
        self._seen += count
        if self._mean is None or self._variance is None:
            self._mean = frames[:, 0].copy()
            self._variance = np.full_like(self._mean, _NOISE_FLOOR**2)
        # The first frames weigh alike, or the very first would linger.
        weights = [max(_MEMORY, 1 / number) for number in seen]
        change = frames - _remembered(self._mean, frames, weights)
        change -= _medians(change[::_SPARSE, :, ::_SPARSE])[:, None]
        # The first frame of all differs from nothing, which is no usual variation.
        weights = [_MEMORY if number > 1 else 0.0 for number in seen]
        usual = _blurred(_remembered(self._variance, change * change, weights), _SPOT)
        usual += np.float32(_NOISE_FLOOR**2)
        spots = _blurred(change, _SPOT)
        spots /= np.sqrt(usual, out=usual)
        within = _within(np.abs(spots, out=spots), _SPOT)
        largest: _Floats = within.max(axis=(0, 2))
        return largest


def _remembered(memory: _Floats, frames: _Floats, weights: list[float]) -> _Floats:
    """What a running mean was before each frame; ``memory`` is it, and goes on."""
    before = np.empty_like(frames)
    for index, weight in enumerate(weights):
        before[:, index] = memory
        cv2.accumulateWeighted(frames[:, index], memory, weight)
    return before


def _detail(frames: _Floats) -> _Floats:
    """The standard deviation of each frame less its own blur."""
    rough = _within(frames - _blurred(frames, _BLUR), _BLUR)
    means = _means(rough)
    squares = np.einsum("yfx,yfx->f", rough, rough) / rough[:, 0].size
    detail: _Floats = np.sqrt(np.maximum(squares - means * means, 0))
    return detail


def _means(frames: _Floats) -> _Floats:
    """Of each frame; numpy's own takes three times as long over these axes."""
    means: _Floats = np.einsum("yfx->f", frames) / frames[:, 0].size
    return means


def _blurred(frames: _Floats, kernel: _Floats) -> _Floats:
    """Frames blurred; at their edges, neighbours shine through."""
    height, count, width = frames.shape
    wide = frames.reshape(height, count * width)
    blurred: _Floats = cv2.sepFilter2D(wide, -1, kernel, kernel).reshape(frames.shape)
    return blurred


def _within(frames: _Floats, kernel: _Floats) -> _Floats:
    """The part of frames that a blur's edges do not reach."""
    edge = len(kernel) // 2
    return frames[edge:-edge, :, edge:-edge]


def _medians(values: _Floats) -> _Floats:
    """Of an even number of values each; numpy's own takes three times as long."""
    each = values.swapaxes(0, 1).reshape(values.shape[1], -1)
    upper = each.shape[1] // 2
    ranked = np.partition(each, (upper - 1, upper), axis=1)
    middle: _Floats = (ranked[:, upper - 1] + ranked[:, upper]) / np.float32(2)
    return middle
