"""The networks: one that finds fish on a grid, one that names what is in a box.

The finder is small because its job is: three kinds of stride, one step back up, and one
answer for each eighth pixel. All three models that look at whole frames are read out
of it, so that they agree with each other.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import keras

from training.dataset import GRID, KINDS
from training.scenes import CROP, INPUT

_layers = keras.layers
_REACH = 0.16
"""How far a box's middle may lie from its cell's, both ways together, of the frame."""
_SHARPEN = 8.0


def finder(width: int = INPUT[0]) -> Any:
    """Images (n, 224, width, 3), 0 to 1, to logits (n, 28, width / 8, 9).

    Of each cell: fish or not, box, kinds. The numbers learnt fit every width.
    """
    image = keras.Input((INPUT[1], width, 3))
    # One large stride first: three times as fast as two small ones. It overlaps, or a
    # far fish, four pixels high, would be told by where it happens to lie.
    x = _conv(image, 32, 4, kernel=7)
    fine = _conv(_conv(x, 48, 2), 48, 1)
    middle = _look_around(_look_around(_conv(fine, 64, 2)))
    coarse = _look_around(_look_around(_conv(middle, 64, 2)))
    middle = _layers.Add()([_larger(coarse), _conv(middle, 48, 1, kernel=1)])
    fine = _layers.Add()([_layers.UpSampling2D(2)(middle), fine])
    bias = np.zeros(5 + len(KINDS), np.float32)
    bias[0] = -4.0  # hardly any cell is a fish
    answer = _layers.Conv2D(
        5 + len(KINDS), 1, bias_initializer=keras.initializers.Constant(bias)
    )(_conv(_conv(fine, 48, 1), 56, 1))
    return keras.Model(image, answer, name="finder")


def _look_around(x: Any) -> Any:
    """A wide look with few numbers: five by five in each channel, then across them.

    The large fish are ten cells long; without this no cell saw the whole of one.
    """
    wide = _layers.DepthwiseConv2D(5, padding="same", use_bias=False)(x)
    wide = _layers.BatchNormalization(momentum=0.95)(wide)
    wide = _conv(wide, 2 * x.shape[-1], 1, kernel=1)
    wide = _layers.Conv2D(x.shape[-1], 1, use_bias=False)(wide)
    return _layers.Add()([x, _layers.BatchNormalization(momentum=0.95)(wide)])


def _larger(x: Any) -> Any:
    return _layers.UpSampling2D(2)(_conv(x, 48, 1, kernel=1))


def boxes_of(answer: Any, columns: int = GRID[1]) -> Any:
    """Boxes (n, 28, columns, 4) of a finder's logits: middle, width and height."""
    y, x = np.meshgrid(
        (np.arange(GRID[0]) + 0.5) / GRID[0], (np.arange(columns) + 0.5) / GRID[1],
        indexing="ij",
    )  # fmt: skip
    corner = np.stack([x, y], -1)[None].astype(np.float32) - _REACH / 2
    middle = tf.sigmoid(answer[..., 1:3]) * _REACH + corner
    return tf.concat([middle, tf.sigmoid(answer[..., 3:5])], -1)


def detector(trained: Any) -> Any:
    """Images to (n, 5, 1120): x, y, width, height and score of each cell's box."""
    answer = trained.output
    cells = GRID[0] * GRID[1]
    boxes = tf.reshape(boxes_of(answer), (-1, cells, 4))
    scores = tf.reshape(tf.sigmoid(answer[..., :1]), (-1, cells, 1))
    table = tf.transpose(tf.concat([boxes, scores], -1), (0, 2, 1))
    return keras.Model(trained.input, table, name="fish_boxes")


def fish_or_not(trained: Any) -> Any:
    """Images to (n, 2): fish, no fish."""
    best = tf.reduce_max(trained.output[..., :1], axis=(1, 2))
    # The same as the best cell's score, and one less it.
    both = tf.nn.softmax(best * tf.constant([[0.5, -0.5]]))
    return keras.Model(trained.input, both, name="fish")


def kind_of_frame(trained: Any) -> Any:
    """Images to (n, 4): the kind of the fish that is seen best."""
    answer = trained.output
    kinds = tf.nn.softmax(answer[..., 5:]) * tf.sigmoid(answer[..., :1])
    best = tf.reduce_max(kinds, axis=(1, 2))
    return keras.Model(trained.input, tf.nn.softmax(best * _SHARPEN), name="kind")


def namer() -> Any:
    """Crops (n, 64, 96, 3), 0 to 1, to (n, 4): which kind is in the box."""
    image = keras.Input((CROP[1], CROP[0], 3))
    x = _conv(image, 16, 2)
    x = _conv(x, 32, 2)
    x = _conv(x, 48, 2)
    x = _conv(x, 64, 1)
    x = _conv(x, 64, 2)
    x = _layers.Dropout(0.2)(_layers.GlobalAveragePooling2D()(x))
    kinds = _layers.Dense(len(KINDS), activation="softmax")(x)
    return keras.Model(image, kinds, name="kind_of_box")


def _conv(x: Any, channels: int, stride: int, kernel: int = 3) -> Any:
    x = _layers.Conv2D(channels, kernel, stride, padding="same", use_bias=False)(x)
    return _layers.ReLU()(_layers.BatchNormalization(momentum=0.95)(x))
