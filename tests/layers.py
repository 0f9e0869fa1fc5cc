"""The layers that the small models are made of: a picture's cells, told by colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

from tests.tflite import Network, Quantisation, options

SIDE, GRID = 64, 8
CELLS = GRID * GRID
PROBABILITY: dict[str, Quantisation] = {"uint8": (1 / 256, 0), "int8": (1 / 256, -128)}
SHARES: dict[str, Quantisation] = {"uint8": (1 / 255, 0), "int8": (1 / 255, -128)}
PURE, OTHER = 0.98201, 0.01799
"""sigmoid(4) and sigmoid(-4)."""
COLOURS = ("red", "green", "blue")


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


PLAIN = Shape()


def added(net: Network, name: str, values: npt.NDArray[np.float32]) -> int:
    """A tensor of values that an operator makes at run time."""
    given = net.constant(values.astype(np.float32))
    zero = net.constant(np.zeros(values.shape, np.float32))
    result = net.tensor(name, values.shape)
    net.operator("ADD", [given, zero], [result], options("Add"))
    return result


def with_empty(net: Network, table: int, boxes: int, numbers: int) -> int:
    """The table, filled up to so many boxes."""
    empty = net.constant(np.zeros((1, boxes - CELLS, numbers), np.float32))
    filled = net.tensor("filled", (1, boxes, numbers))
    net.operator(
        "CONCATENATION", [table, empty], [filled], options("Concatenation", axis=1)
    )
    return filled


def centres_of_cells() -> npt.NDArray[np.float32]:
    """x, y, width, height of each cell, as shares."""
    down, across = np.divmod(np.arange(CELLS), GRID)
    size = np.full(CELLS, 1 / GRID)
    cells = np.stack([(across + 0.5) / GRID, (down + 0.5) / GRID, size, size], axis=1)
    shares: npt.NDArray[np.float32] = cells.astype(np.float32)
    return shares


def picture_input(net: Network, shape: Shape) -> tuple[int, int]:
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


def cells_of(
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
    net.operator("AVERAGE_POOL_2D", [pixels], [mean], pooling(cell))
    weights = np.zeros((count, 1, 1, channels), np.float32)
    for each in range(count):
        weights[each, 0, 0, each % channels] = gain
    logits = net.tensor("logits", (1, side, side, count))
    biases = net.constant(np.full(count, bias, np.float32))
    inputs = [mean, weights_of(net, weights, shape.weights), biases]
    net.operator("CONV_2D", inputs, [logits], convolution())
    return logits


def pooling(cell: int) -> Any:
    """Options of a layer that takes means."""
    return options(
        "Pool2D", padding=1, strideH=cell, strideW=cell, filterHeight=cell,
        filterWidth=cell,
    )  # fmt: skip


def convolution() -> Any:
    """Options of a layer that takes one pixel at a time."""
    return options(
        "Conv2D", padding=1, strideH=1, strideW=1, dilationHFactor=1, dilationWFactor=1
    )


def weights_of(net: Network, weights: npt.NDArray[np.float32], dtype: str) -> int:
    """The weights as a constant, in the type that is asked for."""
    if dtype == "float16":
        stored = net.constant(weights.astype(np.float16))
        restored = net.tensor("weights", weights.shape)
        net.operator("DEQUANTIZE", [stored], [restored], options("Dequantize"), 3)
        return restored
    if dtype == "int8":
        return net.constant((weights * 15).astype(np.int8), (1 / 15, 0))
    return net.constant(weights)


def reshaped(net: Network, tensor: int, shape: tuple[int, ...]) -> int:
    """The same numbers in another shape."""
    reshaped = net.tensor("reshaped", shape)
    net.operator(
        "RESHAPE", [tensor], [reshaped], options("Reshape", newShape=list(shape))
    )
    return reshaped


def step(net: Network, name: str, tensor: int, shape: tuple[int, ...]) -> int:
    """What an operator without weights makes of a tensor."""
    result = net.tensor(name.lower(), shape)
    softmax = options("Softmax", beta=1.0) if name == "SOFTMAX" else None
    net.operator(name, [tensor], [result], softmax)
    return result


def quantised(net: Network, tensor: int, shape: tuple[int, ...], dtype: str) -> int:
    """Scores as whole numbers."""
    if dtype == "float32":
        return tensor
    result = net.tensor("quantised", shape, dtype, PROBABILITY[dtype])
    net.operator("QUANTIZE", [tensor], [result], options("Quantize"))
    return result
