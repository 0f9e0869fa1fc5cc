"""Models of every known shape that look for colours, with answers worked out by hand.

A picture is averaged over its cells (one cell for classifiers); class k of a cell has
the logit 8 * channel k - 4, channels from 0 to 1. A pure colour has a score of
sigmoid(4) = 0.982 in its class, and sigmoid(-4) = 0.018 in the others.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import numpy.typing as npt
from flatbuffers import flexbuffers

from tests.tflite import Network, Quantisation, metadata, options, with_files

COLOURS = ("red", "green", "blue")
SIDE, GRID = 64, 8
CELLS = GRID * GRID
_COLOURS = "red\ngreen\nblue\n"
_LAST = (1, SIDE, SIDE, 3)
PURE, OTHER = 0.98201, 0.01799
"""sigmoid(4) and sigmoid(-4)."""

PROBABILITY: dict[str, Quantisation] = {"uint8": (1 / 256, 0), "int8": (1 / 256, -128)}
SHARES: dict[str, Quantisation] = {"uint8": (1 / 255, 0), "int8": (1 / 255, -128)}


@dataclass(frozen=True)
class Shape:
    """What varies between models of one kind.

    Attributes:
        dtype: of input and output: float32, uint8, int8.
        weights: float32, float16, or int8 for dynamic-range quantisation.
        channels_first: the input's layout.
        grey: one channel instead of three.
        input_scale: the input's quantisation; None for 0..1.
    """

    dtype: str = "float32"
    weights: str = "float32"
    channels_first: bool = False
    grey: bool = False
    input_scale: Optional[Quantisation] = None


def classifier(
    last: str = "SOFTMAX",
    shape: Shape = Shape(),
    labels: str = "red\ngreen\nblue\n",
    outputs: int = 3,
    note: Optional[bytes] = None,
) -> bytes:
    """A whole-frame classifier; ``last`` is SOFTMAX, LOGISTIC or empty for logits."""
    net = Network()
    picture, pixels = _input(net, shape)
    logits = _cells(net, pixels, SIDE, outputs, shape)
    flat = _reshaped(net, logits, (1, outputs))
    if last:
        flat = _step(net, last, flat, (1, outputs))
    result = _quantised(net, flat, (1, outputs), shape.dtype)
    if note:
        net.note("TFLITE_METADATA", note)
    model = net.pack([picture], [result])
    return with_files(model, {"labels.txt": labels}) if labels else model


def normalised(mean: list[float], std: list[float]) -> bytes:
    """A classifier whose metadata says how pixels become values."""
    return classifier(note=metadata(mean, std))


def averaged(operator: str) -> bytes:
    """Two classifiers' softmaxed scores, and their mean: by ADD or by MEAN."""
    net = Network()
    picture, pixels = _input(net, Shape())
    flat = _reshaped(net, _cells(net, pixels, SIDE, 3, Shape()), (1, 3))
    scores = _step(net, "SOFTMAX", flat, (1, 3))
    result = net.tensor("mean", (1, 3))
    if operator == "ADD":
        halves = net.tensor("halves", (1, 3))
        half = net.constant(np.array([0.5], np.float32))
        net.operator("MUL", [scores, half], [halves], options("Mul"))
        net.operator("ADD", [halves, halves], [result], options("Add"))
    else:
        both = net.tensor("both", (2, 3))
        side_by_side = options("Concatenation", axis=0)
        net.operator("CONCATENATION", [scores, scores], [both], side_by_side)
        axis = net.constant(np.array([0], np.int32))
        net.operator("MEAN", [both, axis], [result], options("Reducer", keepDims=True))
    return with_files(net.pack([picture], [result]), {"labels.txt": _COLOURS})


def scaling_by_itself(note: Optional[bytes] = None) -> bytes:
    """A classifier that takes bytes as they are, and makes shares of them inside."""
    net = Network()
    picture = net.tensor("picture", _LAST, "uint8")
    whole, pixels = net.tensor("whole", _LAST), net.tensor("shares", _LAST)
    net.operator("CAST", [picture], [whole])
    share = net.constant(np.array([1 / 255], np.float32))
    net.operator("MUL", [whole, share], [pixels], options("Mul"))
    flat = _reshaped(net, _cells(net, pixels, SIDE, 3, Shape()), (1, 3))
    scores = _step(net, "SOFTMAX", flat, (1, 3))
    if note:
        net.note("TFLITE_METADATA", note)
    return with_files(net.pack([picture], [scores]), {"labels.txt": _COLOURS})


