"""Stillness: whether a frame is so like the last one looked at that it need not be.

The part that the detector sees is made 28 x 28 cells of brightness. A frame has changed
if a cell moved by more than ``reuse_below`` grey levels since the last frame that was
looked at, or if the light of the whole frame did by four times that; the light is the
median of the cells' changes, and is taken off each.

Two things make this finer than one limit for all:

- Where the last score lies near the threshold, little decides. There a quarter of the
  limit is enough, and a picture with any noise is looked at.
- A cell of restless water always moves. So it must move further where it usually moves
  from frame to frame: five times as far as usual, times the limit, but at most two and
  a half times the limit. What is usual is learnt in some dozens of frames; a cell that
  has been quiet has the plain limit.
"""

from __future__ import annotations

from typing import Optional

import numpy as np
import numpy.typing as npt

from analysis.frames.frames import Frame
from analysis.values.seen import Rect

SIDE = 28
_FINER = 4  # a cell is the mean of so many pixels on each side, which have steps
_LIGHT = 4.0
_NEAR, _NEAR_LIMIT = 0.25, 0.25
_USUAL, _MOST = 5.0, 2.5
_LEARNS, _LARGEST = 1 / 32, 4.0

Cells = npt.NDArray[np.float32]


def cells_of(frame: Frame, part: Rect) -> Cells:
    """Return the brightness of a part of a frame, (28, 28) float32 grey levels."""
    fine = SIDE * _FINER
    grey = frame.grey(fine, fine, part)
    cells: Cells = grey.reshape(SIDE, _FINER, SIDE, _FINER).mean((1, 3), np.float32)
    return cells


class Stillness:
    """Compares the frames of one clip with the last one that was looked at.

    Args:
        below: the limit, in grey levels.
        threshold: the detector's.
    """

    def __init__(self, below: float, threshold: float) -> None:
        self._below, self._threshold = below, threshold
        self._looked: Optional[Cells] = None
        self._score = 0.0
        self._before: Optional[Cells] = None
        self._usual = np.zeros((SIDE, SIDE), np.float32)

    def is_changed(self, cells: Cells) -> bool:
        """Whether the next frame must be looked at; call it once for each frame."""
        before, self._before = self._before, cells
        is_changed = self._looked is None or self._has_moved(cells, self._looked)
        if before is not None:
            moved, _ = _moved(cells, before)
            self._usual += _LEARNS * (np.minimum(moved, _LARGEST) - self._usual)
        return is_changed

    def look(self, cells: Cells, score: float) -> None:
        """Note that a frame was looked at, and how the detector scored it."""
        self._looked, self._score = cells, score

    def forget(self) -> None:
        """Forget all, because the next frame shows another picture."""
        self._looked = self._before = None
        self._usual[:] = 0

    def _has_moved(self, cells: Cells, looked: Cells) -> bool:
        moved, light = _moved(cells, looked)
        if light > _LIGHT * self._below:
            return True
        is_near = abs(self._score - self._threshold) < _NEAR
        limit = self._below * (_NEAR_LIMIT if is_near else 1)
        return bool((moved > limit * np.clip(_USUAL * self._usual, 1, _MOST)).any())


def _moved(cells: Cells, others: Cells) -> tuple[Cells, float]:
    """Return how far each cell moved besides the light, and how far the light did."""
    change = cells - others
    light = float(np.median(change))
    moved: Cells = np.abs(change - light)
    return moved, abs(light)
