"""YOLO: one table of boxes, with a row or column for each box; see ``table``.

A segmenting YOLO has a second output, from which its masks are made. Its boxes are
read, its masks are not.
"""

from __future__ import annotations

from typing import Optional

import numpy as np
from numpy.typing import NDArray

from analysis import ModelError
from analysis.config import DetectorConfig
from analysis.models.model import Model
from analysis.models.output import boxform
from analysis.models.output.boxform import PIXELS, BoxForm, Corners
from analysis.models.output.coarse import require_fine
from analysis.models.output.kind import is_table, unknown
from analysis.models.output.nms import Floats, Integers, suppress
from analysis.models.output.rows import Rows, choose
from analysis.models.output.table import (
    END_TO_END,
    EXTRA,
    V8,
    YOLOX,
    TableLayout,
    decide_layout,
    labels_of,
    strides_of,
)


class YoloHead:
    """Reads the output of a YOLO.

    Attributes:
        labels: those of its classes.
        why: the layout that was decided, and the unit of its boxes.
        reading: how its output is read, where an earlier Weir read it otherwise.

    Args:
        model: the detector.
        config: the config's ``kind`` and ``boxes``.

    Raises:
        ModelError: its output is no such table, or the layout cannot be decided.
    """

    def __init__(self, model: Model, config: DetectorConfig) -> None:
        output, masks = table_of(model)
        self.labels = labels_of(model)
        layout = self._layout = decide_layout(model, config.kind, output, masks)
        order = "xyxy" if layout.form == END_TO_END else "cxcywh"
        form = boxform.asked(config.boxes) or BoxForm(order, None)
        self._grid = _grid(model, layout)
        form = self._try(model, form)
        self._corners = Corners(form, (model.layout.width, model.layout.height))
        raw = ", decoded by its grids" if self._grid is not None else ""
        self.why = f"{layout}, boxes {form}{raw}"
        self.reading = _reading(model, layout, config)

    def rows(self, outputs: list[Floats], targets: Integers, threshold: float) -> Rows:
        """Return the boxes of target classes above the threshold, best first."""
        table = self._table(outputs)
        if self._layout.form == END_TO_END:
            return self._end_to_end(table, targets, threshold)
        scores, classes = self._best_target(table, targets)
        likely = np.flatnonzero(scores > threshold)
        rows = choose(
            self._corners.of(table[:4, likely].T),
            scores[likely],
            classes[likely],
            targets,
            threshold,
        )
        kept = suppress(rows.boxes, rows.scores, rows.classes)
        best = rows.best if kept.size else _highest(scores, threshold)
        return Rows(rows.boxes[kept], rows.scores[kept], rows.classes[kept], best)

    def _table(self, outputs: list[Floats]) -> Floats:
        """Turn the output so that each column is a box, and leave its mask out."""
        table: Floats = outputs[self._layout.output][0]
        table = table.T if self._layout.standing else table
        if self._layout.masks:
            table = table[: len(table) - self._layout.masks]
        return table if self._grid is None else self._grid.decode(table)

    def _best_target(self, table: Floats, targets: Integers) -> tuple[Floats, Integers]:
        extra = EXTRA[self._layout.form]
        # NaN must not hide the other scores of its box.
        scores = np.nan_to_num(table[extra:][targets], nan=0.0, posinf=0.0, neginf=0.0)
        best = scores.argmax(axis=0)
        highest = scores[best, np.arange(scores.shape[1])]
        if self._layout.form != V8:
            highest = highest * table[4]
        return highest, targets[best]

    def _end_to_end(self, table: Floats, targets: Integers, threshold: float) -> Rows:
        boxes, scores = table[:4].T, table[4]
        classes = np.where(np.isfinite(table[5]), np.rint(table[5]), -1)
        # Empty rows do not tell the unit; the first box away from the corner does.
        used = np.isfinite(boxes).all(axis=1) & (scores > 0)
        rows = boxes[used], scores[used], classes[used].astype(np.int64)
        return choose(self._corners.of(rows[0]), *rows[1:], targets, threshold)

    def _try(self, model: Model, form: BoxForm) -> BoxForm:
        """Run the model once, and see whether its boxes are in pixels.

        Raises:
            ModelError: its scores are not 0 to 1.
        """
        table = self._table(model.sample(0))
        if self._layout.form == END_TO_END:
            return form
        layout, columns = self._layout, (4, EXTRA[self._layout.form])
        require_fine(model, layout.output, layout.axis, columns, logits=False)
        scores = table[4:]
        if not np.isfinite(table).all() or scores.min() < -0.01 or scores.max() > 1.01:
            raise unknown(
                model,
                f"gives scores from {scores.min():.3g} to {scores.max():.3g}, "
                f"expected 0 to 1 ({layout})",
            )
        if form.in_pixels is not None:
            return form
        return BoxForm(form.order, bool(table[:2].max() > PIXELS), form.why)


