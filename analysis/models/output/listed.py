"""Rows of chosen boxes, as many as were found: YOLOv7 and others with NMS inside.

- seven numbers: the picture's number (0), left, top, right, bottom, class, score; or,
  as YOLOX's own choice: left, top, right, bottom, objectness, score, class;
- six numbers: left, top, right, bottom, score, class.
"""

from __future__ import annotations

from typing import Optional

import numpy as np

from analysis import ScoresError
from analysis.config import DetectorConfig
from analysis.models.model import Model
from analysis.models.output import boxform
from analysis.models.output.boxform import BoxForm, Corners
from analysis.models.output.coarse import require_fine
from analysis.models.output.kind import is_listed, unknown
from analysis.models.output.nms import Floats, Integers
from analysis.models.output.rows import Rows, choose
from analysis.models.output.table import labels_of

_BATCH_FIRST = "picture, box, class, score"
_SCORE_TWICE = "box, objectness, score, class"
_SHORT = "box, score, class"
_SLACK = 0.01


class ListedHead:
    """Reads rows of chosen boxes.

    Attributes:
        labels: those of its classes.
        why: what its rows are taken for.
        reading: that its rows are boxes.

    Args:
        model: the detector.
        config: the config's ``boxes``.

    Raises:
        ModelError: its output is no such list.
    """

    def __init__(self, model: Model, config: DetectorConfig) -> None:
        if not is_listed(model):
            raise unknown(model, "gives no list of boxes")
        self._name, self.labels = model.name, labels_of(model)
        self._numbers = model.outputs[0].shape[-1]
        axis = len(model.outputs[0].shape) - 1
        require_fine(model, 0, axis, (self._numbers - 2,), logits=False)
        self._order: Optional[str] = _SHORT if self._numbers == 6 else None
        form = boxform.asked(config.boxes) or BoxForm("xyxy", None)
        self._corners = Corners(form, (model.layout.width, model.layout.height))
        self.reading = f"a list of boxes, {form.order}"
        self.why = f"rows of {self._numbers} numbers, one for each box found"

    def rows(self, outputs: list[Floats], targets: Integers, threshold: float) -> Rows:
        """Return the boxes of target classes above the threshold, best first.

        Raises:
            ScoresError: the rows are none of the known forms.
        """
        table = outputs[0].reshape(-1, self._numbers)
        table = table[np.isfinite(table).all(axis=1) & np.any(table != 0, axis=1)]
        if self._order is None and len(table):
            self._order = self._order_of(table)
        boxes, scores, classes = _parts(table, self._order)
        whole = np.rint(classes).astype(np.int64)
        shares = self._corners.of(boxes)
        if np.any((classes != whole) | (scores < -_SLACK) | (scores > 1 + _SLACK)):
            raise self._fault(table)
        if np.any((whole >= len(self.labels)) & (scores > threshold)):
            raise ScoresError(
                f"{self._name}: sees class {whole.max()}, and has labels for classes 0 "
                f"to {len(self.labels) - 1}; is a line missing in its labels?"
            )
        return choose(shares, scores, whole, targets, threshold)

    def _order_of(self, table: Floats) -> Optional[str]:
        """Tell by its rows which of the two forms of seven numbers this is."""
        fits = [
            order
            for order, first, last in (
                (_BATCH_FIRST, table[:, 0] == 0, 5),
                (_SCORE_TWICE, np.abs(table[:, 4] - 0.5) <= 0.5 + _SLACK, 6),
            )
            if np.all(first) and np.all(table[:, last] == np.rint(table[:, last]))
        ]
        if not fits:
            raise self._fault(table)
        return fits[0] if len(fits) == 1 else None

    def _fault(self, table: Floats) -> ScoresError:
        row = ", ".join(f"{number:.4g}" for number in table[0])
        return ScoresError(
            f"{self._name}: gave a row ({row}) that is neither {_BATCH_FIRST} nor "
            f"{_SCORE_TWICE} nor {_SHORT}; export it another way"
        )


def _parts(table: Floats, order: Optional[str]) -> tuple[Floats, Floats, Floats]:
    """Return the boxes, scores and classes of rows."""
    if order == _SCORE_TWICE:
        return table[:, :4], table[:, 4] * table[:, 5], table[:, 6]
    if order == _SHORT:
        return table[:, :4], table[:, 4], table[:, 5]
    return table[:, 1:5], table[:, 6], table[:, 5]
