"""``python -m benchmarks.heavy``: what a frame costs with detectors as large as these.

The weights of public fish detectors are not in this repository. What a frame costs
depends on the size of its picture and on the multiplications, not on the weights: so
each is measured with a network of its picture size, its strides, about as many
multiplications, and a YOLO's output.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.config import DetectorConfig
from analysis.frames.frames import Frame
from analysis.models import load_detector
from analysis.models.interpreter import choose
from analysis.models.model import all_shades
from tests.tflite import Network, options, with_files
from weir.clock import SystemClock

_STRIDES = (2, 4, 8, 16, 32)
_BOX = 5  # numbers of a box of one class


@dataclass(frozen=True)
class Shape:
    """A detector to be measured by another of its shape.

    Attributes:
        name: the model's.
        side: of its picture, in pixels.
        gflops: of one picture, as its makers count them: two for a multiplication.
        width: channels at a stride of 2; twice as many at each further one.
    """

    name: str
    side: int
    gflops: float
    width: int


SHAPES = (
    Shape("YOLO11n, 640 (NOAA)", 640, 6.5, 16),
    Shape("YOLOv5s, 640 (MegaFishDetector)", 640, 16.5, 32),
    Shape("YOLOv5l, 640 (MegaFishDetector)", 640, 109.1, 64),
    Shape("YOLOv5m, 1280 (MegaFishDetector)", 1280, 196.0, 48),
    Shape("YOLOv12x, 1024 (Community)", 1024, 509.4, 96),
)


def main() -> None:
    """Measure each shape, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.heavy")
    parser.add_argument("--engine", default="auto", help="as in the config")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    print(
        f"\nA frame with networks of the shape of public detectors, one core, "
        f"{choose(arguments.engine)}"
    )
    print(f"{'':<36}{'GFLOP':>8}{'s a frame':>11}{'frames a day':>14}")
    for shape in SHAPES:
        took_s = measure(shape, arguments.engine, arguments.rounds)
        a_day = f"{86400 / took_s:,.0f}"
        print(f"{shape.name:<36}{shape.gflops:>8.1f}{took_s:>11.2f}{a_day:>14}")


def measure(shape: Shape, engine: str, rounds: int) -> float:
    """Return the seconds that one frame takes, the best of some rounds."""
    clock, frame = SystemClock(), Frame(0, all_shades())
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model.tflite"
        model.write_bytes(network(shape))
        config = DetectorConfig(model=model, kind="yolov8", normalise="0..1")
        detector = load_detector(config, engine)
        best_s = float("inf")
        for _ in range(rounds):
            started_s = clock.monotonic()
            detector.detect(frame)
            best_s = min(best_s, clock.monotonic() - started_s)
    return best_s


def network(shape: Shape) -> bytes:
    """Write a network: convolutions at each stride, and boxes from the last three."""
    net = Network()
    side = shape.side
    picture = net.tensor("picture", (1, side, side, 3))
    dice = np.random.default_rng(1)
    layers = _layers(shape)
    tensor, channels, heads = picture, 3, []
    for at, stride in enumerate(_STRIDES):
        width = shape.width * 2**at
        for layer in range(layers):
            step = 2 if layer == 0 else 1
            tensor = _convolution(
                net, tensor, (side // stride, channels, width, 3), step, dice
            )
            channels = width
        if stride >= 8:
            heads.append(_head(net, tensor, side // stride, width, dice))
    boxes = sum((side // stride) ** 2 for stride in _STRIDES[2:])
    table = net.tensor("table", (1, boxes, _BOX))
    net.operator("CONCATENATION", heads, [table], options("Concatenation", axis=1))
    result = net.tensor("boxes", (1, boxes, _BOX))
    net.operator("LOGISTIC", [table], [result])
    return with_files(net.pack([picture], [result]), {"labels.txt": "fish\n"})


def flop(shape: Shape, layers: int) -> float:
    """Count what a network of so many layers at each stride needs, in GFLOP."""
    total, channels = 0, 3
    for at, stride in enumerate(_STRIDES):
        width, cells = shape.width * 2**at, (shape.side // stride) ** 2
        total += 2 * 9 * cells * width * (channels + width * (layers - 1))
        channels = width
    return total / 1e9


def _layers(shape: Shape) -> int:
    return min(range(1, 40), key=lambda n: abs(flop(shape, n) - shape.gflops))


def _convolution(
    net: Network,
    tensor: int,
    sides: tuple[int, int, int, int],
    step: int,
    dice: np.random.Generator,
) -> int:
    side, given, made, kernel = sides
    weights = dice.normal(0, 0.05, (made, kernel, kernel, given)).astype(np.float32)
    result = net.tensor("layer", (1, side, side, made))
    how = options(
        "Conv2D", padding=0, strideH=step, strideW=step, dilationHFactor=1,
        dilationWFactor=1, fusedActivationFunction=3,
    )  # fmt: skip
    bias = net.constant(np.zeros(made, np.float32))
    net.operator("CONV_2D", [tensor, net.constant(weights), bias], [result], how)
    return result


def _head(
    net: Network, tensor: int, side: int, channels: int, dice: np.random.Generator
) -> int:
    made = _convolution(net, tensor, (side, channels, _BOX, 1), 1, dice)
    flat = net.tensor("flat", (1, side * side, _BOX))
    shape = options("Reshape", newShape=[1, side * side, _BOX])
    net.operator("RESHAPE", [made], [flat], shape)
    return flat


if __name__ == "__main__":
    main()
