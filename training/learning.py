"""Learning: what a wrong answer costs, and the rounds in which networks learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf
from tensorflow import keras

from training.dataset import GRID, KINDS, STRIDE, Dataset, target, window
from training.network import boxes_of, finder, namer
from weir.truth import Sighting

SEED = 20260501
_BATCH = 32
_CROPS = 64
_WINDOW = 20  # columns: half a frame takes half the time, and still shows a fish


class Shown(keras.utils.Sequence):
    """Gives frames and their answers in batches, in a new order in each round.

    Attributes:
        columns: see below.

    Args:
        dataset: the examples.
        indices: the numbers of the frames to show.
        columns: how many columns of the grid to show. With fewer than all, each frame
            is cut to a window with one of its fish, if it has any.
    """

    def __init__(self, dataset: Dataset, indices: Any, columns: int = GRID[1]) -> None:
        self._dataset = dataset
        self._indices = np.asarray(indices)
        self.columns = columns
        self._rng = np.random.RandomState(SEED)
        self.on_epoch_end()

    def __len__(self) -> int:
        return len(self._indices) // _BATCH

    def __getitem__(self, number: int) -> tuple[Any, Any]:
        chosen = np.sort(self._indices[number * _BATCH : (number + 1) * _BATCH])
        pairs = [self._one(index) for index in chosen]
        images = np.stack([image for image, _ in pairs]).astype(np.float32)
        images /= 255
        return relit(images, self._rng), np.stack([answer for _, answer in pairs])

    def _one(self, index: int) -> tuple[Any, Any]:
        """Return a part of a frame, (224, 8 columns, 3) uint8, and its answer."""
        sightings, image = self._dataset.sightings[index], self._dataset.images[index]
        if self.columns < GRID[1]:
            left = self._left(sightings)
            sightings = window(sightings, left, self.columns)
            image = image[:, left * STRIDE : (left + self.columns) * STRIDE]
        mirrored = bool(self._rng.random_sample() < 0.5)
        answer = target(sightings, mirrored, self.columns)
        return image[:, ::-1] if mirrored else image, answer

    def _left(self, sightings: tuple[Sighting, ...]) -> int:
        """Choose where a window begins; it shows the middle of a fish, if any."""
        last = GRID[1] - self.columns
        fish = [s for s in sightings if s.visible]
        if not fish:
            return int(self._rng.randint(last + 1))
        x, _, width, _ = fish[self._rng.randint(len(fish))].box
        middle = (x + width / 2) * GRID[1]
        return int(np.clip(middle - self._rng.randint(1, self.columns), 0, last))

    def on_epoch_end(self) -> None:
        """Shuffle."""
        self._rng.shuffle(self._indices)


def relit(images: Any, rng: np.random.RandomState) -> Any:
    """Change light and tint of images, (n, height, width, 3) float32, in place."""
    gain = rng.uniform(0.8, 1.15, (len(images), 1, 1, 1))
    balance = rng.uniform(0.94, 1.06, (len(images), 1, 1, 3))
    images *= (gain * balance).astype(np.float32)
    return np.clip(images, 0, 1, out=images)


def loss(answers: Any, logits: Any, columns: int = GRID[1]) -> Any:
    """Compute the loss of logits: fish or not (a focal loss), boxes, and kinds."""
    near_fish, sure = answers[..., 0], answers[..., 7]
    score = tf.clip_by_value(tf.sigmoid(logits[..., 0]), 1e-5, 1 - 1e-5)
    yes = (1 - score) ** 2 * tf.math.log(score)
    no = score**2 * tf.math.log(1 - score)
    middle = tf.cast(sure >= 0, tf.float32)
    at_fish = middle * (sure * yes + (1 - sure) * no)
    elsewhere = (1 - middle) * (1 - near_fish) ** 4 * no
    fish = tf.maximum(1.0, tf.reduce_sum(middle * sure))
    found = -tf.reduce_sum(at_fish + elsewhere) / fish
    near = answers[..., 5]
    cells = tf.maximum(1.0, tf.reduce_sum(near))
    boxes = boxes_of(logits, columns)
    placed = tf.reduce_sum(near * _box_loss(answers[..., 1:5], boxes))
    kinds = tf.one_hot(tf.cast(answers[..., 6], tf.int32), len(KINDS))
    named = tf.nn.softmax_cross_entropy_with_logits(kinds, logits[..., 5:])
    return found + 2 * placed / cells + 0.3 * tf.reduce_sum(near * named) / cells


def _box_loss(truth: Any, boxes: Any) -> Any:
    """Compute the loss of boxes: 1 less the overlap, plus the error of the sides."""
    low = tf.maximum(
        truth[..., :2] - truth[..., 2:] / 2, boxes[..., :2] - boxes[..., 2:] / 2
    )
    high = tf.minimum(
        truth[..., :2] + truth[..., 2:] / 2, boxes[..., :2] + boxes[..., 2:] / 2
    )
    shared = tf.reduce_prod(tf.maximum(0.0, high - low), -1)
    both = tf.reduce_prod(truth[..., 2:], -1) + tf.reduce_prod(boxes[..., 2:], -1)
    overlap = shared / (both - shared + 1e-6)
    return 1 - overlap + 4 * tf.reduce_sum(tf.abs(truth - boxes), -1)


def train_finder(dataset: Dataset, rounds: int, settling: int) -> Any:
    """Train the finder; the last twentieth of the frames only measures progress.

    Args:
        dataset: the examples.
        rounds: rounds with windows, and with only half of the frames without a fish.
        settling: further, slower rounds with all frames, whole. After them the finder
            takes drifting things for fish about as often as it misses a fish.
    """
    keras.utils.set_random_seed(SEED)
    learning = len(dataset.images) - len(dataset.images) // 20
    narrow = finder(_WINDOW * STRIDE)
    worth = _worth_showing(dataset, learning)
    _show(narrow, dataset, Shown(dataset, worth, _WINDOW), rounds, 3e-3)
    network = finder()
    network.set_weights(narrow.get_weights())
    _show(network, dataset, Shown(dataset, np.arange(learning)), settling, 2e-3)
    return network


def _show(
    network: Any, dataset: Dataset, shown: Shown, rounds: int, rate: float
) -> None:
    count = len(dataset.images)
    held = Shown(dataset, np.arange(count - count // 20, count), shown.columns)

    def cost(answers: Any, logits: Any) -> Any:
        return loss(answers, logits, shown.columns)

    network.compile(_optimizer(rate, rounds * len(shown)), cost)
    network.fit(
        shown,
        validation_data=held,
        epochs=rounds,
        verbose=2,
    )


def _worth_showing(dataset: Dataset, count: int) -> Any:
    """Choose all frames with a fish, and every second one without."""
    seen = [any(s.visible for s in dataset.sightings[index]) for index in range(count)]
    return np.flatnonzero(np.asarray(seen) | (np.arange(count) % 2 == 0))


class ShownCrops(keras.utils.Sequence):
    """Gives crops and their kinds in batches, in a new order and light each round."""

    def __init__(self, dataset: Dataset, indices: Any) -> None:
        self._dataset = dataset
        self._indices = np.asarray(indices)
        self._rng = np.random.RandomState(SEED)
        self.on_epoch_end()

    def __len__(self) -> int:
        return len(self._indices) // _CROPS

    def __getitem__(self, number: int) -> tuple[Any, Any]:
        chosen = self._indices[number * _CROPS : (number + 1) * _CROPS]
        crops = self._dataset.crops[chosen].astype(np.float32) / 255
        return relit(crops, self._rng), self._dataset.crop_kinds[chosen]

    def on_epoch_end(self) -> None:
        """Shuffle."""
        self._rng.shuffle(self._indices)


def train_namer(dataset: Dataset, rounds: int) -> Any:
    """Train the namer; the last twentieth of the crops only measures progress."""
    keras.utils.set_random_seed(SEED)
    count = len(dataset.crops)
    held = count // 20
    network = namer()
    shown = ShownCrops(dataset, np.arange(count - held))
    network.compile(
        _optimizer(3e-3, rounds * len(shown)),
        "sparse_categorical_crossentropy",
        ["accuracy"],
    )
    network.fit(
        shown,
        validation_data=ShownCrops(dataset, np.arange(count - held, count)),
        epochs=rounds,
        verbose=2,
    )
    return network


def _optimizer(rate: float, steps: int) -> Any:
    # The rate rises in the first steps, and then falls to nothing.
    schedule = keras.optimizers.schedules.CosineDecay(
        rate / 10, steps, warmup_target=rate, warmup_steps=steps // 20
    )
    return keras.optimizers.Adam(schedule)
