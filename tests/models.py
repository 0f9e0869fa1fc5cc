"""Models of every known shape that look for colours, with answers worked out by hand.

A picture is averaged over its cells (one cell for classifiers); class k of a cell has
the logit 8 * channel k - 4, channels from 0 to 1. A pure colour has a score of
sigmoid(4) = 0.982 in its class, and sigmoid(-4) = 0.018 in the others.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Optional

import numpy as np
from flatbuffers import flexbuffers

from tests.layers import (
    CELLS,
    COLOURS,
    GRID,
    PLAIN,
    PROBABILITY,
    SHARES,
    SIDE,
    Shape,
    added,
    cells_of,
    centres_of_cells,
    convolution,
    picture_input,
    pooling,
    quantised,
    reshaped,
    step,
    with_empty,
)
from tests.tflite import Network, metadata, options, with_files

_COLOURS = "red\ngreen\nblue\n"
_LAST = (1, SIDE, SIDE, 3)


def classifier(
    last: str = "SOFTMAX",
    shape: Shape = PLAIN,
    labels: str = "red\ngreen\nblue\n",
    outputs: int = 3,
    note: Optional[bytes] = None,
) -> bytes:
    """A whole-frame classifier; ``last`` is SOFTMAX, LOGISTIC or empty for logits."""
    net = Network()
    picture, pixels = picture_input(net, shape)
    logits = cells_of(net, pixels, SIDE, outputs, shape)
    flat = reshaped(net, logits, (1, outputs))
    if last:
        flat = step(net, last, flat, (1, outputs))
    result = quantised(net, flat, (1, outputs), shape.dtype)
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
    picture, pixels = picture_input(net, Shape())
    flat = reshaped(net, cells_of(net, pixels, SIDE, 3, Shape()), (1, 3))
    scores = step(net, "SOFTMAX", flat, (1, 3))
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
    flat = reshaped(net, cells_of(net, pixels, SIDE, 3, Shape()), (1, 3))
    scores = step(net, "SOFTMAX", flat, (1, 3))
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
    net.operator("AVERAGE_POOL_2D", [picture], [mean], pooling(SIDE), steps[0])
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
    net.operator("CONV_2D", inputs, [logits], convolution(), steps[1])
    flat = net.tensor("flat", (1, 3), dtype, (8 / 255, middle))
    net.operator("RESHAPE", [logits], [flat], options("Reshape", newShape=[1, 3]))
    result = net.tensor("scores", (1, 3), dtype, PROBABILITY[dtype])
    net.operator("SOFTMAX", [flat], [result], options("Softmax", beta=1.0), steps[2])
    return with_files(net.pack([picture], [result]), {"labels.txt": labels})


def ssd(
    order: tuple[int, ...] = (0, 1, 2, 3), shape: Shape = PLAIN, labels: str = ""
) -> bytes:
    """An SSD with its four outputs in any order: boxes, classes, scores, number."""
    net = Network()
    picture, pixels = picture_input(net, shape)
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
    picture, pixels = picture_input(net, Shape())
    logits = cells_of(net, pixels, SIDE // GRID, 1, Shape())
    scores = step(net, "LOGISTIC", reshaped(net, logits, (1, CELLS)), (1, CELLS))
    x, y, width, height = centres_of_cells().T
    corners = np.stack([y - height / 2, x - width / 2, y + height / 2, x + width / 2])
    made = [
        added(net, name, values)
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


def _cell_scores(
    net: Network, pixels: int, shape: Shape, gain: float = 8, bias: float = -4
) -> int:
    """The score of a background and of each class in each cell."""
    logits = cells_of(net, pixels, SIDE // GRID, 3, shape, gain, bias)
    scores = step(net, "LOGISTIC", reshaped(net, logits, (1, CELLS, 3)), (1, CELLS, 3))
    nothing = net.constant(np.full((1, CELLS, 1), 0.01, np.float32))
    padded = net.tensor("scores", (1, CELLS, 4))
    net.operator(
        "CONCATENATION", [nothing, scores], [padded], options("Concatenation", axis=2)
    )
    return padded


def _postprocessed(net: Network, scores: int, names: Sequence[str]) -> list[int]:
    """Boxes, classes, scores and number, by the operator that SSDs end in."""
    boxes = net.constant(np.zeros((1, CELLS, 4), np.float32))
    anchors = net.constant(centres_of_cells()[:, [1, 0, 3, 2]])
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
    shape: Shape = PLAIN,
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
    picture, pixels = picture_input(net, shape)
    count = 1 if form == "end to end" else len(names)
    logits = cells_of(net, pixels, SIDE // GRID, count, shape)
    size = (1, CELLS, count)
    scores = step(net, "LOGISTIC", reshaped(net, logits, size), size)
    table, numbers = _table(net, form, unit, scores, count)
    if boxes > CELLS:
        table = with_empty(net, table, boxes, numbers)
    if not standing and form != "end to end":
        turned = net.tensor("turned", (1, numbers, boxes))
        axes = net.constant(np.array([0, 2, 1], np.int32))
        net.operator("TRANSPOSE", [table, axes], [turned], options("Transpose"))
        table = turned
    result_shape = (1, boxes, numbers)
    if not standing and form != "end to end":
        result_shape = (1, numbers, boxes)
    result = quantised(net, table, result_shape, shape.dtype)
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
    centres = centres_of_cells()
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