class Grid:
    """Decodes boxes that are kept as offsets from their cells, as YOLOX exports them.

    Args:
        centres: the first corner of each cell, (2, boxes), in pixels.
        strides: the side of each cell, (boxes,), in pixels.
    """

    def __init__(
        self, centres: NDArray[np.float32], strides: NDArray[np.float32]
    ) -> None:
        self._corners, self._strides = centres, strides

    def decode(self, table: Floats) -> Floats:
        """Turn offsets and logarithms of sizes into middles and sizes, in pixels."""
        decoded = table.copy()
        decoded[:2] = table[:2] * self._strides + self._corners
        decoded[2:4] = np.exp(np.clip(table[2:4], -20, 20)) * self._strides
        return decoded

    def is_near(self, middles: Floats) -> bool:
        """Whether middles lie in or beside their cells."""
        away = np.abs(middles - (self._corners + self._strides / 2))
        return bool(np.median(away / self._strides) <= 1)


def _grid(model: Model, layout: TableLayout) -> Optional[Grid]:
    """Return the grid by which boxes are to be decoded; None if they are decoded."""
    shape = model.outputs[layout.output].shape
    strides = strides_of(model, shape[3 - layout.axis])
    if layout.form != YOLOX or not strides:
        return None
    grid = _grid_of(model, strides)
    table = model.sample(1)[layout.output][0]
    table = table.T if layout.standing else table
    size = np.asarray([[model.layout.width], [model.layout.height]], np.float32)
    if grid.is_near(table[:2]) or grid.is_near(table[:2] * size):
        return None
    if grid.is_near(grid.decode(table)[:2]):
        return grid
    raise ModelError(
        f"{model.name}: its boxes lie nowhere near their cells, neither as they are "
        "nor as offsets; export it with decoded boxes (YOLOX: --decode_in_inference)"
    )


def _grid_of(model: Model, strides: tuple[int, ...]) -> Grid:
    corners, sides = [], []
    for stride in strides:
        across = -(-model.layout.width // stride)
        down = -(-model.layout.height // stride)
        y, x = np.divmod(np.arange(across * down), across)
        corners.append(np.stack([x, y]) * stride)
        sides.append(np.full(across * down, stride))
    return Grid(
        np.concatenate(corners, axis=1).astype(np.float32),
        np.concatenate(sides).astype(np.float32),
    )


def table_of(model: Model) -> tuple[int, int]:
    """Find the output that is the table, and how many of its numbers are a mask's.

    Raises:
        ModelError: there is no such output.
    """
    shapes = [each.shape for each in model.outputs]
    tables = [at for at, shape in enumerate(shapes) if is_table(shape)]
    grids = [shape for shape in shapes if len(shape) == 4 and min(shape[1:]) > 1]
    if len(tables) != 1 or len(shapes) != 1 + len(grids) or len(grids) > 1:
        raise unknown(model, "is no yolo")
    if not grids:
        return tables[0], 0
    # Each channel is the prototype of a mask, and has the picture's proportions.
    _, high, wide, channels = grids[0]
    last = high * model.layout.width == wide * model.layout.height
    return tables[0], channels if last else high


def _reading(model: Model, layout: TableLayout, config: DetectorConfig) -> str:
    """Say how the output is read, where an earlier Weir read it otherwise."""
    said_no = model.said.ultralytics.get("end2end") is False
    words = [config.boxes] if config.boxes != "auto" else []
    if layout.form == YOLOX or layout.masks or (layout.form == END_TO_END and said_no):
        words.append(layout.form)
    return ", ".join(words)


def _highest(scores: Floats, threshold: float) -> float:
    """Find the highest score that is not above the threshold."""
    below = scores[scores <= threshold]
    return float(np.clip(below.max(), 0, 1)) if below.size else 0.0