def quantised_through(dtype: str, labels: str = "red\ngreen\nblue\n") -> bytes:
    """A classifier in which no tensor is a float: each step computes in bytes."""
    net = Network()
    steps = {"int8": (2, 3, 2), "uint8": (1, 1, 1)}[dtype]
    middle = {"int8": 0, "uint8": 128}[dtype]
    scale = SHARES[dtype]
    picture = net.tensor("picture", (1, SIDE, SIDE, 3), dtype, scale)
    mean = net.tensor("mean", (1, 1, 1, 3), dtype, scale)
    net.operator("AVERAGE_POOL_2D", [picture], [mean], _pooling(SIDE), steps[0])
    step = 8 / 127
    weights = np.full((3, 1, 1, 3), middle, dtype)
    weights[range(3), 0, 0, range(3)] = middle + 127
    bias = np.full(3, round(-4 / (scale[0] * step)), np.int32)
    logits = net.tensor("logits", (1, 1, 1, 3), dtype, (8 / 255, middle))
    inputs = [
        mean,
        net.constant(weights, (step, middle)),
        net.constant(bias, (scale[0] * step, 0)),
    ]
    net.operator("CONV_2D", inputs, [logits], _convolution(), steps[1])
    flat = net.tensor("flat", (1, 3), dtype, (8 / 255, middle))
    net.operator("RESHAPE", [logits], [flat], options("Reshape", newShape=[1, 3]))
    result = net.tensor("scores", (1, 3), dtype, PROBABILITY[dtype])
    net.operator("SOFTMAX", [flat], [result], options("Softmax", beta=1.0), steps[2])
    return with_files(net.pack([picture], [result]), {"labels.txt": labels})


def ssd(
    order: tuple[int, ...] = (0, 1, 2, 3), shape: Shape = Shape(), labels: str = ""
) -> bytes:
    """An SSD with its four outputs in any order: boxes, classes, scores, number."""
    net = Network()
    picture, pixels = _input(net, shape)
    scores = _cell_scores(net, pixels, shape)
    names = ("Detection", "Detection:1", "Detection:2", "Detection:3")
    results = _postprocessed(net, scores, names)
    model = net.pack([picture], [results[each] for each in order])
    return with_files(model, {"labelmap.txt": labels or "red\ngreen\nblue\n"})


def efficientdet() -> bytes:
    """An EfficientDet-Lite as Model Maker exports it.

    Pixels are bytes that stand for -0.99 to 1, and the metadata says so too; its
    outputs are numbered by no order that means anything: scores, boxes, number,
    classes.
    """
    net = Network()
    picture = net.tensor("serving_default_images:0", _LAST, "uint8", (1 / 128, 127))
    pixels = net.tensor("values", _LAST)
    net.operator("DEQUANTIZE", [picture], [pixels], options("Dequantize"), 2)
    scores = _cell_scores(net, pixels, Shape(), gain=4, bias=0)
    names = [f"StatefulPartitionedCall:{each}" for each in (3, 2, 1, 0)]
    boxes, classes, scores, number = _postprocessed(net, scores, names)
    net.note("TFLITE_METADATA", metadata([127.0], [128.0]))
    model = net.pack([picture], [scores, boxes, number, classes])
    return with_files(model, {"labelmap.txt": "red\ngreen\nblue\n"})


