"""The networks: the finder finds fish on a grid, the namer names the fish in a box.

The finder is small, because its task is: it has three scales, and gives one answer for
each 8 by 8 pixels. All three models of whole frames are made from it, so that they
agree with each other.
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
"""The range around a cell's middle in which a box's may lie, as a share of a frame."""
_SHARPEN = 8.0


def finder(width: int = INPUT[0]) -> Any:
    """Build the finder: images (n, 224, width, 3), 0 to 1, to (n, 28, width / 8, 9).

    The logits of each cell are: fish or not, box, kinds. Weights fit every width.
    """
    image = keras.Input((INPUT[1], width, 3))
    # One large stride is three times as fast as two small ones. The kernel is wider
    # than the stride, so that it does not matter where a far fish of four pixels lies.
    x = _conv(image, 32, 4, kernel=7)
    fine = _conv(_conv(x, 48, 2), 48, 1)
    middle = _look_around(_look_around(_conv(fine, 64, 2)))
    coarse = _look_around(_look_around(_conv(middle, 64, 2)))
    middle = _layers.Add()([_larger(coarse), _conv(middle, 48, 1, kernel=1)])
    fine = _layers.Add()([_layers.UpSampling2D(2)(middle), fine])
    bias = np.zeros(5 + len(KINDS), np.float32)
    bias[0] = -4.0  # hardly any cell has a fish
    answer = _layers.Conv2D(
        5 + len(KINDS), 1, bias_initializer=keras.initializers.Constant(bias)
    )(_conv(_conv(fine, 48, 1), 56, 1))
    return keras.Model(image, answer, name="finder")


def _look_around(x: Any) -> Any:
    """Look at five by five cells with few weights: in each channel, then across them.

    Large fish are ten cells long; without this, no cell would see a whole one.
    """
    wide = _layers.DepthwiseConv2D(5, padding="same", use_bias=False)(x)
    wide = _layers.BatchNormalization(momentum=0.95)(wide)
    wide = _conv(wide, 2 * x.shape[-1], 1, kernel=1)
    wide = _layers.Conv2D(x.shape[-1], 1, use_bias=False)(wide)
    return _layers.Add()([x, _layers.BatchNormalization(momentum=0.95)(wide)])


def _larger(x: Any) -> Any:
    return _layers.UpSampling2D(2)(_conv(x, 48, 1, kernel=1))


def boxes_of(answer: Any, columns: int = GRID[1]) -> Any:
    """Turn a finder's logits into boxes (n, 28, columns, 4): middle, width, height."""
    y, x = np.meshgrid(
        (np.arange(GRID[0]) + 0.5) / GRID[0], (np.arange(columns) + 0.5) / GRID[1],
        indexing="ij",
    )  # fmt: skip
    corner = np.stack([x, y], -1)[None].astype(np.float32) - _REACH / 2
    middle = tf.sigmoid(answer[..., 1:3]) * _REACH + corner
    return tf.concat([middle, tf.sigmoid(answer[..., 3:5])], -1)


def detector(trained: Any) -> Any:
    """Build a detector: images to (n, 5, 1120): each cell's box and score."""
    answer = trained.output
    cells = GRID[0] * GRID[1]
    boxes = tf.reshape(boxes_of(answer), (-1, cells, 4))
    scores = tf.reshape(tf.sigmoid(answer[..., :1]), (-1, cells, 1))
    table = tf.transpose(tf.concat([boxes, scores], -1), (0, 2, 1))
    return keras.Model(trained.input, table, name="fish_boxes")


def fish_or_not(trained: Any) -> Any:
    """Build a classifier of frames: images to (n, 2): fish, no fish."""
    best = tf.reduce_max(trained.output[..., :1], axis=(1, 2))
    # The softmax gives the best cell's score s, and 1 - s.
    both = tf.nn.softmax(best * tf.constant([[0.5, -0.5]]))
    return keras.Model(trained.input, both, name="fish")


def kind_of_frame(trained: Any) -> Any:
    """Build a namer of frames: images to (n, 4): the kind of the clearest fish."""
    answer = trained.output
    kinds = tf.nn.softmax(answer[..., 5:]) * tf.sigmoid(answer[..., :1])
    best = tf.reduce_max(kinds, axis=(1, 2))
    return keras.Model(trained.input, tf.nn.softmax(best * _SHARPEN), name="kind")


def namer() -> Any:
    """Build the namer: crops (n, 64, 96, 3), 0 to 1, to (n, 4): the fish's kind."""
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
