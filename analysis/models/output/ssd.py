"""SSD and EfficientDet: four outputs, made by TFLite_Detection_PostProcess.

That operator's boxes are (top, left, bottom, right), 0 to 1. Two of the outputs look
alike, classes and scores. They are told apart by the operator that made them, else by
their names, else by their values. What boxes of another maker are, see ``boxform``.
"""

from __future__ import annotations

from typing import Optional

import numpy as np

from analysis import ModelError, ScoresError
from analysis.config import DetectorConfig
from analysis.models.file.graph import Operator
from analysis.models.file.labeltext import is_background
from analysis.models.model import Model
from analysis.models.output import boxform
from analysis.models.output.boxform import BoxForm, Corners
from analysis.models.output.coarse import require_fine
from analysis.models.output.kind import is_ssd, unknown
from analysis.models.output.nms import Floats, Integers
from analysis.models.output.rows import Rows, choose
from weir.printable import many

_CLASS_NAMES = ("class", "categor", "label")
_SCORE_NAMES = ("score", "confidence", "probabilit")
_POSTPROCESSED = BoxForm("yxyx", False)


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

    reading = ""

    def __init__(self, model: Model, config: DetectorConfig) -> None:
        shapes = [each.shape for each in model.outputs]
        if not is_ssd(shapes):
            raise unknown(model, "is no ssd")
        self._name = model.name
        self._boxes = next(at for at, shape in enumerate(shapes) if len(shape) == 3)
        self._pair, self._number = self._flat(model, shapes)
        self._order, self.why = _tell_apart(model, self._pair)
        self._require_fine(model)
        self.labels = _labels(model)
        form = self._form(model, config.boxes)
        self._corners = Corners(form, (model.layout.width, model.layout.height))
        if form is not _POSTPROCESSED:
            self.why += f"; boxes {form} ({form.why})"
            self.reading = str(form)

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
        self._require_known(scores, whole, threshold)
        shares = self._corners.of(boxes[:count])
        return choose(shares, scores, whole, targets, threshold)

    def _form(self, model: Model, words: str) -> BoxForm:
        """Decide what the boxes are; the operator's own are always the same."""
        made = model.graph.postprocess()
        if made is not None and model.outputs[self._boxes].number in made.outputs:
            return _POSTPROCESSED
        samples = [model.sample(number) for number in (0, 1)]
        boxes = [each[self._boxes].reshape(-1, 4) for each in samples]
        return boxform.decide(model, self._boxes, words, np.concatenate(boxes))

    def _require_fine(self, model: Model) -> None:
        """Refuse scores in too few steps, where they are already told from classes."""
        if self._order is not None:
            require_fine(model, self._order[1], 1, (0,), logits=False)

    def _require_known(
        self, scores: Floats, classes: Integers, threshold: float
    ) -> None:
        """Refuse a class behind the last label: then every label may be one off.

        Raises:
            ScoresError: there is such a class above the threshold.
        """
        beyond = (classes >= len(self.labels)) & (scores > threshold)
        if np.any(beyond & np.isfinite(scores)):
            raise ScoresError(
                f"{self._name}: sees class {int(classes[beyond][0])}, and has labels "
                f"for classes 0 to {len(self.labels) - 1}; is a line missing in its "
                "labels, perhaps one for a background in front?"
            )

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

    A list of labels often begins with a background. The operator says how many classes
    there are without it. If it does not, the number of scores that go into it tells how
    many there are, with or without the background.

    Raises:
        ModelError: there are more or fewer labels, or one more that is no background.
    """
    made, labels = model.graph.postprocess(), model.labels
    classes, scores = _counts(model, made)
    has_background = is_background(labels[0])
    if classes is None:
        if scores is not None and len(labels) - has_background not in (
            scores,
            scores - 1,
        ):
            raise _other_number(model, scores - 1)
        return labels[1:] if has_background else labels
    if len(labels) == classes and not (has_background and scores == classes + 1):
        return labels
    if len(labels) == classes + 1 and has_background:
        return labels[1:]
    raise _other_number(model, classes)


def _counts(
    model: Model, made: Optional[Operator]
) -> tuple[Optional[int], Optional[int]]:
    """Return the operator's number of classes, and of scores for each box."""
    if made is None:
        return None, None
    shape = model.graph.shapes[made.inputs[1]] if len(made.inputs) > 1 else ()
    return made.option("num_classes"), shape[-1] if shape else None


def _other_number(model: Model, classes: int) -> ModelError:
    labels = model.labels
    hint = ""
    if len(labels) == classes + 1:
        hint = f', and the first, "{labels[0]}", is no word for a background'
    elif len(labels) == classes:
        hint = f', of which the first, "{labels[0]}", is a background'
    return ModelError(
        f"{model.name}: has {many(classes, 'class', 'classes')} and a background, but"
        f" labels for {len(labels)}{hint}; set {model.key}.labels to a file with one"
        " line for each class, without the background"
    )
