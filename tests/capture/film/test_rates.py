"""A sensor that makes more frames than it was asked for, or fewer: time stays time."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.capture.river_bank import FakeCamera, Field, field
from weir.clock import UTC, SimulatedClock
from weir.service import StopFlag

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
SIX_MINUTES = timedelta(minutes=6)
SLOWER, FASTER = 0.8, 1.315


class PowerCutError(BaseException):
    """Nothing that the daemon catches."""


@pytest.fixture(params=[SLOWER, FASTER])
def odd(request: pytest.FixtureRequest, in_memory: Path) -> Iterator[Field]:
    """A camera that is asked for one frame a second and makes what it can."""
    clock = SimulatedClock(SEVEN - timedelta(minutes=1))
    with field(in_memory, clock, framerate=1) as made:
        made.camera = FakeCamera(clock, request.param)
        yield made


def cut_power(odd: Field) -> None:
    """Film six minutes, then nothing; the machine is back after another one."""

    def on_wait() -> None:
        if odd.clock.now() >= SEVEN + SIX_MINUTES:
            raise PowerCutError

    odd.camera.on_wait = on_wait
    with pytest.raises(PowerCutError):
        odd.daemon().run()
    odd.camera.on_wait = lambda: None
    odd.flag.close()
    odd.flag = StopFlag()
    odd.clock.advance(60)


def test_the_sidecar_says_what_was_made_and_what_was_asked_for(odd: Field) -> None:
    """Times on the host are reckoned by the first of the two."""
    odd.configure(framerate=2)
    odd.daemon().run(clips=1)

    (sidecar,) = odd.sidecars
    assert sidecar.framerate == pytest.approx(odd.camera.framerate, rel=0.002)
    assert sidecar.framerate_asked == 2
    assert sidecar.duration == timedelta(minutes=15)


def test_a_clip_is_as_long_as_its_slot(odd: Field) -> None:
    """Though the last of its frames came seconds before the end of it."""
    odd.camera.framerate = 1 / 7
    odd.daemon().run(clips=1)

    assert odd.sidecars[0].duration == timedelta(minutes=15)


def test_a_clip_that_was_cut_is_as_long_as_it_was_filmed(odd: Field) -> None:
    """By the rate that was measured while it was, not by the one in the config."""
    cut_power(odd)
    odd.daemon().run(clips=1)

    first, second = odd.sidecars
    assert abs(first.duration - SIX_MINUTES) < timedelta(seconds=3)
    assert first.end <= second.start
    assert first.framerate == pytest.approx(odd.camera.framerate, rel=0.01)


def test_a_power_cut_is_missed_and_not_filmed(odd: Field) -> None:
    """What a clip holds more or fewer frames than seconds changes no account."""
    cut_power(odd)
    odd.daemon().run(clips=1)

    (line,) = odd.ledger
    (_, second) = odd.sidecars
    back = SEVEN + SIX_MINUTES + timedelta(minutes=1)
    assert back <= second.start < back + timedelta(seconds=2)
    assert dict(line.missed)["not running"] == pytest.approx(60, abs=4)
    assert line.filmed_s == pytest.approx(840, abs=4)


def test_a_drive_that_fails_costs_the_seconds_that_were_not_synced(
    odd: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The account is of seconds, whatever the number of frames in them."""
    real, synced = os.fsync, [SEVEN]

    def fail(descriptor: int) -> None:
        if SEVEN + SIX_MINUTES <= odd.clock.now() <= SEVEN + 1.1 * SIX_MINUTES:
            raise OSError(errno.EIO, "Input/output error")
        real(descriptor)
        if odd.clock.now() < SEVEN + SIX_MINUTES:
            synced.append(odd.clock.now())

    monkeypatch.setattr(os, "fsync", fail)
    odd.daemon().run(clips=1)

    (line,) = odd.ledger
    lost = (odd.sidecars[1].start - synced[-1]).total_seconds()
    frame = 1 / odd.camera.framerate  # until the next one, all is on the drive
    assert dict(line.missed)["drive error"] == pytest.approx(lost, abs=frame)
    assert line.planned_s == line.filmed_s + sum(lost for _, lost in line.missed)
