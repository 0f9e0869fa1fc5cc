"""Motion and visibility, on water made up pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.look.water import HEIGHT, MOVES, WIDTH, Grey, WaterGauge, grid
from analysis.values.seen import Rect, Size


def scene(noise: np.random.Generator, brightness: float = 120.0) -> Grey:
    """A bed of stones in still water, with a camera's noise."""
    stones = np.random.default_rng(0).normal(0, 6, (HEIGHT, WIDTH))
    return np.clip(
        brightness + stones + noise.normal(0, 0.7, (HEIGHT, WIDTH)), 0, 255
    ).astype(np.uint8)


def motions(frames: list[Grey]) -> list[float]:
    """The motion of each frame of a clip."""
    return [water.motion for water in WaterGauge().measure(frames)]


def test_a_still_scene_does_not_move() -> None:
    """Noise is no motion, however long one looks."""
    noise = np.random.default_rng(1)

    assert max(motions([scene(noise) for _ in range(200)])) < MOVES


def test_a_passing_fish_moves() -> None:
    """A dark spot of a few pixels that comes and goes stands out while it is there."""
    noise = np.random.default_rng(2)
    frames = [scene(noise) for _ in range(40)]
    frames[30][20:24, 40:50] -= 30

    moved = [index for index, motion in enumerate(motions(frames)) if motion > MOVES]

    assert 30 in moved
    assert set(moved) <= {30, 31, 32}


@pytest.mark.parametrize(
    ("frame", "part", "size"),
    [
        ((720, 480), (0, 0, 720, 480), (90, 60)),
        ((720, 480), (120, 0, 480, 480), (60, 60)),
        ((1920, 1080), (420, 0, 1080, 1080), (51, 60)),
        ((480, 720), (0, 120, 480, 480), (90, 40)),
        ((720, 480), (300, 0, 24, 480), (12, 60)),
    ],
)
def test_a_part_is_measured_as_finely_as_the_whole(
    frame: Size, part: Rect, size: Size
) -> None:
    """A fish has the same pixels in both, and the smallest part is still measured."""
    assert grid(frame, part) == size

    width, height = size
    still = np.full((height, width), 120, np.uint8)
    spot = still.copy()
    spot[height // 2 - 2 : height // 2 + 2, width // 2 - 2 : width // 2 + 2] = 60
    assert motions([still] * 12 + [spot])[-1] > MOVES


def test_a_clip_is_measured_alike_however_it_is_cut() -> None:
    """How many frames the gauge is given at a time changes nothing."""
    noise = np.random.default_rng(5)
    frames = [scene(noise) for _ in range(60)]
    by_ones = WaterGauge()

    singly = [water for frame in frames for water in by_ones.measure([frame])]

    together = WaterGauge().measure(frames)
    for one, other in zip(together, singly):
        assert one.visible == other.visible
        assert one.motion == pytest.approx(other.motion, rel=1e-5)
        assert one.detail == pytest.approx(other.detail, rel=1e-5)
    assert len(together) == len(singly)


def test_motion_is_in_units_of_the_spots_usual_variation() -> None:
    """By hand: after a still frame, a block that grows darker stands out by itself."""
    still = np.full((HEIGHT, WIDTH), 120, np.uint8)
    darker = still.copy()
    darker[20:30, 40:50] -= 30

    first, second = motions([still, darker])

    assert first == 0
    # 30 levels over 5 x 5, of a variance of 4 and a noise floor of 4.
    assert second == pytest.approx(30 / np.sqrt(8), rel=1e-6)


def test_what_stays_becomes_the_scene() -> None:
    """As in one pixel, by hand: mean and usual variation remember ten frames."""
    frames, expected, mean, usual = [], [], 120.0, 4.0
    for number, light in enumerate([120] * 14 + [90] * 6 + [120] * 4, start=1):
        frame = np.full((HEIGHT, WIDTH), 120, np.uint8)
        frame[20:30, 40:50] = light
        frames.append(frame)
        change = light - mean
        expected.append(abs(change) / np.sqrt(usual + 4))
        mean += max(0.1, 1 / number) * change
        usual += (0.1 if number > 1 else 0) * (change**2 - usual)

    assert motions(frames) == pytest.approx(expected, rel=1e-4, abs=1e-4)


def test_a_cloud_is_no_motion() -> None:
    """The whole frame growing darker is light, not fish."""
    noise = np.random.default_rng(3)
    frames = [scene(noise, 120 - index) for index in range(60)]

    assert max(motions(frames)) < MOVES


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
    assert WaterGauge().measure([frame])[0].visible is visible


@pytest.mark.parametrize(
    ("level", "visible"), [(15, False), (16, True), (240, True), (241, False)]
)
def test_light_has_two_limits(level: int, visible: bool) -> None:
    """Grey levels 16 to 240 are light enough, and not blinded."""
    stripes = np.full((HEIGHT, WIDTH), level, np.uint8)
    stripes[::2] += 1  # half a level each way, so that there is detail
    stripes[1::2] -= 1

    assert WaterGauge().measure([stripes])[0].visible is visible


@pytest.mark.parametrize(("spread", "visible"), [(0.27, False), (0.33, True)])
def test_detail_has_a_limit(spread: float, visible: bool) -> None:
    """A standard deviation of 0.3 grey levels, less what is blurred, is seen through.

    Of noise in single pixels a blur over 3 x 3 takes a ninth away.
    """
    noise = np.random.default_rng(6).random((HEIGHT, WIDTH))
    share = spread**2 * 9 / 8  # of the pixels are one level brighter
    frame = np.full((HEIGHT, WIDTH), 120, np.uint8)
    frame[noise < share] += 1

    assert WaterGauge().measure([frame])[0].visible is visible
