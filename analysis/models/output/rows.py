"""Boxes as they come out of a model, still in its input's space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from analysis.models.output.nms import Floats, Integers


@dataclass(frozen=True)
class Rows:
    """Boxes of a frame, best first.

    Attributes:
        boxes: (n, 4) float32: left, top, right, bottom, 0 to 1 of the input.
        scores: (n,) float32, 0 to 1.
        classes: (n,) int64.
        best: the highest score of a target, whether or not it is among the rows.
    """

    boxes: Floats
    scores: Floats
    classes: Integers
    best: float


class BoxHead(Protocol):
    """What reads boxes out of a model's outputs.

    Attributes:
        labels: of its classes, by number.
        why: what was decided about the outputs, and from what.
    """

    labels: tuple[str, ...]
    why: str

    def rows(
        self, outputs: list[NDArray[np.float32]], targets: Integers, threshold: float
    ) -> Rows:
        """The boxes of target classes that score above the threshold."""
        ...


def choose(
    boxes: Floats,
    scores: Floats,
    classes: Integers,
    targets: Integers,
    threshold: float,
) -> Rows:
    """The rows that mean something: finite, of a target class, above the threshold.

    What engines leave in unused rows can be anything: NaN, infinities, class numbers
    that do not exist.
    """
    sound = np.isfinite(boxes).all(axis=1) & np.isfinite(scores)
    sound &= np.isin(classes, targets)
    boxes, scores, classes = boxes[sound], scores[sound], classes[sound]
    scores = np.clip(scores, 0, 1)
    best = float(scores.max()) if scores.size else 0.0
    above = np.flatnonzero(scores > threshold)
    above = above[np.argsort(-scores[above], kind="stable")]
    return Rows(boxes[above], scores[above], classes[above], best)
