"""The scores of a classifier: its one output becomes 0 to 1 for each label."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from tflite import BuiltinOperator

from analysis import ModelError, ScoresError
from analysis.frames.frames import Frame
from analysis.models.file.graph import LOGISTIC, SOFTMAX
from analysis.models.file.labels import fitted
from analysis.models.model import Model
from analysis.models.output.coarse import require_fine
from analysis.models.output.kind import is_vector, unknown
from weir.printable import many

Floats = NDArray[np.float32]

_SUMS = {
    BuiltinOperator.ADD: "add",
    BuiltinOperator.CONV_2D: "convolution",
    BuiltinOperator.FULLY_CONNECTED: "fully connected layer",
    BuiltinOperator.MEAN: "mean",
}
_OF_ANYTHING = (BuiltinOperator.ADD, BuiltinOperator.MEAN)
_CLOSE = 0.03


class Scores:
    """Reads a classifier's output.

    Attributes:
        labels: those of its scores.
        why: what was decided about the output, and how.

    Args:
        model: the classifier.

    Raises:
        ModelError: its output is no row of scores, or the labels do not fit it.
    """

    def __init__(self, model: Model) -> None:
        self._name = model.name
        if len(model.outputs) != 1 or not is_vector(model.outputs[0].shape):
            raise unknown(model, "is no classifier")
        self._count = int(np.prod(model.outputs[0].shape))
        self.labels = fitted(model.labels, self._count)
        self._check_labels(model)
        self._both = self._count == 1 and len(self.labels) == 2
        self._are_logits, self.why = _decide(model, self._count)
        last = len(model.outputs[0].shape) - 1
        require_fine(model, 0, last, (0,), logits=self._are_logits)
        if self._both:
            self.why += f"; the one score is {self.labels[1]}'s"

    def read(self, outputs: list[Floats]) -> Floats:
        """Read the scores, (labels,) float32, 0 to 1.

        Raises:
            ModelError: the output has values that are not numbers.
        """
        scores = outputs[0].reshape(-1)
        if self._are_logits:
            scores = _softmax(scores) if self._count > 1 else _sigmoid(scores)
        # For so few scores, plain Python is faster than a numpy call.
        if not all(0 <= score <= 1 for score in scores.tolist()):
            scores = self._in_range(scores)
        if self._both:
            scores = np.concatenate([1 - scores, scores])
        return scores

    def _in_range(self, scores: Floats) -> Floats:
        """Clip scores that rounding left just outside 0 to 1; refuse NaN."""
        if not np.isfinite(scores).all():
            raise ScoresError(
                f"{self._name}: gave scores that are not numbers ({scores[:5]}); is "
                "normalise right, and the file whole?"
            )
        return np.clip(scores, 0, 1)

    def _check_labels(self, model: Model) -> None:
        given = len(self.labels)
        if given == self._count or (self._count == 1 and given == 2):
            return
        hint = (
            "; one more output is often a background in front: add a line for it"
            if self._count == given + 1
            else ""
        )
        raise ModelError(
            f"{model.name}: has {many(self._count, 'output')}, but labels for {given}"
            f" ({', '.join(self.labels[:4])}, ...){hint}; set {model.key}.labels to a"
            " file with one line for each output"
        )


def _decide(model: Model, count: int) -> tuple[bool, str]:
    """Decide whether the output holds logits.

    Returns:
        True if it does, and how that is known.
    """
    maker = model.graph.maker(model.outputs[0].number)
    code = maker.code if maker else -1
    if code in (SOFTMAX, LOGISTIC):
        return False, f"{'softmax' if code == SOFTMAX else 'sigmoid'} in the model"
    applied = "softmax" if count > 1 else "sigmoid"
    # A mean of several models' scores holds scores. One number alone could be either.
    open_question = code not in _SUMS or (code in _OF_ANYTHING and count > 1)
    if open_question and _look_like_scores(model, count):
        return False, "scores, by their values for three sample pictures"
    made = f"made by a {_SUMS[code]}" if code in _SUMS else "by their values"
    return True, f"logits ({made}), {applied} applied"


def _look_like_scores(model: Model, count: int) -> bool:
    for shade in (0, 128, 255):
        picture = np.full((64, 64, 3), shade, np.uint8)
        scores = model.run(model.prepare(Frame(0, picture)))[0].reshape(-1)
        if scores.min() < 0 or scores.max() > 1 + _CLOSE:
            return False
        if count > 1 and abs(float(scores.sum()) - 1) > _CLOSE:
            return False
    return True


def _softmax(logits: Floats) -> Floats:
    powers = np.exp(logits - logits.max())
    softmax: Floats = powers / powers.sum()
    return softmax


def _sigmoid(logits: Floats) -> Floats:
    # Clipped, because e to the 89th is too large for float32.
    sigmoid: Floats = 1 / (1 + np.exp(-np.clip(logits, -80, 80)))
    return sigmoid
