"""The kind of a model, recognised by the shapes of its outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Optional

from tflite import BuiltinOperator

from analysis import ModelError
from analysis.models.file.graph import LOGISTIC, SOFTMAX
from analysis.models.model import Model
from analysis.models.output.table import KINDS
from analysis.values.facts import BOXES, CLASSIFIER, FOMO, LIST, SSD, YOLO

_CELL = 8  # pixels of the picture for each cell of FOMO's grid
_Shape = tuple[int, ...]


@dataclass(frozen=True)
class Kind:
    """The kind of a model, and why it was taken for that."""

    name: str
    why: str


def decide(model: Model, wanted: str) -> Kind:
    """Decide a model's kind: the config's, else the one that its outputs look like.

    Args:
        model: the model.
        wanted: the config's ``kind``.

    Raises:
        ModelError: its outputs are those of no known kind; the text lists its tensors
            and the keys to set.
    """
    if wanted != "auto":
        name = YOLO if wanted in KINDS else wanted
        return Kind(name, f'kind = "{wanted}" in the config')
    found = _recognised(model)
    if found is None:
        raise unknown(model, "is of no kind that is known")
    return found


def _recognised(model: Model) -> Optional[Kind]:
    outputs = model.outputs
    shapes = [each.shape for each in outputs]
    if is_ssd(shapes):
        return Kind(SSD, "four outputs: boxes, classes, scores, their number")
    if pair_of(shapes):
        return Kind(BOXES, "two outputs: boxes, and the scores of their classes")
    if is_listed(model):
        return Kind(LIST, f"one output of rows of {shapes[0][-1]} numbers")
    if len(shapes) == 1 and is_vector(shapes[0]):
        return Kind(CLASSIFIER, f"one output of {max(shapes[0])} scores")
    tables = [shape for shape in shapes if is_table(shape)]
    grids = [shape for shape in shapes if len(shape) == 4]
    if len(tables) == 1 and len(grids) == len(shapes) - 1 <= 1:
        masks = " and one of masks" if grids else ""
        numbers = f"{tables[0][1]} x {tables[0][2]} numbers"
        return Kind(YOLO, f"one output of {numbers}{masks}")
    if len(shapes) == 1 and len(grids) == 1 and _is_grid(model):
        return Kind(FOMO, "one output, a softmaxed grid of an eighth of the picture")
    return None


def is_ssd(shapes: Sequence[_Shape]) -> bool:
    """Whether these are SSD's four outputs, in any order."""
    ranks = sorted(len(_squeezed(shape)) for shape in shapes if len(shape) < 3)
    boxes = [shape for shape in shapes if len(shape) == 3 and shape[2] == 4]
    return len(shapes) == 4 and len(boxes) == 1 and len(ranks) == 3


def pair_of(shapes: Sequence[_Shape]) -> Optional[tuple[int, int]]:
    """Return which output has boxes, and which their scores; None if there are none."""
    if len(shapes) != 2:
        return None
    for boxes, scores in ((0, 1), (1, 0)):
        one, other = shapes[boxes], shapes[scores]
        # Some write a box of all classes as [1, boxes, 1, 4].
        plain = len(one) == 3 or (len(one) == 4 and one[2] == 1)
        if plain and one[-1] == 4 and len(other) == 3 and one[1] == other[1] > 1:
            return boxes, scores
    return None


def is_listed(model: Model) -> bool:
    """Whether the one output has a row for each box found, as many as there are.

    A classifier may leave its batch open, too, and has one row for one picture.
    """
    tensor = model.outputs[0]
    shape, rows = tensor.shape, len(tensor.shape) - 2
    if len(model.outputs) != 1 or rows not in (0, 1) or shape[-1] not in (6, 7):
        return False
    if rows == 0 and shape[0] > 1:
        return True
    if rows not in tensor.open_sides:
        return False
    maker = model.graph.maker(tensor.number)
    if rows == 1 or maker is None:
        return True
    is_score = maker.code in (SOFTMAX, LOGISTIC, BuiltinOperator.FULLY_CONNECTED)
    return not is_score and not (
        0 in model.picture.open_sides and len(model.sample(1)[0]) == 1
    )


def is_vector(shape: _Shape) -> bool:
    """Whether a shape is a row of scores; sides of 1 around it do not matter."""
    return len(_squeezed(shape)) <= 1


def is_table(shape: _Shape) -> bool:
    """Whether a shape is a table of boxes."""
    return len(shape) == 3 and shape[0] == 1 and min(shape[1:]) > 1


def unknown(model: Model, problem: str) -> ModelError:
    """Make the error for a model of no known kind, or not of the kind that was set."""
    return ModelError(f"{model.name}: {problem}; {model.tensors()}. {_remedy(model)}")


def _remedy(model: Model) -> str:
    fitting, key = _fitting(model), f"{model.key}.kind"
    if fitting == [FOMO]:
        return (
            "It is a segmentation without boxes, or the raw heads of a detector: take "
            f'one with decoded boxes; only for Edge Impulse\'s FOMO set {key} to "fomo"'
        )
    if fitting:
        kinds = " or ".join(f'"{each}"' for each in fitting)
        return f"If you know that it is one, set {key} to {kinds}"
    if all(len(each.shape) >= 4 for each in model.outputs):
        return (
            f"No {key} fits these grids: they are a segmentation's, or the raw heads "
            "of a detector; export one with decoded boxes"
        )
    return (
        f"No {key} fits it: known are classifiers (one output of scores), ssd (boxes, "
        "classes, scores, number), yolo (one output of boxes with scores), boxes and "
        "scores in two outputs, and Edge Impulse's FOMO"
    )


def _fitting(model: Model) -> list[str]:
    """List the kinds that the shapes of the outputs allow."""
    shapes = [each.shape for each in model.outputs]
    alone = shapes[0] if len(shapes) == 1 else ()
    could = {
        CLASSIFIER: bool(alone) and is_vector(alone),
        SSD: is_ssd(shapes),
        YOLO: any(map(is_table, shapes)) and len(shapes) <= 2 and not pair_of(shapes),
        BOXES: pair_of(shapes) is not None,
        LIST: is_listed(model),
        FOMO: len(alone) == 4 and min(alone[1:]) > 1 and _stride(model) in (4, 8, 16),
    }
    return [kind for kind, fits in could.items() if fits]


def _is_grid(model: Model) -> bool:
    maker = model.graph.maker(model.outputs[0].number)
    return _stride(model) == _CELL and maker is not None and maker.code == SOFTMAX


def _stride(model: Model) -> int:
    """Return how many pixels of the picture a cell of the output has; 0 if uneven."""
    _, high, wide, _ = model.outputs[0].shape
    sides = {model.layout.width / wide, model.layout.height / high}
    return int(min(sides)) if len(sides) == 1 and min(sides) % 1 == 0 else 0


def _squeezed(shape: _Shape) -> _Shape:
    return tuple(side for side in shape if side != 1)
