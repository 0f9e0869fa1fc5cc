"""Raw boxes and their scores in two outputs, as YOLOv4-tiny and others have them."""

from __future__ import annotations

import numpy as np

from analysis import ModelError
from analysis.config import DetectorConfig
from analysis.models.file.graph import LOGISTIC, SOFTMAX
from analysis.models.file.labeltext import UNNAMED, is_background
from analysis.models.model import Model
from analysis.models.output import boxform
from analysis.models.output.boxform import Corners
from analysis.models.output.coarse import require_fine
from analysis.models.output.kind import pair_of, unknown
from analysis.models.output.nms import Floats, Integers, suppress
from analysis.models.output.rows import Rows, choose
from weir.printable import many

_SLACK = 0.01
_SCORES = ("score", "prob", "conf", "class")


class PairHead:
    """Reads boxes from one output, and the scores of their classes from another.

    Attributes:
        labels: those of its classes, without a background.
        why: what was decided about the outputs, and how.
        reading: what its boxes are.

    Args:
        model: the detector.
        config: the config's ``boxes``.

    Raises:
        ModelError: these are not such outputs, or it is not known what the boxes are.
    """

    def __init__(self, model: Model, config: DetectorConfig) -> None:
        found = pair_of([each.shape for each in model.outputs])
        if not found:
            raise unknown(model, "has no pair of boxes and scores")
        self._name = model.name
        self._boxes, self._scores = _told_apart(model, found)
        classes = model.outputs[self._scores].shape[-1]
        self.labels, self._first = _labels(model, classes)
        self._are_logits = _are_logits(model, self._scores, self._boxes)
        column = (self._first,)
        require_fine(model, self._scores, 2, column, logits=self._are_logits)
        samples = [
            model.sample(number)[self._boxes].reshape(-1, 4) for number in (0, 1)
        ]
        form = boxform.decide(model, self._boxes, config.boxes, np.concatenate(samples))
        self._corners = Corners(form, (model.layout.width, model.layout.height))
        logits = ", sigmoid applied" if self._are_logits else ""
        self.why = f"boxes {form} ({form.why}), and their scores{logits}"
        self.reading = f"boxes {form}{logits}"

    def rows(self, outputs: list[Floats], targets: Integers, threshold: float) -> Rows:
        """Return the boxes of target classes above the threshold, best first."""
        boxes = outputs[self._boxes].reshape(-1, 4)
        scores = outputs[self._scores].reshape(len(boxes), -1)[:, targets + self._first]
        scores = np.nan_to_num(scores, nan=0.0, posinf=0.0, neginf=0.0)
        best = scores.argmax(axis=1)
        highest = scores[np.arange(len(boxes)), best]
        if self._are_logits:
            highest = 1 / (1 + np.exp(-np.clip(highest, -80, 80)))
        likely = np.flatnonzero(highest > threshold)
        rows = choose(
            self._corners.of(boxes[likely]),
            highest[likely],
            targets[best[likely]],
            targets,
            threshold,
        )
        kept = suppress(rows.boxes, rows.scores, rows.classes)
        top = float(np.clip(highest.max(initial=0.0), 0, 1))
        return Rows(rows.boxes[kept], rows.scores[kept], rows.classes[kept], top)


def _told_apart(model: Model, found: tuple[int, int]) -> tuple[int, int]:
    """Tell boxes from scores, where there are four classes."""
    first, second = found
    if model.outputs[second].shape[-1] != 4 or len(model.outputs[first].shape) == 4:
        return found
    says = [_are_called_scores(model, at) for at in found]
    if says[0] == says[1]:
        says = [_are_made_scores(model, at) for at in found]
    if says[0] == says[1]:
        raise ModelError(
            f"{model.name}: has two outputs of four numbers, and nothing says which "
            f"are boxes ({model.tensors()}); export it with its post-processing, or "
            'with a name like "scores"'
        )
    return (second, first) if says[0] else found


def _are_called_scores(model: Model, output: int) -> bool:
    name = model.outputs[output].name.lower()
    return any(word in name for word in _SCORES)


def _are_made_scores(model: Model, output: int) -> bool:
    maker = model.graph.maker(model.outputs[output].number)
    return maker is not None and maker.code in (LOGISTIC, SOFTMAX)


def _labels(model: Model, classes: int) -> tuple[tuple[str, ...], int]:
    """Find the labels, and the column of the first class that is no background."""
    labels = model.labels
    if len(labels) == classes + 1 and labels[0] == UNNAMED:
        labels = labels[1:]
    if len(labels) == classes:
        first = int(is_background(labels[0]))
        return labels[first:], first
    raise ModelError(
        f"{model.name}: has scores of {many(classes, 'class', 'classes')}, but labels"
        f" for {len(labels)} ({', '.join(labels[:4])}); set {model.key}.labels to a"
        " file with one line for each, with the background if it has one"
    )


def _are_logits(model: Model, output: int, boxes: int) -> bool:
    """Whether a sigmoid is still to be applied to the scores.

    Raises:
        ModelError: the boxes are encoded, and the file has no anchors to decode them.
    """
    encoded = model.sample(1)[boxes]
    if np.mean(encoded < -_SLACK) > 0.25:
        raise ModelError(
            f"{model.name}: its boxes are encoded by anchors that are not in the file "
            f"({model.outputs[boxes]}); export it with its post-processing"
        )
    if _are_made_scores(model, output):
        return False
    scores = [model.sample(number)[output] for number in (0, 1)]
    return bool(min(e.min() for e in scores) < -_SLACK) or bool(
        max(e.max() for e in scores) > 1 + _SLACK
    )
