"""Rows: the boxes of a model's output, still in coordinates of its input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.models.output.nms import Floats, Integers


@dataclass(frozen=True)
class Rows:
    """The boxes of a frame, best first.

    Attributes:
        boxes: (n, 4) float32: left, top, right, bottom, as shares of the input.
        scores: (n,) float32, 0 to 1.
        classes: (n,) int64.
        best: the highest score of any target, even if it is not among the rows.
    """

    boxes: Floats
    scores: Floats
    classes: Integers
    best: float


class BoxHead(Protocol):
    """Reads boxes from a model's outputs.

    Attributes:
        labels: those of the classes, by number.
        why: what was decided about the outputs, and how.
        reading: how they are read, where an earlier Weir read them otherwise or not
            at all; empty where it did not.
    """

    labels: tuple[str, ...]
    why: str
    reading: str

    def rows(
        self, outputs: list[NDArray[np.float32]], targets: Integers, threshold: float
    ) -> Rows:
        """Return the boxes of target classes that score above the threshold."""
        ...


def choose(
    boxes: Floats,
    scores: Floats,
    classes: Integers,
    targets: Integers,
    threshold: float,
) -> Rows:
    """Choose the rows that are finite, of a target class and above the threshold.

    Engines leave anything in unused rows: NaN, infinities, classes that do not exist.
    """
    sound = np.isfinite(boxes).all(axis=1) & np.isfinite(scores)
    sound &= np.isin(classes, targets)
    boxes, scores, classes = boxes[sound], scores[sound], classes[sound]
    scores = np.clip(scores, 0, 1)
    best = float(scores.max()) if scores.size else 0.0
    above = np.flatnonzero(scores > threshold)
    above = above[np.argsort(-scores[above], kind="stable")]
    return Rows(boxes[above], scores[above], classes[above], best)
