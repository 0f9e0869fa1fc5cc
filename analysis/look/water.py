"""Water: whether a fish could be seen in a frame.

It is measured on the brightness of the part of the frame that the detector sees. This
is made small by averaging, at a scale at which a whole frame has 90 x 60 pixels. There
sensor noise is gone, and a fish of a few per cent of the width still has a pixel or
two. What moves is measured on the same small pictures: see ``analysis.look.moved``.

Visibility is judged by light and detail. Detail is the standard deviation of the frame
less its own 3 x 3 blur, without the outermost pixels, in grey levels. An overgrown
lens, a night or a flood of mud has hardly any: then no fish were seen because nothing
could be seen, and this must not look like water without fish.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import cv2
import numpy as np
import numpy.typing as npt

from analysis.values.seen import Rect, Size

WIDTH, HEIGHT = 90, 60
"""The size of a whole frame at the scale at which water is measured."""

_BLUR = np.full(3, 1 / 3, np.float32)
_LEAST_SIDE = 12  # of a part, so that something is left inside the edges of blurs
_AT_ONCE = 24  # frames; more would not fit into the processor's cache
_LEAST_DETAIL = 0.3
_DARKEST, _BRIGHTEST = 16, 240

Grey = npt.NDArray[np.uint8]
_Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Water:
    """What was measured in one frame.

    Attributes:
        detail: see above, in grey levels.
        visible: whether a fish could be seen: neither dark nor blinded, some detail.
    """

    detail: float
    visible: bool


def spots_of(frame: Size, part: Rect) -> Rect:
    """Return where a part of a frame lies in the small picture, at least 12 x 12."""
    x, width = _along(frame[0], part[0], part[2], WIDTH)
    y, height = _along(frame[1], part[1], part[3], HEIGHT)
    return x, y, width, height


def _along(side: int, start: int, length: int, small: int) -> tuple[int, int]:
    wide = min(small, max(_LEAST_SIDE, round(small * length / side)))
    return min(round(small * start / side), small - wide), wide


def measure(greys: Sequence[Grey]) -> list[Water]:
    """Measure frames.

    Many are laid side by side as one wide picture of shape (height, frames, width),
    because blurs and sums over it take half the time.

    Args:
        greys: (height, width) uint8 brightness each.
    """
    return [
        water
        for _, alike in groupby(greys, lambda grey: grey.shape)
        for water in _measure(list(alike))
    ]


def _measure(greys: Sequence[Grey]) -> Iterator[Water]:
    for start in range(0, len(greys), _AT_ONCE):
        frames = np.stack(greys[start : start + _AT_ONCE], axis=1).astype(np.float32)
        light, detail = _means(frames), _detail(frames)
        visible = (
            (light >= _DARKEST) & (light <= _BRIGHTEST) & (detail >= _LEAST_DETAIL)
        )
        yield from map(Water, detail.tolist(), visible.tolist())


def _detail(frames: _Floats) -> _Floats:
    """Compute the standard deviation of each frame less its own blur."""
    rough = frames - _blurred(frames)
    rough = rough[1:-1, :, 1:-1]  # at the edges the frame beside is mixed in
    means = _means(rough)
    squares = np.einsum("yfx,yfx->f", rough, rough) / rough[:, 0].size
    detail: _Floats = np.sqrt(np.maximum(squares - means * means, 0))
    return detail


def _means(frames: _Floats) -> _Floats:
    """Compute the mean of each frame, three times as fast as numpy's own mean does."""
    means: _Floats = np.einsum("yfx->f", frames) / frames[:, 0].size
    return means


def _blurred(frames: _Floats) -> _Floats:
    """Blur the frames; at the edges the frame beside mixes in."""
    height, count, width = frames.shape
    wide = frames.reshape(height, count * width)
    blurred: _Floats = cv2.sepFilter2D(wide, -1, _BLUR, _BLUR).reshape(frames.shape)
    return blurred
