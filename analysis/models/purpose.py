"""What a model is for: one that finds nothing in pictures is named as what it is.

That is said before labels or pixels are asked for, which it could not use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Optional

from tflite import BuiltinOperator

from analysis import ModelError
from analysis.models.file.graph import SOFTMAX, Graph
from analysis.models.file.metadata import Metadata
from analysis.models.interpreter import Tensor

_TASKS = {
    "pose": "a pose model: it finds joints",
    "obb": "a model of turned boxes (OBB)",
    "depth": "a depth model",
    "embed": "an embedding",
    "semantic": "a segmentation without boxes",
}
_TAKE = {
    "pose": 'export a model of the task "detect"',
    "obb": 'export a model of the task "detect"',
}
_SOUND = {"audio", "waveform", "spectrogram", "mel", "pcm", "wav", "sound"}
_TEXT = {"input_ids", "attention_mask", "token_type_ids", "tokens"}
_POSE = {"pose", "poses", "keypoint", "keypoints", "landmark", "landmarks", "heatmap"}
_POSE |= {"heatmaps", "joints"}
_EMBEDDING = {"embedding", "embeddings", "feature_vector"}
_JOINTS = {(17, 3), (33, 5), (21, 3), (6, 56), (16, 3), (14, 3)}
"""The last sides of known pose models: joints and their numbers."""
_ONE_NUMBER_EACH = (BuiltinOperator.L2_NORMALIZATION,)
_POOLED = (BuiltinOperator.MEAN, BuiltinOperator.AVERAGE_POOL_2D)
_DECODED = (
    'take one with decoded boxes; only for Edge Impulse\'s FOMO set kind to "fomo"'
)
_CELL = 8  # pixels of the picture for each cell of a FOMO's grid
_LONG = 64  # numbers; a list of labels so long is seldom left out


def require_seeing(
    name: str,
    said: Metadata,
    graph: Graph,
    inputs: Sequence[Tensor],
    outputs: Sequence[Tensor],
    *,
    has_labels: bool,
    wants_grid: bool = False,
) -> None:
    """Refuse a model that neither classifies pictures nor finds boxes in them.

    Args:
        name: the file's name.
        said: its metadata.
        graph: its operators.
        inputs, outputs: its tensors.
        has_labels: whether it brings labels, or the config names some.
        wants_grid: whether the config says that it is a FOMO.

    Raises:
        ModelError: it is for something else; the text says what.
    """
    shown = "; ".join(str(each) for each in (*inputs, *outputs))
    reasons = _reasons(
        said, graph, inputs, outputs, has_labels=has_labels, wants_grid=wants_grid
    )
    for what, instead in reasons:
        raise ModelError(
            f"{name}: is {what} ({shown}), and Weir needs one that classifies pictures "
            f"or finds boxes; {instead or 'take such a model'}"
        )


def _reasons(
    said: Metadata,
    graph: Graph,
    inputs: Sequence[Tensor],
    outputs: Sequence[Tensor],
    *,
    has_labels: bool,
    wants_grid: bool,
) -> Iterator[tuple[str, str]]:
    task = str(said.ultralytics.get("task", "detect"))
    if task not in ("detect", "segment", "classify"):
        what = _TASKS.get(task, "a model for something else")
        yield f'{what} (task "{task}")', _TAKE.get(task, "")
    if said.is_audio or (len(inputs) == 1 and _is_sound(inputs[0])):
        yield "a model of sound, or of one row of numbers", ""
    if any(_words(each) & _TEXT for each in inputs):
        yield "a model of text", ""
    if any(_is_pose(each) for each in outputs):
        yield "a pose model: it finds joints", _TAKE["pose"]
    grids = bool(outputs) and all(map(_is_grid, outputs)) and not wants_grid
    if grids and not (len(outputs) == 1 and _is_fomo(graph, inputs, outputs[0])):
        yield "a segmentation without boxes, or the raw heads of a detector", _DECODED
    if len(outputs) == 1:
        yield from _of_one(graph, inputs, outputs[0], has_labels=has_labels)


def _of_one(
    graph: Graph, inputs: Sequence[Tensor], output: Tensor, *, has_labels: bool
) -> Iterator[tuple[str, str]]:
    maker = graph.maker(output.number)
    code = maker.code if maker else -1
    sides = [side for side in output.shape if side != 1]
    one_row = len(sides) <= 1 and max(output.shape, default=0) >= _LONG
    named = bool(_words(output) & _EMBEDDING) and not has_labels
    if one_row and (code in _ONE_NUMBER_EACH or named):
        yield "an embedding: its numbers are no scores", ""
    if one_row and code in _POOLED and not has_labels:
        yield "an embedding, or a classifier without its last layer", ""
    if len(output.shape) == 3 and _is_map(inputs, output):
        yield (
            "a segmentation without boxes: it says something of every place",
            "",
        )


def _is_sound(tensor: Tensor) -> bool:
    sides = [side for side in tensor.shape if side != 1]
    return len(sides) <= 1 or bool(_words(tensor) & _SOUND)


def _is_pose(tensor: Tensor) -> bool:
    last = tuple(tensor.shape[-2:])
    return bool(_words(tensor) & _POSE) or last in _JOINTS


def _is_grid(output: Tensor) -> bool:
    return len(output.shape) == 4 and min(output.shape[1:3]) > 1


def _is_fomo(graph: Graph, inputs: Sequence[Tensor], output: Tensor) -> bool:
    """Whether an output is a softmaxed grid of an eighth of the picture."""
    sides, maker = _picture(inputs), graph.maker(output.number)
    _, high, wide, _ = output.shape
    is_softmax = maker is not None and maker.code == SOFTMAX
    return is_softmax and sides == (high * _CELL, wide * _CELL)


def _is_map(inputs: Sequence[Tensor], output: Tensor) -> bool:
    """Whether an output names the class of each pixel, or of each of a few."""
    sides, (_, high, wide) = _picture(inputs), output.shape
    shrunk = (1, 2, 4) if output.dtype.kind in "iu" else (1,)
    return any((high * each, wide * each) == sides for each in shrunk)


def _picture(inputs: Sequence[Tensor]) -> Optional[tuple[int, int]]:
    shape = inputs[0].shape if inputs else ()
    if len(shape) != 4:
        return None
    return (shape[2], shape[3]) if shape[1] in (1, 3) else (shape[1], shape[2])


def _words(tensor: Tensor) -> set[str]:
    """Return the words of a tensor's name, and those with lines below between them."""
    parts = re.split(r"[^a-z_]+", tensor.name.lower())
    return {*parts, *(word for part in parts for word in part.split("_"))}
