"""Models that leave two readings, or end in numbers that are no use."""

from __future__ import annotations

import numpy as np

from tests.layers import (
    CELLS,
    GRID,
    SIDE,
    Shape,
    added,
    cells_of,
    centres_of_cells,
    picture_input,
    reshaped,
    step,
)
from tests.tflite import Network, Quantisation, boxes_metadata, options, with_files


def coarse(scale: Quantisation, *, behind: bool, finished: bool = False) -> bytes:
    """A YOLO of red alone whose boxes and scores share one scale.

    Args:
        scale: that scale, and its zero.
        behind: whether the model turns its numbers back into floats.
        finished: whether it is end to end, else v8.
    """
    net = Network()
    picture, pixels = picture_input(net, Shape())
    logits = cells_of(net, pixels, SIDE // GRID, 1, Shape())
    scores = step(net, "LOGISTIC", reshaped(net, logits, (1, CELLS, 1)), (1, CELLS, 1))
    parts = [net.constant((centres_of_cells() * SIDE)[None].astype(np.float32)), scores]
    if finished:
        parts.append(net.constant(np.zeros((1, CELLS, 1), np.float32)))
    numbers = 5 + finished
    table = net.tensor("table", (1, CELLS, numbers))
    net.operator("CONCATENATION", parts, [table], options("Concatenation", axis=2))
    result = net.tensor("steps", (1, CELLS, numbers), "int8", scale)
    net.operator("QUANTIZE", [table], [result], options("Quantize"))
    if behind:
        given, result = result, net.tensor("floats", (1, CELLS, numbers))
        net.operator("DEQUANTIZE", [given], [result], options("Dequantize"), 2)
    return with_files(net.pack([picture], [result]), {"labels.txt": "red\n"})


def four_outputs(
    form: str,
    name: str = "boxes",
    unit: tuple[float, float] = (1, 1),
    said: bool = False,
) -> bytes:
    """A detector of red that ends in boxes, classes, scores, number by itself.

    Args:
        form: what its boxes are: ``yxyx``, ``xyxy`` or ``cxcywh``.
        name: of the tensor with the boxes.
        unit: the width and height that a whole picture has in its boxes.
        said: whether its metadata says so.
    """
    net = Network()
    picture, pixels = picture_input(net, Shape())
    logits = cells_of(net, pixels, SIDE // GRID, 1, Shape())
    scores = step(net, "LOGISTIC", reshaped(net, logits, (1, CELLS)), (1, CELLS))
    sides = np.asarray((*unit, *unit), np.float32)
    x, y, width, height = (centres_of_cells() * sides).T
    corners = [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
    columns = {
        "xyxy": corners,
        "yxyx": [corners[at] for at in (1, 0, 3, 2)],
        "cxcywh": [x, y, width, height],
    }[form]
    results = [
        added(net, name, np.stack(columns).T[None]),
        added(net, "classes", np.zeros((1, CELLS), np.float32)),
        scores,
        added(net, "count", np.full(1, CELLS, np.float32)),
    ]
    if said:
        pixel = unit != (1, 1)
        net.note("TFLITE_METADATA", boxes_metadata(form, pixel=pixel, outputs=4))
    return with_files(net.pack([picture], results), {"labelmap.txt": "red\n"})
