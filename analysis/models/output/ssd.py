"""SSD and EfficientDet: four outputs, made by TFLite_Detection_PostProcess.

Boxes are (top, left, bottom, right), 0 to 1. Two of the outputs look alike, classes and
scores. They are told apart by the operator that made them, else by their names, else by
their values.
"""

from __future__ import annotations

from typing import Optional

import numpy as np

from analysis import ModelError
from analysis.models.file.labels import UNNAMED
from analysis.models.model import Model
from analysis.models.output.kind import is_ssd, unknown
from analysis.models.output.nms import Floats, Integers
from analysis.models.output.rows import Rows, choose

_CLASS_NAMES = ("class", "categor", "label")
_BACKGROUND = (UNNAMED, "background")
_SCORE_NAMES = ("score", "confidence", "probabilit")


class SsdHead:
    """Reads the outputs of an SSD.

    Attributes:
        labels: those of its classes, without the background.
        why: how its outputs were told apart.

    Args:
        model: the detector.

    Raises:
        ModelError: these are not an SSD's outputs, or the labels do not fit.
    """

    def __init__(self, model: Model) -> None:
        shapes = [each.shape for each in model.outputs]
        if not is_ssd(shapes):
            raise unknown(model, "is no ssd")
        self._name = model.name
        self._boxes = next(at for at, shape in enumerate(shapes) if len(shape) == 3)
        self._pair, self._number = self._flat(model, shapes)
        self._order, self.why = _tell_apart(model, self._pair)
        self.labels = _labels(model)

    def rows(self, outputs: list[Floats], targets: Integers, threshold: float) -> Rows:
        """Return the boxes of target classes above the threshold, best first."""
        # Rows past this number are left over from earlier frames.
        number = float(outputs[self._number].reshape(-1)[0])
        boxes = outputs[self._boxes].reshape(-1, 4)
        count = int(np.clip(number, 0, len(boxes))) if np.isfinite(number) else 0
        classes, scores = (
            outputs[at].reshape(-1)[:count] for at in self._in_order(outputs, count)
        )
        whole = np.where(np.isfinite(classes), np.rint(classes), -1).astype(np.int64)
        ordered = boxes[:count][:, [1, 0, 3, 2]]
        return choose(ordered, scores, whole, targets, threshold)

    def _flat(
        self, model: Model, shapes: list[tuple[int, ...]]
    ) -> tuple[tuple[int, int], int]:
        """Find the outputs with one number for each box, and the one with their count.

        Returns:
            The places of the first two, and that of the count.
        """
        flat = [at for at in range(4) if at != self._boxes]
        length = shapes[self._boxes][1]
        alone = min(flat, key=lambda at: (np.prod(shapes[at]), len(shapes[at])))
        first, second = (at for at in flat if at != alone)
        if {np.prod(shapes[first]), np.prod(shapes[second])} != {length}:
            raise unknown(model, "has outputs of different lengths")
        return (first, second), alone

    def _in_order(self, outputs: list[Floats], count: int) -> tuple[int, int]:
        """Return the places of classes and scores, in this order."""
        if self._order is None:
            first, second = self._pair
            one, other = (outputs[at].reshape(-1)[:count] for at in self._pair)
            if _are_scores(one) or _are_classes(other):
                self._order = (second, first)
            elif _are_scores(other) or _are_classes(one):
                self._order = (first, second)
        return self._order or self._pair


def _are_scores(values: Floats) -> bool:
    return bool(np.any(values != np.rint(values)))


def _are_classes(values: Floats) -> bool:
    return bool(np.any(values > 1))


def _tell_apart(
    model: Model, pair: tuple[int, int]
) -> tuple[Optional[tuple[int, int]], str]:
    """Tell the outputs with classes and scores apart before the model has run.

    Returns:
        The places of classes and scores (None if only their values can tell), and how
        they are known.
    """
    made = model.graph.postprocess()
    if made is not None and len(made.outputs) >= 4:
        numbers = [model.outputs[at].number for at in pair]
        if {made.outputs[1], made.outputs[2]} == set(numbers):
            forward = numbers[0] == made.outputs[1]
            return (pair if forward else pair[::-1]), "outputs by their operator"
    for names in (model.said.outputs, tuple(each.name for each in model.outputs)):
        if len(names) == 4:
            order = _by_names(names, pair)
            if order is not None:
                return order, "outputs by their names"
    return None, "outputs by their values: classes are whole numbers, scores are not"


def _by_names(
    names: tuple[str, ...], pair: tuple[int, int]
) -> Optional[tuple[int, int]]:
    """Tell classes and scores apart by the outputs' names.

    Words for scores are looked for first, because ``class_scores`` are scores.

    Returns:
        The places of classes and scores; None if the names do not tell.
    """
    first, second = (names[at].lower() for at in pair)
    for words, forward in ((_SCORE_NAMES, pair[::-1]), (_CLASS_NAMES, pair)):
        says = [any(word in name for word in words) for name in (first, second)]
        if says[0] != says[1]:
            return forward if says[0] else forward[::-1]
    return None


def _labels(model: Model) -> tuple[str, ...]:
    """Find the labels of the class numbers, which do not count the background.

    A list of labels often begins with a background, under any name. The operator says
    how many classes there are without it. If it does not, the number of scores that go
    into it tells how many there are, with or without the background.
    """
    made = model.graph.postprocess()
    classes = made.option("num_classes") if made else None
    if classes is None:
        return _without_background(model)
    if len(model.labels) not in (classes, classes + 1):
        raise _other_number(model, classes)
    return model.labels[len(model.labels) - classes :]


def _without_background(model: Model) -> tuple[str, ...]:
    labels = model.labels
    if labels[0].strip("_").lower() in _BACKGROUND:
        labels = labels[1:]
    made = model.graph.postprocess()
    if made is None or len(made.inputs) < 2:
        return labels
    classes = model.graph.shapes[made.inputs[1]][-1:]
    if classes and len(labels) not in (classes[0], classes[0] - 1):
        raise _other_number(model, classes[0] - 1)
    return labels


def _other_number(model: Model, classes: int) -> ModelError:
    return ModelError(
        f"{model.name}: has {classes} classes and a background, but there are "
        f"{len(model.labels)} labels; set {model.key}.labels to a file with one line "
        "for each class, without the background"
    )
