"""Non-maximum suppression: of overlapping boxes of one class, only the best stays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

IOU = 0.45
MOST = 300
"""The largest number of boxes that is kept in a frame; a shoal has fewer."""

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]


def suppress(boxes: Floats, scores: Floats, classes: Integers) -> Integers:
    """Choose the boxes that stay.

    Args:
        boxes: (n, 4) float32: left, top, right, bottom, in any unit.
        scores: (n,) float32.
        classes: (n,) int64; boxes of different classes do not suppress each other.

    Returns:
        The numbers of the rows that stay, best first.
    """
    order = np.argsort(-scores, kind="stable")[: 10 * MOST]
    kept: list[int] = []
    while order.size and len(kept) < MOST:
        best, rest = int(order[0]), order[1:]
        kept.append(best)
        rivals = (classes[rest] == classes[best]) & (
            iou(boxes[best], boxes[rest]) > IOU
        )
        order = rest[~rivals]
    return np.asarray(kept, np.int64)


def iou(box: Floats, others: Floats) -> Floats:
    """Compute intersection over union of a box with each other box, (n,) float32."""
    corner = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    shared = np.prod(np.clip(corner, 0, None), axis=1)
    union = _area(box[None]) + _area(others) - shared
    nothing: Floats = np.zeros_like(shared)
    return np.divide(shared, union, out=nothing, where=union > 0)


def _area(boxes: Floats) -> Floats:
    area: Floats = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    return area
