"""The test clip of ``check``: a rate that the sensor does not make is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Optional

import pytest

from capture.checks import preflight
from capture.checks.holders import Holders
from capture.checks.trialclip import TrialClip, film_trial
from capture.config import CaptureConfig
from capture.slots.schedule import make_plan
from tests.capture.river_bank import FakeCamera, Field, field
from weir.clock import UTC, SimulatedClock

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin


@pytest.fixture
def creek(in_memory: Path) -> Iterator[Field]:
    """A camera in Berlin that makes more than the frame a second that is asked."""
    with field(in_memory, SimulatedClock(SEVEN)) as made:
        made.camera.framerate, made.camera.tells_times = 1.315, True
        yield made


def trial(
    made: float, asked: float, framerates: Optional[tuple[float, float]] = None
) -> TrialClip:
    """The test clip of a camera that makes another rate than it was asked for."""
    clock = SimulatedClock(SEVEN)
    camera = FakeCamera(clock, made)
    camera.tells_times = True
    camera.framerates = framerates
    return film_trial(camera, CaptureConfig(framerate=asked), clock)


@pytest.mark.parametrize("made", [0.981, 1, 1.019])
def test_a_rate_that_is_nearly_right_is_right(made: float) -> None:
    """Two in a hundred are a camera's own clock, and rounding."""
    assert trial(made, 1).problem == ""


@pytest.mark.parametrize("made", [0.979, 1.021])
def test_a_rate_that_is_more_than_two_in_a_hundred_off_is_not(made: float) -> None:
    """Too slow or too fast."""
    assert "where 1 was asked for" in trial(made, 1).problem


@pytest.mark.parametrize("made", [1.25, 0.5, 0.8])
def test_a_rate_that_is_off_is_named_with_the_nearest(made: float) -> None:
    """Where the sensor tells no range, what it made is what it can do."""
    problem = trial(made, 1).problem

    assert f"{made:g} frames a second where 1 was asked for" in problem
    assert problem.endswith(f"capture.framerate = {made:g}")


@pytest.mark.parametrize(
    ("made", "asked", "nearest"), [(1.33, 1, "1.315"), (29, 60, "30")]
)
def test_the_nearest_rate_is_of_the_range_of_the_sensor(
    made: float, asked: float, nearest: str
) -> None:
    """The slowest or the fastest that it tells."""
    problem = trial(made, asked, (1.315, 30)).problem

    assert problem.endswith(f"capture.framerate = {nearest}")


def test_an_encoder_that_is_too_slow_is_found_within_the_range() -> None:
    """The sensor could, and what came is less."""
    assert trial(17, 30, (1, 60)).problem.endswith("capture.framerate = 17")


def test_half_of_the_frames_are_enough_where_no_times_are_told() -> None:
    """Five seconds are too short to divide by."""
    clip = replace(trial(1, 1), rate=None)

    assert clip.problem == ""
    assert replace(clip, frames=2).problem == "too few frames"


def test_a_stream_without_a_key_frame_is_none() -> None:
    """Whatever its rate."""
    assert replace(trial(1, 1), decodes=False).problem == "nothing that can be decoded"


def test_check_fails_where_the_rate_is_off(
    creek: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what was counted, and the key that mends it."""
    monkeypatch.setattr(preflight, "open_camera", lambda *_: creek.camera)
    plan = make_plan(creek.settings.capture.schedule, creek.settings.deployment)
    check = preflight.Preflight(
        creek.settings, plan, creek.clock, holder=None, holders=Holders((), True)
    )
    (found,) = (f for f in check.findings() if f.words.startswith("test clip: "))

    assert found.passed is False
    assert "6 frames in 5 s, " in found.words
    assert found.words.endswith("capture.framerate = 1.315")
