"""A model that is heavy, and sees nothing."""

from __future__ import annotations

import numpy as np

from tests.tflite import Network, options, with_files

SIDE = 128


def heavy() -> bytes:
    """A model that takes a hundred times and more as long as decoding a frame."""
    net = Network()
    picture = net.tensor("image", (1, SIDE, SIDE, 3))
    weights = np.zeros((24, 7, 7, 3), np.float32)
    more = np.zeros((24, 7, 7, 24), np.float32)
    how = options(
        "Conv2D", padding=0, strideH=1, strideW=1, dilationHFactor=1, dilationWFactor=1
    )
    bias = net.constant(np.zeros(24, np.float32))
    tensor = picture
    for values in (weights, more):
        made = net.tensor("made", (1, SIDE, SIDE, 24))
        net.operator("CONV_2D", [tensor, net.constant(values), bias], [made], how)
        tensor = made
    mean, flat = net.tensor("mean", (1, 1, 1, 24)), net.tensor("flat", (1, 24))
    sides = {
        "strideH": SIDE,
        "strideW": SIDE,
        "filterHeight": SIDE,
        "filterWidth": SIDE,
    }
    net.operator(
        "AVERAGE_POOL_2D", [tensor], [mean], options("Pool2D", padding=1, **sides)
    )
    net.operator("RESHAPE", [mean], [flat], options("Reshape", newShape=[1, 24]))
    scores = net.tensor("scores", (1, 24))
    net.operator("SOFTMAX", [flat], [scores], options("Softmax", beta=1.0))
    names = "\n".join(["fish", *map(str, range(23))])
    return with_files(net.pack([picture], [scores]), {"labels.txt": names})
