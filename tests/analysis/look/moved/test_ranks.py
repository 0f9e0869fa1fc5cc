"""Ranks by a network, against sorting."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.look.moved.evenly import Evenly
from analysis.look.moved.ranks import median, sorted_at


@pytest.mark.parametrize("count", [*range(1, 23), 63])
def test_each_rank_is_that_of_sorting(count: int) -> None:
    """For any number of pictures."""
    pictures = np.random.default_rng(count).integers(-99, 99, (count, 5, 7), np.int16)
    ordered = np.sort(pictures, axis=0)

    for rank in range(count):
        found = sorted_at(list(pictures), (rank,))[rank]
        np.testing.assert_array_equal(found, ordered[rank])


@pytest.mark.parametrize("count", [1, 2, 11, 12])
def test_a_median_of_bytes_does_not_overflow(count: int) -> None:
    """Of an even number it lies between the middle two."""
    pictures = np.random.default_rng(count).integers(0, 256, (count, 9, 9, 3), np.uint8)

    expected = np.median(pictures, axis=0).astype(np.uint8)
    np.testing.assert_array_equal(median(list(pictures)), expected)


def test_a_large_picture_is_sorted_band_by_band() -> None:
    """All of its rows have their median, the last few too."""
    rng = np.random.default_rng(5)
    pictures = rng.integers(0, 256, (5, 83, 700, 3), np.uint8)
    expected = np.median(pictures, axis=0).astype(np.uint8)
    np.testing.assert_array_equal(median(list(pictures)), expected)


@pytest.mark.parametrize("offered", [1, 63, 64, 200, 5000])
def test_samples_lie_evenly_over_all_of_a_clip(offered: int) -> None:
    """Their number is bounded, and none of the clip's parts has more than others."""
    evenly: Evenly[int] = Evenly()
    for sample in range(offered):
        evenly.offer(sample)

    steps = np.diff(evenly.samples)
    assert min(offered, 32) <= len(evenly.samples) <= 63
    assert len(set(steps)) <= 1
    assert offered - evenly.samples[-1] <= (steps[0] if len(steps) else 1)
