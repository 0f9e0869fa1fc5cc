"""What moved in each frame, against the same method written plainly."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from analysis.look.moved.flat import UNIT, Flat, flats
from analysis.look.moved.gauge import LAG, Movement, MovementGauge, tick_of

HEIGHT, WIDTH = 60, 90
WHOLE = (0, 0, WIDTH, HEIGHT)


def creek(frames: int, *, seed: int = 1, flicker: float = 0.0) -> Iterator[Flat]:
    """Stones with a camera's noise, and light that flickers all over them."""
    random = np.random.default_rng(seed)
    stones = random.normal(120, 12, (HEIGHT, WIDTH))
    for index in range(frames):
        light = flicker * random.normal(0, 1, (30, 45)).repeat(2, 0).repeat(2, 1)
        frame = stones + light + random.normal(0, 1, (HEIGHT, WIDTH))
        if index % 37 in (11, 12):
            x = 5 + 30 * (index % 37 - 11) + index // 37 * 7
            frame[20:24, x : x + 10] -= 40  # a fish, at places of its own
        yield from flats([np.clip(frame, 0, 255).astype(np.uint8)])


def measured(pictures: list[Flat], every: int = 1) -> list[Movement]:
    """What the gauge says of a clip."""
    gauge, found = MovementGauge(), []
    for index, picture in enumerate(pictures):
        is_tick = index % every == 0
        found += gauge.feed(index, picture, WHOLE, is_tick=is_tick, is_exact=True)
    return [*found, *gauge.finish()]


def plainly(pictures: list[Flat]) -> Iterator[tuple[float, float]]:
    """Strength and uniqueness of each frame, one after the other, with numpy alone."""
    for index in range(len(pictures)):
        around = index // 3 * 3
        low = max(0, min(around + 1 - 20, len(pictures) - 41))
        window = np.array(pictures[low : low + 41 : 2])
        background = np.sort(window, axis=0)[len(window) // 2]
        deviations = np.sort(np.abs(window - background), axis=0)
        usual = deviations[int(0.85 * (len(window) - 1))].astype(np.float32)
        change = (pictures[index] - background).astype(np.float32)
        change -= np.sort(change[::3, ::3].ravel())[300]
        stands = np.abs(change) / (
            cv2.GaussianBlur(usual, (7, 7), 1.0) + np.float32(0.012 * UNIT)
        )
        yield unique(stands)


def unique(stands: npt.NDArray[np.float32]) -> tuple[float, float]:
    """The peak, and its ratio to what stands out outside its blob."""
    peak = stands.max()
    y, x = np.unravel_index(stands.argmax(), stands.shape)
    _, blobs, boxes, _ = cv2.connectedComponentsWithStats(
        (stands > 0.5 * peak).astype(np.uint8)
    )
    left, top, wide, high, _ = boxes[blobs[y, x]]
    rest = stands[::2, ::2].copy()
    rows = slice(max(0, top - 2) // 2, (top + high + 3) // 2)
    rest[rows, max(0, left - 2) // 2 : (left + wide + 3) // 2] = 0
    elsewhere = np.sort(rest.ravel())[-max(1, int(rest.size * 0.01))]
    return float(peak), float(peak / max(0.7, elsewhere))


@pytest.mark.parametrize("frames", [1, 2, 3, 12, 40, 41, 42, 75, 120])
def test_a_clip_of_any_length_is_measured_as_it_is_written_down(frames: int) -> None:
    """However long it is, each frame has the numbers of the plain writing."""
    pictures = list(creek(frames, flicker=3))

    found = [(m.whole.strength, m.whole.uniqueness) for m in measured(pictures)]

    np.testing.assert_allclose(found, list(plainly(pictures)), rtol=2e-4, atol=1e-5)


def test_a_fish_is_unique_and_flickering_light_is_not() -> None:
    """Both stand out; only the fish does so alone."""
    passing = {m.frame for m in measured(list(creek(111))) if m.whole.uniqueness > 2}
    light = measured(list(creek(111, seed=2, flicker=12))[60:80])

    assert passing == {11, 12, 48, 49, 85, 86}
    assert np.median([m.whole.uniqueness for m in light]) < 1.6


def test_fish_that_pass_all_the_time_are_not_the_background() -> None:
    """In every second frame one is somewhere, and each of them stands out."""
    random = np.random.default_rng(3)
    stones = random.normal(120, 12, (HEIGHT, WIDTH))
    pictures = []
    for index in range(120):
        frame = stones + random.normal(0, 1, stones.shape)
        if index % 2:
            x, y = random.integers(0, 80), random.integers(0, 56)
            frame[y : y + 4, x : x + 10] -= 40
        pictures += flats([np.clip(frame, 0, 255).astype(np.uint8)])

    moved = [m.frame for m in measured(pictures) if m.whole.uniqueness > 1.9]

    assert set(moved) <= set(range(1, 120, 2))
    assert len(moved) > 55


def test_windows_are_in_time() -> None:
    """At four frames a second a fish of two seconds is no background either."""
    pictures = list(creek(48))
    pictures = [each for each in pictures for _ in range(tick_of(4))]

    found = measured(pictures, tick_of(4))

    once = [m.whole.strength for m in measured(pictures[::4])]
    assert [m.whole.strength for m in found] == pytest.approx(np.repeat(once, 4))


def test_what_waits_is_bounded() -> None:
    """A clip of hours has no more frames in memory than one of a minute."""
    gauge, came = MovementGauge(), 0
    for index, picture in enumerate(creek(300)):
        moved = gauge.feed(index, picture, WHOLE, is_tick=True, is_exact=False)
        came += len(moved)

        assert index + 1 - came <= LAG if index > 60 else True
        assert len(gauge._ticks) <= 2 * LAG + 41


def test_the_part_has_its_own_peak() -> None:
    """What passes beside it is in the whole frame's peak alone."""
    gauge, found = MovementGauge(), []
    for index, picture in enumerate(creek(45)):
        part = (45, 0, 45, HEIGHT)
        found += gauge.feed(index, picture, part, is_tick=True, is_exact=True)
    found += gauge.finish()

    assert found[11].whole.spot[0] < 20
    assert found[11].part.spot[0] >= 45
    assert found[11].part.strength < found[11].whole.strength / 3
