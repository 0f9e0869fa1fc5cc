"""The layout of a YOLO's table, which tensors prove and metadata alone does not.

- v5: x, y, width, height, objectness, then a score for each class;
- v8, v11 and later: x, y, width, height, then a score for each class;
- end to end: left, top, right, bottom, score, class, with overlaps already removed.

A v8 has one box for each cell of its grids, a v5 three; YOLOX and YOLOv6 have one, and
objectness. The numbers of a box, of boxes and of labels, and how the graph put its
columns together, leave one layout, or the config is asked.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from analysis import ModelError
from analysis.models.file.columns import trace
from analysis.models.file.labeltext import UNNAMED
from analysis.models.model import Model
from analysis.models.output.coarse import require_fine
from analysis.models.output.nms import Floats
from weir.printable import many

V5, V8, END_TO_END = "v5 (with objectness)", "v8 (without objectness)", "end to end"
YOLOX = "yolox or v6 (with objectness, one box a cell)"
KINDS = {"yolov5": V5, "yolov8": V8, "yolox": YOLOX, "end2end": END_TO_END}
"""The layouts that the config's ``kind`` can ask for."""
EXTRA = {V5: 5, V8: 4, YOLOX: 5}
_BOXES_A_CELL = {V5: 3, V8: 1, YOLOX: 1}
_STRIDES = (4, 8, 16, 32, 64, 128)
_MOST_END_TO_END = 1000
_MOST_CORNERS = 0.9  # empty boxes may lie anywhere
_SLACK = 0.01


@dataclass(frozen=True)
class TableLayout:
    """How the output holds boxes.

    Attributes:
        form: v5, v8, yolox or end to end.
        standing: True if each row is a box, False if each column is.
        output: which of the model's outputs the table is.
        masks: how many numbers of a box belong to its mask.
    """

    form: str
    standing: bool
    output: int = 0
    masks: int = 0

    @property
    def axis(self) -> int:
        """The axis of the output along which the numbers of a box lie."""
        return 2 if self.standing else 1

    def __str__(self) -> str:
        masks = ", masks left out" if self.masks else ""
        return f"{self.form}, a {'row' if self.standing else 'column'} a box{masks}"


def decide_layout(model: Model, kind: str, output: int, masks: int) -> TableLayout:
    """Decide how a model's output holds boxes.

    Args:
        model: the model.
        kind: the config's ``kind``.
        output: which of its outputs is the table.
        masks: how many numbers of a box belong to its mask.

    Raises:
        ModelError: more than one layout fits, or none.
    """
    _, rows, columns = model.outputs[output].shape
    possible = [
        TableLayout(form, standing, output, masks)
        for standing, numbers in ((True, columns), (False, rows))
        for form in _forms(numbers - masks, rows if standing else 0, model)
    ]
    possible = [e for e in possible if KINDS.get(kind, e.form) == e.form]
    for layout in possible:
        # In every form the first number behind the box is a score.
        require_fine(model, output, layout.axis, (4,), logits=False)
    if kind not in KINDS:
        possible = _proven(possible, model)
    if len(possible) == 1:
        return possible[0]
    if possible:
        raise _open_choice(model, [str(each) for each in possible])
    raise _none(model, rows, columns, masks)


def labels_of(model: Model) -> tuple[str, ...]:
    """Return the labels of a yolo, which has no background in front."""
    return model.labels[1:] if model.labels[0] == UNNAMED else model.labels


def cells(model: Model, strides: tuple[int, ...]) -> int:
    """Return how many cells the grids of these strides have."""
    return sum(_side(model, each)[0] * _side(model, each)[1] for each in strides)


def strides_of(model: Model, boxes: int, a_cell: int = 1) -> tuple[int, ...]:
    """Find the grids that have so many boxes; none if no two to six in a row have."""
    for first in range(len(_STRIDES)):
        for last in range(first + 2, len(_STRIDES) + 1):
            strides = _STRIDES[first:last]
            if cells(model, strides) * a_cell == boxes:
                return strides
    return ()


def _side(model: Model, stride: int) -> tuple[int, int]:
    size = (model.layout.width, model.layout.height)
    return math.ceil(size[0] / stride), math.ceil(size[1] / stride)


