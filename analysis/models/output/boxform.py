"""The form of boxes: the order of their four numbers, and pixels or shares.

``xyxy`` is left, top, right, bottom; ``yxyx`` top, left, bottom, right; ``cxcywh`` the
middle and the size; ``xywh`` left, top and the size.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np

from analysis import ModelError
from analysis.config import BOX_ORDERS
from analysis.models.model import Model
from analysis.models.output.nms import Floats
from analysis.values.seen import Size

PIXELS = 2.0
"""A larger coordinate is in pixels; a smaller one is a share of the input."""
_SLACK = 0.25  # boxes may reach so far out of the picture, in shares of it
_LIKELY = BOX_ORDERS[:3]  # no model's own boxes are known to be xywh
_NAMED = {
    "yxyx": ("yxyx", "yminxmin", "y1x1", "y0x0", "detectionboxes"),
    "xyxy": ("xyxy", "xminymin", "x1y1", "x0y0", "ltrb"),
    "xywh": ("ltwh", "tlwh"),
    "cxcywh": ("cxcy", "xywh", "centerx"),
}
"""Words in a tensor's name, without the lines between them.

TensorFlow's ``detection_boxes`` are defined as yxyx. By tlbr some mean xyxy,
others yxyx: it says nothing.
"""


@dataclass(frozen=True)
class BoxForm:
    """What the four numbers of a box are.

    Attributes:
        order: ``xyxy``, ``yxyx``, ``cxcywh`` or ``xywh``.
        in_pixels: of the input; False for shares; None where only larger numbers than
            any seen yet would tell.
        why: how that is known.
    """

    order: str
    in_pixels: Optional[bool]
    why: str = ""

    def __str__(self) -> str:
        unit = {True: "pixels", False: "shares", None: "shares"}[self.in_pixels]
        return f"{self.order}, in {unit} of the input"


def asked(words: str) -> Optional[BoxForm]:
    """Return the form that the config asks for; None for ``auto``."""
    order, _, unit = words.partition(" ")
    if order == "auto":
        return None
    return BoxForm(order, {"pixels": True, "shares": False}.get(unit), "config")


class Corners:
    """Turns boxes into left, top, right, bottom, as shares of the input.

    Attributes:
        form: what the boxes are; their unit may become known later.

    Args:
        form: what is known of them.
        size: the input's width and height.
    """

    def __init__(self, form: BoxForm, size: Size) -> None:
        self.form = form
        self._unit = np.asarray(size * 2, np.float32)
        self._in_pixels = form.in_pixels

    def of(self, boxes: Floats) -> Floats:
        """Turn boxes, (n, 4) float32."""
        if self._in_pixels is None and np.any(boxes[np.isfinite(boxes)] > PIXELS):
            # Once seen, it holds: a box in pixels can be small.
            self._in_pixels = True
        corners = _corners(boxes, self.form.order)
        shares: Floats = corners / self._unit if self._in_pixels else corners
        return shares


def _corners(boxes: Floats, order: str) -> Floats:
    if order == "xyxy":
        return boxes
    if order == "yxyx":
        turned: Floats = boxes[:, [1, 0, 3, 2]]
        return turned
    start, size = boxes[:, :2], boxes[:, 2:]
    if order == "cxcywh":
        start = start - size / 2
    return np.concatenate([start, start + size], axis=1)


def decide(model: Model, output: int, words: str, boxes: Floats) -> BoxForm:
    """Decide what an output's boxes are, without guessing.

    The config decides, else the model's metadata, the tensor's name, or the boxes for
    made-up pictures, where only one form fits them.

    Args:
        model: the model.
        output: which of its outputs has the boxes.
        words: the config's ``boxes``.
        boxes: those for made-up pictures, (n, 4) float32; none if it found none.

    Raises:
        ModelError: none of them says it; the text names the key.
    """
    form = asked(words) or _by_metadata(model, output)
    if form is not None:
        return form
    sound = boxes[np.isfinite(boxes).all(axis=1) & (np.abs(boxes).sum(axis=1) > 0)]
    pixels = True if np.any(sound > PIXELS) else (False if len(sound) > 3 else None)
    name = model.outputs[output].name.lower().replace("_", "")
    for order, parts in _NAMED.items():
        if any(part in name for part in parts):
            return BoxForm(order, pixels, "by the tensor's name")
    size = (model.layout.width, model.layout.height)
    fitting = [each for each in _LIKELY if _fits(sound, each, pixels, size)]
    if len(fitting) == 1 and len(sound):
        return BoxForm(fitting[0], pixels, "by its values")
    raise ModelError(
        f"{model.name}: does not say what the four numbers of a box are "
        f"({model.outputs[output]}); set {model.key}.boxes to "
        + " or ".join(f'"{each}"' for each in fitting or _LIKELY)
        + " (xyxy: left, top, right, bottom; yxyx: top, left, bottom, right), if need "
        'be with its unit, like "xyxy pixels" or "xyxy shares"'
    )


def _by_metadata(model: Model, output: int) -> Optional[BoxForm]:
    """Return what TensorFlow's metadata says of an output; None if it does not."""
    said = model.said.boxes
    here = said[output] if len(said) == len(model.outputs) else None
    here = here or next((e for e in said if e is not None and e.order), None)
    if here is None or not here.order:
        return None
    return BoxForm(here.order, here.in_pixels, "metadata")


def _fits(boxes: Floats, order: str, pixels: Optional[bool], size: Size) -> bool:
    """Whether boxes, read in this order, are boxes of a picture of this size."""
    if not len(boxes):
        return True
    corners = _corners(boxes, order)
    if pixels:
        corners = corners / np.asarray(size * 2, np.float32)
    ends = np.all(corners[:, 2:] >= corners[:, :2])
    inside = np.all(corners > -_SLACK) and np.all(corners < 1 + _SLACK)
    return bool(ends and inside)
