"""The kind of a model, recognised by the shapes of its outputs."""

from __future__ import annotations

from dataclasses import dataclass

from analysis import ModelError
from analysis.models.model import Model
from analysis.models.output.table import KINDS
from analysis.values.facts import CLASSIFIER, SSD, YOLO


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
    shapes = [each.shape for each in model.outputs]
    if is_ssd(shapes):
        return Kind(SSD, "four outputs: boxes, classes, scores, their number")
    if len(shapes) == 1 and is_vector(shapes[0]):
        return Kind(CLASSIFIER, f"one output of {max(shapes[0])} scores")
    tables = [shape for shape in shapes if is_table(shape)]
    grids = [shape for shape in shapes if len(shape) == 4]
    if len(tables) == 1 and len(grids) == len(shapes) - 1 <= 1:
        masks = " and one of masks" if grids else ""
        numbers = f"{tables[0][1]} x {tables[0][2]} numbers"
        return Kind(YOLO, f"one output of {numbers}{masks}")
    raise unknown(model, "is of no kind that is known")


def is_ssd(shapes: list[tuple[int, ...]]) -> bool:
    """Whether these are SSD's four outputs, in any order."""
    ranks = sorted(len(_squeezed(shape)) for shape in shapes if len(shape) < 3)
    boxes = [shape for shape in shapes if len(shape) == 3 and shape[2] == 4]
    return len(shapes) == 4 and len(boxes) == 1 and len(ranks) == 3


def is_vector(shape: tuple[int, ...]) -> bool:
    """Whether a shape is a row of scores; sides of 1 around it do not matter."""
    return len(_squeezed(shape)) <= 1


def is_table(shape: tuple[int, ...]) -> bool:
    """Whether a shape is a table of boxes."""
    return len(shape) == 3 and shape[0] == 1 and min(shape[1:]) > 1


def unknown(model: Model, problem: str) -> ModelError:
    """Make the error for a model of no known kind."""
    return ModelError(
        f"{model.name}: {problem}; {model.tensors()}. Known are classifiers (one "
        "output of scores), ssd (boxes, classes, scores, number) and yolo (one output "
        f"of boxes with scores); if it is one of them, set {model.key}.kind to "
        '"classifier", "ssd" or "yolo"'
    )


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(side for side in shape if side != 1)
