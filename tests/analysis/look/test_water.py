"""Visibility, on water made up pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.look.water import HEIGHT, WIDTH, Grey, measure, spots_of
from analysis.values.seen import Rect, Size


def scene(noise: np.random.Generator, brightness: float = 120.0) -> Grey:
    """A bed of stones in still water, with a camera's noise."""
    stones = np.random.default_rng(0).normal(0, 6, (HEIGHT, WIDTH))
    return np.clip(
        brightness + stones + noise.normal(0, 0.7, (HEIGHT, WIDTH)), 0, 255
    ).astype(np.uint8)


@pytest.mark.parametrize(
    ("frame", "part", "spots"),
    [
        ((720, 480), (0, 0, 720, 480), (0, 0, 90, 60)),
        ((720, 480), (120, 0, 480, 480), (15, 0, 60, 60)),
        ((1920, 1080), (420, 0, 1080, 1080), (20, 0, 51, 60)),
        ((480, 720), (0, 120, 480, 480), (0, 10, 90, 40)),
        ((720, 480), (300, 0, 24, 480), (38, 0, 12, 60)),
    ],
)
def test_a_part_is_measured_as_finely_as_the_whole(
    frame: Size, part: Rect, spots: Rect
) -> None:
    """A fish has the same pixels in both, and the smallest part is still measured."""
    assert spots_of(frame, part) == spots


def test_a_clip_is_measured_alike_however_it_is_cut() -> None:
    """How many frames are given at a time changes nothing."""
    noise = np.random.default_rng(5)
    frames = [scene(noise) for _ in range(60)]
    frames.insert(30, frames[0][:40])  # the frames' size may change

    singly = [water for frame in frames for water in measure([frame])]

    together = measure(frames)
    for one, other in zip(together, singly):
        assert one.visible == other.visible
        assert one.detail == pytest.approx(other.detail, rel=1e-5)
    assert len(together) == len(singly)


@pytest.mark.parametrize(
    ("frame", "visible"),
    [
        (scene(np.random.default_rng(4)), True),
        (np.zeros((HEIGHT, WIDTH), np.uint8), False),
        (np.full((HEIGHT, WIDTH), 255, np.uint8), False),
        (np.full((HEIGHT, WIDTH), 120, np.uint8), False),
        (scene(np.random.default_rng(4), 5.0), False),
    ],
    ids=["bed", "night", "blinded", "overgrown", "dusk"],
)
def test_blind_is_not_empty(frame: Grey, visible: bool) -> None:
    """Where nothing could be seen, it is said."""
    assert measure([frame])[0].visible is visible


@pytest.mark.parametrize(
    ("level", "visible"), [(15, False), (16, True), (240, True), (241, False)]
)
def test_light_has_two_limits(level: int, visible: bool) -> None:
    """Grey levels 16 to 240 are light enough, and not blinded."""
    stripes = np.full((HEIGHT, WIDTH), level, np.uint8)
    stripes[::2] += 1  # half a level each way, so that there is detail
    stripes[1::2] -= 1

    assert measure([stripes])[0].visible is visible


@pytest.mark.parametrize(("spread", "visible"), [(0.27, False), (0.33, True)])
def test_detail_has_a_limit(spread: float, visible: bool) -> None:
    """A standard deviation of 0.3 grey levels, less what is blurred, is seen through.

    Of noise in single pixels a blur over 3 x 3 takes a ninth away.
    """
    noise = np.random.default_rng(6).random((HEIGHT, WIDTH))
    share = spread**2 * 9 / 8  # of the pixels are one level brighter
    frame = np.full((HEIGHT, WIDTH), 120, np.uint8)
    frame[noise < share] += 1

    assert measure([frame])[0].visible is visible
