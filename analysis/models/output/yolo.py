"""YOLO: one table of boxes, in one of three layouts, with a row or column for each box.

- v5: x, y, width, height, objectness, then a score for each class;
- v8, v11 and later: x, y, width, height, then a score for each class;
- end to end: left, top, right, bottom, score, class, with overlaps already removed.

A v8 model has one box for each cell of its grids, a v5 model three. The labels, the
number of boxes and the exporter's metadata decide together. If they allow two layouts,
or contradict each other, that is an error; Weir does not guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from analysis import ModelError
from analysis.frames.frames import Frame
from analysis.models.model import Model
from analysis.models.output.kind import is_table, unknown
from analysis.models.output.nms import Floats, Integers, suppress
from analysis.models.output.rows import Rows, choose

V5, V8, END_TO_END = "v5 (with objectness)", "v8 (without objectness)", "end to end"
_EXTRA = {V5: 5, V8: 4}
_BOXES_A_CELL = {V5: 3, V8: 1}
_STRIDES = (8, 16, 32, 64)  # the last in the P6 models only
_MOST_END_TO_END = 1000
_PIXELS = 2.0
"""A larger coordinate is in pixels; a smaller one is a share of the input."""


@dataclass(frozen=True)
class TableLayout:
    """How the output holds boxes.

    Attributes:
        form: v5, v8 or end to end.
        standing: True if each row is a box, False if each column is.
    """

    form: str
    standing: bool

    def __str__(self) -> str:
        return f"{self.form}, a {'row' if self.standing else 'column'} for each box"


class YoloHead:
    """Reads the output of a YOLO.

    Attributes:
        labels: those of its classes.
        why: the layout that was decided, and the unit of its boxes.

    Args:
        model: the detector.

    Raises:
        ModelError: its output is no such table, or the layout cannot be decided.
    """

    def __init__(self, model: Model) -> None:
        if len(model.outputs) != 1 or not is_table(model.outputs[0].shape):
            raise unknown(model, "is no yolo")
        _check_task(model)
        self.labels = model.labels
        self._layout = decide_layout(model)
        size = (model.layout.width, model.layout.height)
        self._unit = np.asarray(size * 2, np.float32)
        self._in_pixels = False
        self._try(model)
        unit = "pixels" if self._in_pixels else "shares"
        self.why = f"{self._layout}, boxes in {unit} of the input"

    def rows(self, outputs: list[Floats], targets: Integers, threshold: float) -> Rows:
        """Return the boxes of target classes above the threshold, best first."""
        table = self._table(outputs)
        if self._layout.form == END_TO_END:
            return self._end_to_end(table, targets, threshold)
        scores, classes = self._best_target(table, targets)
        likely = np.flatnonzero(scores > threshold)
        rows = choose(
            self._corners(table[:4, likely].T),
            scores[likely],
            classes[likely],
            targets,
            threshold,
        )
        kept = suppress(rows.boxes, rows.scores, rows.classes)
        best = rows.best if kept.size else _highest(scores, threshold)
        return Rows(rows.boxes[kept], rows.scores[kept], rows.classes[kept], best)

    def _table(self, outputs: list[Floats]) -> Floats:
        """Turn the output so that each column is a box."""
        table: Floats = outputs[0][0]
        return table.T if self._layout.standing else table

    def _best_target(self, table: Floats, targets: Integers) -> tuple[Floats, Integers]:
        extra = _EXTRA[self._layout.form]
        # NaN must not hide the other scores of its box.
        scores = np.nan_to_num(table[extra:][targets], nan=0.0, posinf=0.0, neginf=0.0)
        best = scores.argmax(axis=0)
        highest = scores[best, np.arange(scores.shape[1])]
        if self._layout.form == V5:
            highest = highest * table[4]
        return highest, targets[best]

    def _end_to_end(self, table: Floats, targets: Integers, threshold: float) -> Rows:
        boxes, scores = table[:4].T, table[4]
        classes = np.where(np.isfinite(table[5]), np.rint(table[5]), -1)
        used = np.isfinite(boxes).all(axis=1) & (scores > 0)
        # Empty rows do not tell the unit; the first box away from the corner does.
        self._in_pixels = self._in_pixels or bool(np.any(boxes[used] > _PIXELS))
        shares = self._as_shares(boxes)
        return choose(shares, scores, classes.astype(np.int64), targets, threshold)

    def _corners(self, boxes: Floats) -> Floats:
        """Turn centres and sizes into left, top, right, bottom, as shares."""
        half = boxes[:, 2:] / 2
        corners = np.concatenate([boxes[:, :2] - half, boxes[:, :2] + half], axis=1)
        return self._as_shares(corners)

    def _as_shares(self, boxes: Floats) -> Floats:
        shares: Floats = boxes / self._unit if self._in_pixels else boxes
        return shares

    def _try(self, model: Model) -> None:
        """Run the model once, and see whether its boxes are in pixels.

        Raises:
            ModelError: its scores are not 0 to 1.
        """
        grey = np.full((64, 64, 3), 128, np.uint8)
        table = self._table(model.run(model.prepare(Frame(0, grey))))
        if self._layout.form == END_TO_END:
            return
        scores = table[4:]
        if not np.isfinite(table).all() or scores.min() < -0.01 or scores.max() > 1.01:
            raise unknown(
                model,
                f"gives scores from {scores.min():.3g} to {scores.max():.3g}, "
                f"expected 0 to 1 ({self._layout})",
            )
        self._in_pixels = bool(table[:2].max() > _PIXELS)


def _highest(scores: Floats, threshold: float) -> float:
    """Find the highest score that is not above the threshold."""
    below = scores[scores <= threshold]
    return float(np.clip(below.max(), 0, 1)) if below.size else 0.0


def decide_layout(model: Model) -> TableLayout:
    """Decide how a model's output holds boxes.

    Raises:
        ModelError: more than one layout fits, or none.
    """
    _, rows, columns = model.outputs[0].shape
    labels = len(model.labels)
    possible = [
        TableLayout(form, standing)
        for standing, numbers, boxes in ((True, columns, rows), (False, rows, columns))
        for form in _forms(numbers, boxes if standing else 0, labels)
    ]
    possible = [each for each in possible if not _speaks_against(each, model)]
    if len(possible) > 1:
        possible = [each for each in possible if _fits(each, model)] or possible
    if len(possible) == 1:
        return possible[0]
    if possible:
        open_choice = " or ".join(str(each) for each in possible)
        raise unknown(model, f"could be {open_choice} with {labels} labels")
    raise ModelError(
        f"{model.name}: its output is {rows} x {columns}, but with {labels} labels "
        f"a yolo has {4 + labels} (v8, v11: a box for each cell) or {5 + labels} (v5: "
        "three for each) numbers a box, or 6 (end to end); set "
        f"{model.key}.labels to a file with one line for each class"
    )


def _forms(numbers: int, rows: int, labels: int) -> list[str]:
    """List the forms that have so many numbers for each box.

    Args:
        numbers: how many there are for each box.
        rows: how many boxes, if each is a row; else 0. End to end, each is a row.
        labels: how many classes.
    """
    forms = [form for form, extra in _EXTRA.items() if numbers == extra + labels]
    if numbers == 6 and 0 < rows <= _MOST_END_TO_END:
        forms.append(END_TO_END)
    return forms


def _speaks_against(layout: TableLayout, model: Model) -> bool:
    """Whether the number of boxes, or the metadata, belongs to another layout.

    In that case the labels are wrong: with one more or less, a v8 is as wide as a v5.
    """
    if _said_end_to_end(model) not in (None, layout.form == END_TO_END):
        return True
    by_number = _forms_by_number(layout, model)
    return bool(by_number) and layout.form not in by_number


def _fits(layout: TableLayout, model: Model) -> bool:
    """Whether the number of boxes, or the metadata, belongs to this layout."""
    said = _said_end_to_end(model)
    if said is not None:
        return (layout.form == END_TO_END) == said
    by_number = _forms_by_number(layout, model)
    return layout.form in by_number or (layout.form == END_TO_END and not by_number)


def _said_end_to_end(model: Model) -> Optional[bool]:
    said = model.said.ultralytics
    return bool(said["end2end"]) if "end2end" in said else None


def _forms_by_number(layout: TableLayout, model: Model) -> list[str]:
    """List the forms that have so many boxes for an input of this size."""
    boxes = model.outputs[0].shape[1 if layout.standing else 2]
    width, height = model.layout.width, model.layout.height
    grids = [(width // stride) * (height // stride) for stride in _STRIDES]
    cells = {sum(grids), sum(grids[:-1])}
    return [
        form
        for form, each in _BOXES_A_CELL.items()
        if boxes in {each * n for n in cells}
    ]


def _check_task(model: Model) -> None:
    task = model.said.ultralytics.get("task", "detect")
    if task != "detect":
        raise ModelError(
            f'{model.name}: was made for the task "{task}", expected "detect"; export '
            "a detection model"
        )