def _forms(numbers: int, rows: int, model: Model) -> list[str]:
    """List the forms that have so many numbers for each box.

    Args:
        numbers: how many there are for each box, without its mask.
        rows: how many boxes, if each is a row; else 0. End to end, each is a row.
        model: says how many labels there are.
    """
    labels = len(labels_of(model))
    forms = [form for form, extra in EXTRA.items() if numbers == extra + labels]
    if numbers == 6 and 0 < rows <= _MOST_END_TO_END:
        forms.append(END_TO_END)
    return forms


def _proven(possible: list[TableLayout], model: Model) -> list[TableLayout]:
    """Leave out the layouts that the model's tensors contradict.

    Raises:
        ModelError: nothing but the number of labels speaks for what is left.
    """
    finished = [each for each in possible if each.form == END_TO_END]
    if finished:
        table = model.sample(1)[finished[0].output][0]
        if _is_end_to_end(table, len(labels_of(model))):
            return finished
        possible = [each for each in possible if each.form != END_TO_END]
    possible = [each for each in possible if not _speaks_against(each, model)]
    for each in possible:
        sure = _boxes_a_cell(each, model) or _has_objectness(each, model)
        if not sure and not model.labels_are_own:
            raise _open_choice(model, [V5, V8])
    return possible


def _is_end_to_end(table: Floats, labels: int) -> bool:
    """Whether rows are boxes that were chosen: corners, and the number of a class.

    A table of cells has no empty rows, and its last column is a score.
    """
    used = table[np.abs(table).sum(axis=1) > 0]
    scores, classes = used[:, 4], used[:, 5]
    corners = (used[:, 2] >= used[:, 0]) & (used[:, 3] >= used[:, 1])
    return bool(
        np.isfinite(used).all()
        and np.all(classes == np.rint(classes))
        and np.all((classes >= -1) & (classes < labels))
        and np.all((scores >= -_SLACK) & (scores <= 1 + _SLACK))
        and np.count_nonzero(corners) >= _MOST_CORNERS * len(used)
    )


def _speaks_against(layout: TableLayout, model: Model) -> bool:
    """Whether the number of boxes, or the graph, belongs to another layout.

    In that case the labels are wrong: with one more or less, a v8 is as wide as a v5.
    """
    a_cell = _boxes_a_cell(layout, model)
    if layout.form == V5:
        return a_cell == 1
    alone = _has_objectness(layout, model)
    if layout.form == V8:
        return a_cell == _BOXES_A_CELL[V5] or alone
    return a_cell != 1 or not (alone or model.labels_are_own)


def _boxes_a_cell(layout: TableLayout, model: Model) -> int:
    """Return how many boxes a cell has; 0 if no usual grids have so many."""
    boxes = model.outputs[layout.output].shape[3 - layout.axis]
    fitting = (n for n in (1, 3) if strides_of(model, boxes, n))
    return next(fitting, 0)


def _has_objectness(layout: TableLayout, model: Model) -> bool:
    """Whether the graph puts one number by itself behind the box, before others.

    YOLOv6 has it, too, and it is always 1.
    """
    shape = model.outputs[layout.output].shape
    if shape[layout.axis] - layout.masks <= 5:
        return False
    number = model.outputs[layout.output].number
    if trace(model.graph, number, layout.axis, 4).part == (4, 1):
        return True
    table = model.sample(1)[layout.output][0]
    return bool(np.all((table.T if layout.standing else table)[4] == 1))


def _open_choice(model: Model, choices: list[str]) -> ModelError:
    kinds = " or ".join(f'"{each}"' for each in KINDS)
    return ModelError(
        f"{model.name}: could be {' or '.join(choices)} with"
        f" {many(len(labels_of(model)), 'label')}; {model.tensors()}. Set"
        f" {model.key}.kind to {kinds}"
    )


def _none(model: Model, rows: int, columns: int, masks: int) -> ModelError:
    labels, more = len(labels_of(model)), masks
    return ModelError(
        f"{model.name}: its output is {rows} x {columns}, but with {labels} labels "
        f"a yolo has {4 + labels + more} (v8, v11: a box for each cell) or "
        f"{5 + labels + more} (v5: three for each; yolox) numbers a box, or "
        f"{6 + more} (end to end); set {model.key}.labels to a file with one line for "
        "each class"
    )
