"""The pictures, and whether they are what the truth says."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from capture.cameras.scene.river import River
from capture.config import SimulatedConfig
from weir.truth import Sighting

SIZE = (360, 240)
START_S = 1_777_000_000
BUSY = SimulatedConfig(
    seed=5, turbidity=0.3, light=0.8, flicker=0, debris=0, fish_per_hour=400
)


def luma(river: River, second: int) -> tuple["npt.NDArray[np.int_]", list[Sighting]]:
    """A frame's brightness, and what is to be seen in it."""
    planes, sightings = river.frame(second, float(second))
    return planes[: SIZE[1]].astype(int), sightings


def windows(sightings: list[Sighting]) -> list[tuple[slice, slice]]:
    """Rows and columns of the boxes, with a margin of two pixels."""
    found = []
    for sighting in sightings:
        x, y, width, height = sighting.box
        rows = slice(max(0, int(y * 240) - 2), round((y + height) * 240) + 2)
        found.append(
            (rows, slice(max(0, int(x * 360) - 2), round((x + width) * 360) + 2))
        )
    return found


def test_boxes_lie_where_the_picture_changes() -> None:
    """Against the same river without fish: much within each box, nothing outside."""
    busy = River(BUSY, SIZE, START_S)
    empty = River(replace(BUSY, fish_per_hour=0), SIZE, START_S)
    checked = 0
    for second in range(0, 60, 3):
        (with_fish, sightings), (without, _) = luma(busy, second), luma(empty, second)
        changed = np.abs(with_fish - without) > 8
        boxes = windows(sightings)
        shares = [changed[box].mean() for box in boxes]
        clear = [share for s, share in zip(sightings, shares) if s.visibility > 0.5]
        for box in boxes:
            changed[box] = False
        checked += len(clear)
        assert min(clear, default=1) > 0.1
        assert not changed.any()
    assert checked > 10


def test_murk_makes_fish_less_visible() -> None:
    """The truth's measure follows what one can see."""
    means = []
    for turbidity in (0.2, 1.0):
        river = River(replace(BUSY, turbidity=turbidity), SIZE, START_S)
        seen = [s.visibility for t in range(200) for s in river.frame(t, t)[1]]
        means.append(sum(seen) / len(seen))

    assert means[0] > means[1]


def test_the_bed_stays_from_clip_to_clip() -> None:
    """It follows from the seed alone."""
    first = River(BUSY, SIZE, START_S).bed.picture(0)
    later = River(BUSY, SIZE, START_S + 86400).bed.picture(0)

    assert np.array_equal(first.tone, later.tone)


@pytest.mark.parametrize("light", [0.0, 1.0])
@pytest.mark.parametrize("turbidity", [0.0, 1.0])
def test_brightness_stays_within_what_video_allows(
    turbidity: float, light: float
) -> None:
    """BT.601: 16 to 235, from dusk to noon; and dusk is darker."""
    scene = replace(BUSY, turbidity=turbidity, light=light, flicker=1, debris=1)
    picture, _ = luma(River(scene, SIZE, START_S), 0)

    assert picture.min() >= 16
    assert picture.max() <= 235
    assert (picture.mean() < 110) == (light == 0)


@pytest.mark.parametrize("size", [(16, 16), (64, 480), (720, 96)])
def test_pictures_of_any_even_size_can_be_had(size: tuple[int, int]) -> None:
    """However odd they look."""
    river = River(BUSY, size, START_S)
    planes, _ = river.frame(0, 0.0)

    assert (size[1] * 3 // 2, size[0]) == planes.shape
