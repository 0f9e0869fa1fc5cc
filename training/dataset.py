"""The data set: examples on the disk, and the answers that a network should give.

Answers lie on a grid. The right cell for a fish is the one with its middle, and the
cells beside that one are less wrong than others.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import open_memmap

from training.scenes import FRAMES, INPUT, examples
from weir.truth import VISIBLE, Sighting

KINDS = ("dace", "perch", "trout", "eel")
STRIDE = 8
GRID = (INPUT[1] // STRIDE, INPUT[0] // STRIDE)
_NOTHING = 0.12  # fish of lower visibility are left out; nothing can be learnt of them
_DOUBT = 0.03  # within so much of the threshold, a visible fish may count or not


@dataclass(frozen=True)
class Dataset:
    """The examples.

    Attributes:
        images: (n, 224, 320, 3) uint8 RGB, on the disk.
        sightings: the fish in each image.
        crops: (m, 64, 96, 3) uint8 RGB.
        crop_kinds: (m,) int64, indices of ``KINDS``.
    """

    images: Any
    sightings: list[tuple[Sighting, ...]]
    crops: Any
    crop_kinds: Any


def create(folder: Path, clips: int) -> None:
    """Film and store the examples; each clip takes about a third of a second."""
    folder.mkdir(parents=True, exist_ok=True)
    shape = (clips * FRAMES, INPUT[1], INPUT[0], 3)
    # numpy 1.26 has no types for open_memmap.
    images = open_memmap(  # type: ignore[no-untyped-call]
        folder / "images.npy", "w+", np.uint8, shape
    )
    sightings, crops, kinds = [], [], []
    for index, example in enumerate(examples(clips)):
        images[index] = example.image
        sightings.append(example.sightings)
        crops += example.crops
        kinds += [KINDS.index(kind) for kind in example.crop_kinds]
        if index % 1000 == 0:
            print(f"filmed {index} of {len(images)} frames, {len(crops)} fish")
    images.flush()
    np.save(folder / "crops.npy", np.stack(crops))
    np.save(folder / "crop_kinds.npy", np.asarray(kinds))
    told = [[vars(sighting) for sighting in frame] for frame in sightings]
    (folder / "sightings.json").write_text(json.dumps(told))


def load(folder: Path) -> Dataset:
    """Load what ``create`` stored."""
    return Dataset(
        images=np.load(folder / "images.npy", mmap_mode="r"),
        sightings=[
            tuple(Sighting(**sighting) for sighting in frame)
            for frame in json.loads((folder / "sightings.json").read_text())
        ],
        crops=np.load(folder / "crops.npy"),
        crop_kinds=np.load(folder / "crop_kinds.npy"),
    )


def target(
    sightings: tuple[Sighting, ...], mirrored: bool, columns: int = GRID[1]
) -> Any:
    """Make the answer that the network should give, (rows, columns, 8) float32.

    The channels of each cell are:

    - 0: how near it is to a fish's middle, 0 to 1;
    - 1 to 4: the fish's box (middle x, middle y, width, height, as shares of a frame);
    - 5: the weight of box and kind: 1 at the middle and beside it, else 0;
    - 6: the number of the fish's kind;
    - 7: at the middle, how surely this fish counts; elsewhere -1.
    """
    answer = np.zeros((GRID[0], columns, 8), np.float32)
    answer[..., 7] = -1.0
    for sighting in sorted(sightings, key=lambda s: -s.box[2] * s.box[3]):
        if sighting.visibility >= _NOTHING:
            _put(answer, sighting, mirrored)
    return answer


def window(
    sightings: tuple[Sighting, ...], left: int, columns: int
) -> tuple[Sighting, ...]:
    """Cut sightings to a window of some columns, as high as the frame.

    A fish that the window's edge cuts is less visible, in proportion to the length that
    is left of it.
    """
    low, high = left / GRID[1], (left + columns) / GRID[1]
    seen = []
    for sighting in sightings:
        x, y, width, height = sighting.box
        start, end = max(x, low), min(x + width, high)
        if end > start:
            box = (start - low, y, end - start, height)
            visibility = sighting.visibility * (end - start) / width
            seen.append(replace(sighting, box=box, visibility=visibility))
    return tuple(seen)


def _counts(visibility: float) -> float:
    """Return how surely a fish of this visibility counts; 0.5 at the threshold."""
    return 1 / (1 + math.exp((VISIBLE - visibility) / _DOUBT))


def _put(answer: Any, sighting: Sighting, mirrored: bool) -> None:
    x, y, width, height = sighting.box
    rows, columns = answer.shape[:2]
    x = columns / GRID[1] - x - width if mirrored else x
    box = (x + width / 2, y + height / 2, width, height)
    row = min(rows - 1, int(box[1] * GRID[0]))
    column = min(columns - 1, int(box[0] * GRID[1]))
    # The middle has 1, the cells around it less, by a bell as wide as the fish.
    spread_x = max(0.6, 0.12 * width * GRID[1])
    spread_y = max(0.6, 0.12 * height * GRID[0])
    dx = (np.arange(columns) - column)[None, :] / spread_x
    dy = (np.arange(rows) - row)[:, None] / spread_y
    bell = np.exp(-(dx * dx + dy * dy) / 2).astype(np.float32)
    sure = _counts(sighting.visibility)
    np.maximum(answer[..., 0], sure * bell, out=answer[..., 0])
    near = (slice(max(0, row - 1), row + 2), slice(max(0, column - 1), column + 2))
    answer[near][..., 1:5] = box
    answer[near][..., 5] = 1.0
    answer[near][..., 6] = KINDS.index(sighting.kind)
    answer[row, column, 7] = sure