def plain_ssd(names: tuple[str, ...], order: tuple[int, ...]) -> bytes:
    """An SSD whose outputs no known operator made: each cell is a box of class 1.

    Args:
        names: of boxes, classes, scores and number.
        order: in which the model has them.
    """
    net = Network()
    picture, pixels = _input(net, Shape())
    logits = _cells(net, pixels, SIDE // GRID, 1, Shape())
    scores = _step(net, "LOGISTIC", _reshaped(net, logits, (1, CELLS)), (1, CELLS))
    x, y, width, height = _centres().T
    corners = np.stack([y - height / 2, x - width / 2, y + height / 2, x + width / 2])
    made = [
        _added(net, name, values)
        for name, values in zip(
            (names[0], names[1], names[3]),
            (corners.T[None], np.ones((1, CELLS)), np.full(1, CELLS)),
        )
    ]
    named = net.tensor(names[2], (1, CELLS))
    zero = net.constant(np.zeros((1, CELLS), np.float32))
    net.operator("ADD", [scores, zero], [named], options("Add"))
    results = [made[0], made[1], named, made[2]]
    model = net.pack([picture], [results[each] for each in order])
    return with_files(model, {"labelmap.txt": "green\nred\nblue\n"})


def _added(net: Network, name: str, values: npt.NDArray[np.float32]) -> int:
    """A tensor of values that an operator makes at run time."""
    given = net.constant(values.astype(np.float32))
    zero = net.constant(np.zeros(values.shape, np.float32))
    result = net.tensor(name, values.shape)
    net.operator("ADD", [given, zero], [result], options("Add"))
    return result


def _cell_scores(
    net: Network, pixels: int, shape: Shape, gain: float = 8, bias: float = -4
) -> int:
    """The score of a background and of each class in each cell."""
    logits = _cells(net, pixels, SIDE // GRID, 3, shape, gain, bias)
    scores = _step(
        net, "LOGISTIC", _reshaped(net, logits, (1, CELLS, 3)), (1, CELLS, 3)
    )
    nothing = net.constant(np.full((1, CELLS, 1), 0.01, np.float32))
    padded = net.tensor("scores", (1, CELLS, 4))
    net.operator(
        "CONCATENATION", [nothing, scores], [padded], options("Concatenation", axis=2)
    )
    return padded


def _postprocessed(net: Network, scores: int, names: Sequence[str]) -> list[int]:
    """Boxes, classes, scores and number, by the operator that SSDs end in."""
    boxes = net.constant(np.zeros((1, CELLS, 4), np.float32))
    anchors = net.constant(_centres()[:, [1, 0, 3, 2]])
    shapes: list[tuple[int, ...]] = [(1, 10, 4), (1, 10), (1, 10), (1,)]
    results = [net.tensor(name, each) for name, each in zip(names, shapes)]
    net.operator(
        "TFLite_Detection_PostProcess",
        [boxes, scores, anchors],
        results,
        bytes(flexbuffers.Dumps(_POSTPROCESS)),
    )
    return results


_POSTPROCESS = {
    "max_detections": 10,
    "max_classes_per_detection": 1,
    "detections_per_class": 10,
    "use_regular_nms": False,
    "nms_score_threshold": 0.3,
    "nms_iou_threshold": 0.5,
    "num_classes": 3,
    "y_scale": 10.0,
    "x_scale": 10.0,
    "h_scale": 5.0,
    "w_scale": 5.0,
}


def yolo(
    form: str = "v8",
    standing: bool = False,
    unit: float = 1.0,
    shape: Shape = Shape(),
    names: tuple[str, ...] = COLOURS,
    boxes: int = 64,
    named: bool = True,
    **said: object,
) -> bytes:
    """A YOLO: v5 (objectness 0.9), v8, or end to end with red alone.

    ``unit`` is 1 for boxes in shares of the input, its side for pixels. Of more boxes
    than cells, the rest are empty. ``named`` says whether its metadata has the names.
    """
    net = Network()
    picture, pixels = _input(net, shape)
    count = 1 if form == "end to end" else len(names)
    logits = _cells(net, pixels, SIDE // GRID, count, shape)
    size = (1, CELLS, count)
    scores = _step(net, "LOGISTIC", _reshaped(net, logits, size), size)
    table, numbers = _table(net, form, unit, scores, count)
    if boxes > CELLS:
        table = _with_empty(net, table, boxes, numbers)
    if not standing and form != "end to end":
        turned = net.tensor("turned", (1, numbers, boxes))
        axes = net.constant(np.array([0, 2, 1], np.int32))
        net.operator("TRANSPOSE", [table, axes], [turned], options("Transpose"))
        table = turned
    result_shape = (1, boxes, numbers)
    if not standing and form != "end to end":
        result_shape = (1, numbers, boxes)
    result = _quantised(net, table, result_shape, shape.dtype)
    notes = {"imgsz": [SIDE, SIDE], **said}
    if named:
        notes["names"] = dict(enumerate(names))
    return with_files(
        net.pack([picture], [result]), {"metadata.json": json.dumps(notes)}
    )


def _table(
    net: Network, form: str, unit: float, scores: int, count: int
) -> tuple[int, int]:
    """Boxes and scores side by side: the tensor, and the numbers of a box."""
    centres = _centres()
    if form == "end to end":
        half = centres[:, 2:] / 2
        centres = np.hstack([centres[:, :2] - half, centres[:, :2] + half])
    parts = [net.constant((centres * unit).astype(np.float32)[None])]
    if form == "v5":
        parts.append(net.constant(np.full((1, CELLS, 1), 0.9, np.float32)))
    parts.append(scores)
    if form == "end to end":
        parts.append(net.constant(np.zeros((1, CELLS, 1), np.float32)))
    numbers = 4 + count + (form != "v8")
    table = net.tensor("table", (1, CELLS, numbers))
    net.operator("CONCATENATION", parts, [table], options("Concatenation", axis=2))
    return table, numbers


def _with_empty(net: Network, table: int, boxes: int, numbers: int) -> int:
    """The table, filled up to so many boxes."""
    empty = net.constant(np.zeros((1, boxes - CELLS, numbers), np.float32))
    filled = net.tensor("filled", (1, boxes, numbers))
    net.operator(
        "CONCATENATION", [table, empty], [filled], options("Concatenation", axis=1)
    )
    return filled


def _centres() -> npt.NDArray[np.float32]:
    """x, y, width, height of each cell, as shares."""
    down, across = np.divmod(np.arange(CELLS), GRID)
    size = np.full(CELLS, 1 / GRID)
    cells = np.stack([(across + 0.5) / GRID, (down + 0.5) / GRID, size, size], axis=1)
    shares: npt.NDArray[np.float32] = cells.astype(np.float32)
    return shares


def _input(net: Network, shape: Shape) -> tuple[int, int]:
    """The input, and it as (1, SIDE, SIDE, channels) from 0 to 1."""
    channels = 1 if shape.grey else 3
    last = (1, SIDE, SIDE, channels)
    given = (1, channels, SIDE, SIDE) if shape.channels_first else last
    scale = shape.input_scale or SHARES.get(shape.dtype)
    picture = net.tensor("picture", given, shape.dtype, scale)
    pixels = picture
    if shape.dtype != "float32":
        pixels = net.tensor("shares", given)
        net.operator("DEQUANTIZE", [picture], [pixels], options("Dequantize"), 2)
    if shape.channels_first:
        turned = net.tensor("channels last", last)
        axes = net.constant(np.array([0, 2, 3, 1], np.int32))
        net.operator("TRANSPOSE", [pixels, axes], [turned], options("Transpose"))
        pixels = turned
    return picture, pixels


def _cells(
    net: Network,
    pixels: int,
    cell: int,
    count: int,
    shape: Shape,
    gain: float = 8,
    bias: float = -4,
) -> int:
    """The logits of each class in each cell."""
    channels, side = (1 if shape.grey else 3), SIDE // cell
    mean = net.tensor("mean", (1, side, side, channels))
    net.operator("AVERAGE_POOL_2D", [pixels], [mean], _pooling(cell))
    weights = np.zeros((count, 1, 1, channels), np.float32)
    for each in range(count):
        weights[each, 0, 0, each % channels] = gain
    logits = net.tensor("logits", (1, side, side, count))
    biases = net.constant(np.full(count, bias, np.float32))
    inputs = [mean, _weights(net, weights, shape.weights), biases]
    net.operator("CONV_2D", inputs, [logits], _convolution())
    return logits


def _pooling(cell: int) -> Any:
    return options(
        "Pool2D", padding=1, strideH=cell, strideW=cell, filterHeight=cell,
        filterWidth=cell,
    )  # fmt: skip


def _convolution() -> Any:
    return options(
        "Conv2D", padding=1, strideH=1, strideW=1, dilationHFactor=1, dilationWFactor=1
    )


def _weights(net: Network, weights: npt.NDArray[np.float32], dtype: str) -> int:
    if dtype == "float16":
        stored = net.constant(weights.astype(np.float16))
        restored = net.tensor("weights", weights.shape)
        net.operator("DEQUANTIZE", [stored], [restored], options("Dequantize"), 3)
        return restored
    if dtype == "int8":
        return net.constant((weights * 15).astype(np.int8), (1 / 15, 0))
    return net.constant(weights)


def _reshaped(net: Network, tensor: int, shape: tuple[int, ...]) -> int:
    reshaped = net.tensor("reshaped", shape)
    net.operator(
        "RESHAPE", [tensor], [reshaped], options("Reshape", newShape=list(shape))
    )
    return reshaped


def _step(net: Network, name: str, tensor: int, shape: tuple[int, ...]) -> int:
    result = net.tensor(name.lower(), shape)
    softmax = options("Softmax", beta=1.0) if name == "SOFTMAX" else None
    net.operator(name, [tensor], [result], softmax)
    return result


def _quantised(net: Network, tensor: int, shape: tuple[int, ...], dtype: str) -> int:
    if dtype == "float32":
        return tensor
    result = net.tensor("quantised", shape, dtype, PROBABILITY[dtype])
    net.operator("QUANTIZE", [tensor], [result], options("Quantize"))
    return result
