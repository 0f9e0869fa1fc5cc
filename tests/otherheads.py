"""Models of the kinds that people have besides SSD and YOLO, red, green and blue."""

from __future__ import annotations

from typing import Optional

import numpy as np

from tests.layers import (
    CELLS,
    GRID,
    SIDE,
    Shape,
    cells_of,
    centres_of_cells,
    convolution,
    picture_input,
    pooling,
    quantised,
    reshaped,
    step,
)
from tests.tflite import Network, options, with_files

_COLOURS = "red\ngreen\nblue\n"
GRIDS = 84
"""Boxes of a YOLO with one for each cell of the grids of 8, 16 and 32 pixels."""


def _scores(net: Network, pixels: int, count: int = 3) -> int:
    logits = cells_of(net, pixels, SIDE // GRID, count, Shape())
    size = (1, CELLS, count)
    return step(net, "LOGISTIC", reshaped(net, logits, size), size)


def _side_by_side(net: Network, parts: list[int], shape: tuple[int, ...]) -> int:
    table = net.tensor("table", shape)
    axis = len(shape) - 1
    net.operator("CONCATENATION", parts, [table], options("Concatenation", axis=axis))
    return table


def _filled(net: Network, tensor: int, boxes: int, numbers: int) -> int:
    empty = net.constant(np.zeros((1, boxes - CELLS, numbers), np.float32))
    filled = net.tensor("filled", (1, boxes, numbers))
    net.operator(
        "CONCATENATION", [tensor, empty], [filled], options("Concatenation", axis=1)
    )
    return filled


def yolox(*, raw: bool = False, objectness: float = 0.9, apart: bool = True) -> bytes:
    """A YOLOX, or with an objectness of 1 a YOLOv6: one box a cell, and objectness.

    Args:
        raw: whether boxes are offsets from their cells, else pixels.
        objectness: of every box.
        apart: whether the graph has it as a part of its own.
    """
    net = Network()
    picture, pixels = picture_input(net, Shape())
    boxes = centres_of_cells() * SIDE
    if raw:
        boxes = np.tile(np.array([[0.5, 0.5, 0, 0]], np.float32), (CELLS, 1))
    given = _filled(net, net.constant(boxes[None].astype(np.float32)), GRIDS, 4)
    sure = net.constant(np.full((1, GRIDS, 1), objectness, np.float32))
    scores = _filled(net, _scores(net, pixels), GRIDS, 3)
    if not apart:
        sure = _side_by_side(net, [sure, scores], (1, GRIDS, 4))
        result = _side_by_side(net, [given, sure], (1, GRIDS, 8))
    else:
        result = _side_by_side(net, [given, sure, scores], (1, GRIDS, 8))
    return with_files(net.pack([picture], [result]), {"labels.txt": _COLOURS})


def segmenting(*, masks: int = 32, finished: bool = False) -> bytes:
    """A YOLO that also makes masks, from numbers behind each box."""
    net = Network()
    picture, pixels = picture_input(net, Shape())
    count = 1 if finished else 3
    centres = centres_of_cells()
    if finished:
        half = centres[:, 2:] / 2
        centres = np.hstack([centres[:, :2] - half, centres[:, :2] + half])
    parts = [
        net.constant(centres[None].astype(np.float32)),
        _scores(net, pixels, count),
    ]
    if finished:
        parts.append(net.constant(np.zeros((1, CELLS, 1), np.float32)))
    parts.append(net.constant(np.full((1, CELLS, masks), -3.0, np.float32)))
    numbers = 4 + count + finished + masks
    table = _side_by_side(net, parts, (1, CELLS, numbers))
    if not finished:
        turned = net.tensor("turned", (1, numbers, CELLS))
        axes = net.constant(np.array([0, 2, 1], np.int32))
        net.operator("TRANSPOSE", [table, axes], [turned], options("Transpose"))
        table = turned
    prototypes = net.tensor("prototypes", (1, 16, 16, masks))
    zeros = net.constant(np.zeros((1, 16, 16, masks), np.float32))
    net.operator("NEG", [zeros], [prototypes], options("Neg"))
    names = str({"names": dict(enumerate(("red", "green", "blue"))), "task": "segment"})
    return with_files(net.pack([picture], [table, prototypes]), {"meta.txt": names})


def fomo(shape: Optional[Shape] = None, labels: str = _COLOURS) -> bytes:
    """An Edge Impulse FOMO: a softmaxed grid of the background and three classes."""
    shape = shape or Shape()
    net = Network()
    picture, pixels = picture_input(net, shape)
    mean = net.tensor("mean", (1, GRID, GRID, 3))
    net.operator("AVERAGE_POOL_2D", [pixels], [mean], pooling(SIDE // GRID))
    weights = np.zeros((4, 1, 1, 3), np.float32)
    weights[range(1, 4), 0, 0, range(3)] = 16
    bias = np.array([0, -8, -8, -8], np.float32)
    logits = net.tensor("logits", (1, GRID, GRID, 4))
    inputs = [mean, net.constant(weights), net.constant(bias)]
    net.operator("CONV_2D", inputs, [logits], convolution())
    grid = step(net, "SOFTMAX", logits, (1, GRID, GRID, 4))
    result = quantised(net, grid, (1, GRID, GRID, 4), shape.dtype)
    model = net.pack([picture], [result])
    return with_files(model, {"labels.txt": labels}) if labels else model


def listed(order: tuple[int, ...] = (7, 0, 1, 2, 3, 6, 5)) -> bytes:
    """A detector with NMS inside: as many rows as red cells were found.

    Args:
        order: of a row's numbers: 0 to 3 left, top, right, bottom in pixels, 4
            objectness, 5 score, 6 class, 7 the picture's number.
    """
    net = Network()
    picture, pixels = picture_input(net, Shape())
    scores = reshaped(net, _scores(net, pixels, 1), (CELLS, 1))
    centres = centres_of_cells() * SIDE
    half = centres[:, 2:] / 2
    edges = np.hstack([centres[:, :2] - half, centres[:, :2] + half]).T
    columns = [net.constant(each[:, None].astype(np.float32)) for each in edges]
    columns.append(net.constant(np.full((CELLS, 1), 0.9, np.float32)))
    columns.append(scores)
    columns += [net.constant(np.zeros((CELLS, 1), np.float32)) for _ in range(2)]
    table = _side_by_side(net, [columns[at] for at in order], (CELLS, len(order)))
    over = net.tensor("over", (CELLS, 1), "bool")
    half_of = net.constant(np.full((1,), 0.5, np.float32))
    net.operator("GREATER", [scores, half_of], [over], options("Greater"))
    flat = net.tensor("flat", (CELLS,), "bool")
    net.operator("RESHAPE", [over], [flat], options("Reshape", newShape=[CELLS]))
    where = net.tensor("where", (1, 1), "int64", signature=[-1, 1])
    net.operator("WHERE", [flat], [where], options("Where"))
    result = net.tensor("output", (1, len(order)), signature=[-1, len(order)])
    net.operator("GATHER_ND", [table, where], [result], options("GatherNd"))
    return with_files(net.pack([picture], [result]), {"labels.txt": "red\n"})


def pair(
    form: str = "cxcywh",
    *,
    logits: bool = False,
    background: bool = False,
    names: tuple[str, str] = ("boxes", "scores"),
    count: int = 3,
) -> bytes:
    """Raw boxes in pixels, and their scores in another output, the scores first.

    Args:
        form: what the boxes are.
        logits: whether a sigmoid is still to be applied to the scores.
        background: whether a class in front is no object.
        names: of the outputs with boxes and scores.
        count: how many classes there are.
    """
    net = Network()
    picture, pixels = picture_input(net, Shape())
    size = (1, CELLS, count)
    raw = reshaped(net, cells_of(net, pixels, SIDE // GRID, count, Shape()), size)
    scores = raw if logits else step(net, "LOGISTIC", raw, size)
    count += background
    if background:
        nothing = net.constant(np.full((1, CELLS, 1), 0.9, np.float32))
        scores = _side_by_side(net, [nothing, scores], (1, CELLS, count))
    centres = centres_of_cells() * SIDE
    if form == "xyxy":
        half = centres[:, 2:] / 2
        centres = np.hstack([centres[:, :2] - half, centres[:, :2] + half])
    given = net.constant(centres[None].astype(np.float32))
    boxes = net.tensor(names[0], (1, CELLS, 4))
    net.operator("RELU", [given], [boxes])
    named = net.tensor(names[1], (1, CELLS, count))
    net.operator(
        "RESHAPE", [scores], [named], options("Reshape", newShape=[1, CELLS, count])
    )
    labels = "background\n" + _COLOURS if background else _COLOURS
    return with_files(net.pack([picture], [named, boxes]), {"labels.txt": labels})


def flat(*, wrapped: bool = False) -> bytes:
    """A classifier of grey pictures without a channel; wrapped, it has [1, 1, 2]."""
    net = Network()
    picture = net.tensor("picture", (1, SIDE, SIDE))
    pixels = reshaped(net, picture, (1, SIDE, SIDE, 1))
    logits = cells_of(net, pixels, SIDE, 1, Shape(grey=True))
    light = step(net, "LOGISTIC", reshaped(net, logits, (1, 1)), (1, 1))
    one = net.constant(np.ones((1, 1), np.float32))
    dark = net.tensor("dark", (1, 1))
    net.operator("SUB", [one, light], [dark], options("Sub"))
    result = _side_by_side(net, [light, dark], (1, 2))
    if wrapped:
        result = reshaped(net, result, (1, 1, 2))
    return with_files(net.pack([picture], [result]), {"labels.txt": "light\ndark\n"})


def any_size() -> bytes:
    """A classifier of pictures of any size: the mean of all pixels."""
    net = Network()
    picture = net.tensor("picture", (1, 1, 1, 3), signature=[-1, -1, -1, 3])
    mean = net.tensor("mean", (1, 3), signature=[-1, 3])
    axes = net.constant(np.array([1, 2], np.int32))
    net.operator("MEAN", [picture, axes], [mean], options("Reducer", keepDims=False))
    scores = net.tensor("scores", (1, 3), signature=[-1, 3])
    net.operator("LOGISTIC", [mean], [scores])
    return with_files(net.pack([picture], [scores]), {"labels.txt": _COLOURS})
