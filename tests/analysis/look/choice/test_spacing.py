"""So many frames a second are looked at, evenly."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from analysis.look.choice.spacing import Spacing
from tests.analysis.look.choice.conftest import Look, bed


def due(a_second: float, times_ms: Sequence[float]) -> list[int]:
    """The frames that are due, of frames that are shown at these times."""
    spacing = Spacing(a_second, lambda index: times_ms[index])
    return [n for n in range(len(times_ms)) if spacing.is_due(n)]


@pytest.mark.parametrize("rate", [25, 30, 30000 / 1001, 50])
@pytest.mark.parametrize("a_second", [0.5, 1, 3, 5, 10, 12.5])
def test_there_are_so_many_in_a_second(rate: float, a_second: float) -> None:
    """Whatever the rate is, and no two are closer than the frames allow."""
    times = (np.arange(int(rate * 60)) * 1000 / rate).tolist()
    found = due(a_second, times)

    assert abs(len(found) - 60 * a_second) <= 1
    steps = np.diff(found)
    assert steps.max() - steps.min() <= 1


def test_uneven_frames_are_taken_by_their_own_times() -> None:
    """A burst gives no more than the rest, and after a pause the first one is due."""
    times = [0, 10, 20, 30, 500, 510, 1000, 1400, 9000, 9010]

    assert due(2, times) == [0, 4, 6, 8]


@pytest.mark.parametrize("a_second", [25, 26, 1000])
def test_above_the_footages_rate_it_is_every_frame(look: Look, a_second: int) -> None:
    """Also where times are rounded to milliseconds."""
    assert due(a_second, [round(n * 40.0) for n in range(50)]) == list(range(50))
    assert look([bed()] * 9, rate=25, sample_fps=a_second).reused is None


def test_rounded_times_lose_no_frame() -> None:
    """As Matroska has them: thirty a second are at 0, 33, 67 and 100 ms."""
    times = [round(n * 1000 / 30) for n in range(900)]

    assert due(10, times) == list(range(0, 900, 3))
    assert due(30, times) == list(range(900))
