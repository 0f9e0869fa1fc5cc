"""FOMO: Edge Impulse's grid of cells, each with a score for each class.

The grid is an eighth of the picture, its first channel is the background. Cells of one
class that touch are one object, and its box is the cells.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from analysis import ModelError
from analysis.config import DetectorConfig
from analysis.models.file.labeltext import is_background
from analysis.models.model import Model
from analysis.models.output.coarse import require_fine
from analysis.models.output.kind import unknown
from analysis.models.output.nms import Floats, Integers
from analysis.models.output.rows import Rows, choose
from weir.printable import many

_SLACK = 0.02


class FomoHead:
    """Reads the grid of a FOMO.

    Attributes:
        labels: those of its classes, without the background.
        why: what was decided about the grid.
        reading: that it is read as a grid.

    Args:
        model: the detector.
        config: the table ``[analysis.detector]``.

    Raises:
        ModelError: its output is no such grid, or the labels do not fit.
    """

    def __init__(self, model: Model, config: DetectorConfig) -> None:
        shapes = [each.shape for each in model.outputs]
        if len(shapes) != 1 or len(shapes[0]) != 4 or shapes[0][3] < 2:
            raise unknown(model, "is no fomo")
        require_fine(model, 0, 3, (1,), logits=False)
        grid = model.sample(1)[0]
        if grid.min() < -_SLACK or grid.max() > 1 + _SLACK:
            raise unknown(
                model, f"gives scores from {grid.min():.3g} to {grid.max():.3g}"
            )
        self._threshold = config.threshold
        self.labels = _labels(model, shapes[0][3] - 1)
        self.reading = "fomo"
        self.why = (
            f"a grid of {shapes[0][2]} x {shapes[0][1]} cells, class 0 background"
        )

    def rows(self, outputs: list[Floats], targets: Integers, threshold: float) -> Rows:
        """Return the boxes of target classes above the threshold, best first.

        What is above the threshold that counts is joined first, so that fainter cells
        beside it do not change its box.
        """
        grid = outputs[0][0]
        parts = []
        for target in targets:
            scores = np.nan_to_num(grid[:, :, target + 1], nan=0.0)
            strong = scores > self._threshold
            faint = (scores > threshold) & ~strong
            for cells in (strong & (scores > threshold), faint):
                parts += [
                    (box, score, target) for box, score in _objects(cells, scores)
                ]
        best = float(np.nan_to_num(grid[:, :, targets + 1]).max(initial=0.0))
        found = choose(
            np.asarray([each[0] for each in parts], np.float32).reshape(-1, 4),
            np.asarray([each[1] for each in parts], np.float32),
            np.asarray([each[2] for each in parts], np.int64),
            targets,
            threshold,
        )
        return Rows(found.boxes, found.scores, found.classes, min(best, 1.0))


def _objects(
    cells: NDArray[np.bool_], scores: Floats
) -> list[tuple[tuple[float, ...], float]]:
    """Join cells that touch, also at a corner.

    Returns:
        For each object left, top, right, bottom, as shares, and its best score.
    """
    if not cells.any():
        return []
    high, wide = cells.shape
    count, marks, stats, _ = cv2.connectedComponentsWithStats(
        cells.astype(np.uint8), connectivity=8
    )
    found: list[tuple[tuple[float, ...], float]] = []
    for each in range(1, count):
        x, y, width, height, _ = (int(number) for number in stats[each])
        box = (x / wide, y / high, (x + width) / wide, (y + height) / high)
        found.append((box, float(scores[marks == each].max())))
    return found


def _labels(model: Model, classes: int) -> tuple[str, ...]:
    labels = model.labels
    if len(labels) == classes + 1 and is_background(labels[0]):
        labels = labels[1:]
    if len(labels) != classes:
        raise ModelError(
            f"{model.name}: has {many(classes, 'class', 'classes')} and a background,"
            f" but labels for {len(model.labels)} ({', '.join(model.labels[:4])}); set "
            f"{model.key}.labels to a file with one line for each class, without the "
            "background"
        )
    return labels
