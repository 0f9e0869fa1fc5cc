"""Water: whether anything moves in a frame, and whether a fish could be seen in it.

Both are measured on the brightness of the part of the frame that the detector sees,
because what moves beside it cannot be what the model called a fish. This part is made
small by averaging, at a scale at which a whole frame has 90 x 60 pixels. There sensor
noise is gone, and a fish of a few per cent of the width still has a pixel or two.

Motion tells how far the most changed spot stands out from the recent past. It is the
difference to a running mean (time constant ten frames), less the median over the frame
(for passing clouds), averaged over 5 x 5 pixels, in units of that spot's own usual
variation. A waving plant or a flickering surface has a large usual variation; the water
that a fish passes has not. On sixteen clips of a creek, passing fish measured 1.7 to 7,
and still scenes that a whole-frame model called fish 0.3 to 0.8.

Visibility is judged by light and detail. Detail is the standard deviation of the frame
less its own 3 x 3 blur, without the outermost pixels, in grey levels. An overgrown
lens, a night or a flood of mud has hardly any: then no fish were seen because nothing
could be seen, and this must not look like water without fish.
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
"""The size of a whole frame at the scale at which water is measured."""

MOVES = 1.0
"""Something moves in a frame if its motion is above this."""

_MEMORY = 0.1
_NOISE_FLOOR = 2.0  # grey levels; below it a variation is the camera's, not the water's
_SPOT = np.full(5, 1 / 5, np.float32)
_BLUR = np.full(3, 1 / 3, np.float32)
_LEAST_SIDE = 12  # of a part, so that something is left inside the edges of blurs
_SPARSE = 3  # the median of every ninth pixel is as good, and costs much less
_AT_ONCE = 24  # frames; more would not fit into the processor's cache
_LEAST_DETAIL = 0.3
_DARKEST, _BRIGHTEST = 16, 240

Grey = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Water:
    """What was measured in one frame.

    Attributes:
        motion: see above; 0 is none, above ``MOVES`` something moves.
        detail: see above, in grey levels.
        visible: whether a fish could be seen: neither dark nor blinded, some detail.
    """

    motion: float
    detail: float
    visible: bool


def grid(frame: Size, part: Rect) -> Size:
    """Return the size to which a part of a frame is made small before measuring."""
    width = round(WIDTH * part[2] / frame[0])
    height = round(HEIGHT * part[3] / frame[1])
    return max(_LEAST_SIDE, width), max(_LEAST_SIDE, height)


class WaterGauge:
    """Measures the frames of one clip, and remembers how the recent ones looked.

    Many frames are laid side by side as one wide picture of shape (height, frames,
    width), because blurs and sums over it take half the time. Only the running mean and
    variance go frame by frame.
    """

    def __init__(self) -> None:
        self._mean: Optional[_Floats] = None
        self._variance: Optional[_Floats] = None
        self._seen = 0

    def measure(self, greys: Sequence[Grey]) -> list[Water]:
        """Measure the next frames.

        Args:
            greys: (height, width) uint8 brightness each, all of one size, in the
                clip's order. How many are given at once does not change the result.
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
        # The first frames weigh alike; otherwise the very first would weigh too much.
        weights = [max(_MEMORY, 1 / number) for number in seen]
        change = frames - _remembered(self._mean, frames, weights)
        change -= _medians(change[::_SPARSE, :, ::_SPARSE])[:, None]
        # The very first frame has no frame before it, and so says nothing of variation.
        weights = [_MEMORY if number > 1 else 0.0 for number in seen]
        usual = _blurred(_remembered(self._variance, change * change, weights), _SPOT)
        usual += np.float32(_NOISE_FLOOR**2)
        spots = _blurred(change, _SPOT)
        spots /= np.sqrt(usual, out=usual)
        within = _within(np.abs(spots, out=spots), _SPOT)
        largest: _Floats = within.max(axis=(0, 2))
        return largest


def _remembered(memory: _Floats, frames: _Floats, weights: list[float]) -> _Floats:
    """Return the running mean before each frame.

    Args:
        memory: the running mean, which is brought up to date.
        frames: (height, frames, width).
        weights: how much each frame counts in the new mean.
    """
    before = np.empty_like(frames)
    for index, weight in enumerate(weights):
        before[:, index] = memory
        cv2.accumulateWeighted(frames[:, index], memory, weight)
    return before


def _detail(frames: _Floats) -> _Floats:
    """Compute the standard deviation of each frame less its own blur."""
    rough = _within(frames - _blurred(frames, _BLUR), _BLUR)
    means = _means(rough)
    squares = np.einsum("yfx,yfx->f", rough, rough) / rough[:, 0].size
    detail: _Floats = np.sqrt(np.maximum(squares - means * means, 0))
    return detail


def _means(frames: _Floats) -> _Floats:
    """Compute the mean of each frame, three times as fast as numpy's own mean does."""
    means: _Floats = np.einsum("yfx->f", frames) / frames[:, 0].size
    return means


def _blurred(frames: _Floats, kernel: _Floats) -> _Floats:
    """Blur the frames; at the edges the frame beside mixes in."""
    height, count, width = frames.shape
    wide = frames.reshape(height, count * width)
    blurred: _Floats = cv2.sepFilter2D(wide, -1, kernel, kernel).reshape(frames.shape)
    return blurred


def _within(frames: _Floats, kernel: _Floats) -> _Floats:
    """Cut off the edges, where a blur mixes in the frame beside."""
    edge = len(kernel) // 2
    return frames[edge:-edge, :, edge:-edge]


def _medians(values: _Floats) -> _Floats:
    """Compute the median of each frame, three times as fast as numpy's own.

    Args:
        values: (height, frames, width), with an even number of values for each frame.
    """
    each = values.swapaxes(0, 1).reshape(values.shape[1], -1)
    upper = each.shape[1] // 2
    ranked = np.partition(each, (upper - 1, upper), axis=1)
    middle: _Floats = (ranked[:, upper - 1] + ranked[:, upper]) / np.float32(2)
    return middle
