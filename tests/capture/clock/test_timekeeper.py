"""The time zone is set while the daemon runs: plan, names and ledger follow it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Callable

import pytest

from capture.config import ScheduleConfig
from tests.capture.river_bank import Field, field
from tests.weir.test_zone import DATABASE, set_to
from weir import zone
from weir.clock import UTC, SimulatedClock
from weir.deployment import DeploymentConfig

SEVEN = datetime(2026, 5, 1, 7, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

pytestmark = pytest.mark.skipif(DATABASE is None, reason="no time zone database here")


@pytest.fixture
def localtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine that was never told where it is."""
    monkeypatch.delenv("TZ", raising=False)
    monkeypatch.setattr(zone, "LOCALTIME", tmp_path / "localtime")
    return set_to(tmp_path / "localtime", "UTC")


@pytest.fixture
def creek(in_memory: Path, localtime: Path) -> Iterator[Field]:
    """A camera that goes by the machine's zone, at 03:00."""
    with field(in_memory, SimulatedClock(SEVEN - 4 * HOUR), timezone="") as made:
        yield made


def at(creek: Field, moment: datetime, act: Callable[[], object]) -> None:
    """Do something when the clock gets there."""
    advance, done = creek.clock.advance, list[object]()

    def act_in_time(seconds: float) -> None:
        advance(seconds)
        if creek.clock.now() >= moment and not done:
            done.append(act())

    creek.clock.advance = act_in_time  # type: ignore[method-assign]


def test_plan_and_names_follow_the_zone(
    creek: Field, localtime: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Set to Berlin at 04:00 UTC: the first slot is at seven there."""
    at(creek, SEVEN - 3 * HOUR, lambda: set_to(localtime, "Europe/Berlin"))
    creek.daemon().run(clips=1)

    (sidecar,) = creek.sidecars
    (line,) = creek.ledger
    assert sidecar.start == SEVEN - 2 * HOUR
    assert sidecar.clip == "clip00001_2026-05-01_07-00-00.h264"
    assert (sidecar.utc_offset, line.utc_offset) == ("+02:00", "+02:00")
    assert "time zone set zone=Europe/Berlin offset=+02:00" in caplog.text


def test_a_slot_is_filmed_to_its_end(creek: Field, localtime: Path) -> None:
    """The zone is set within it; the next one is by the new plan."""
    at(creek, SEVEN + MINUTE, lambda: set_to(localtime, "Asia/Kolkata"))
    creek.daemon().run(clips=2)

    first, second = creek.sidecars
    assert (first.start, first.end) == (SEVEN, SEVEN + 15 * MINUTE)
    assert second.start == SEVEN + 30 * MINUTE  # 13:00 in Kolkata
    assert second.clip == "clip00002_2026-05-01_13-00-00.h264"
    assert [line.outcome for line in creek.ledger] == ["filmed", "filmed"]


def test_a_slot_that_had_begun_by_the_new_zone_lost_its_beginning(
    creek: Field, localtime: Path
) -> None:
    """In Berlin it is 08:05 already: five minutes are lost to the clock."""
    at(creek, SEVEN - 55 * MINUTE, lambda: set_to(localtime, "Europe/Berlin"))
    creek.daemon().run(clips=1)

    (line,) = creek.ledger
    assert line.planned_start == SEVEN - HOUR
    assert 300 <= dict(line.missed)["clock"] <= 310
    assert list(dict(line.missed)) == ["clock"]


def test_a_zone_in_the_config_stays(in_memory: Path, localtime: Path) -> None:
    """Whatever the machine's is set to."""
    clock = SimulatedClock(SEVEN - 4 * HOUR)
    with field(in_memory, clock, schedule=ScheduleConfig()) as creek:
        at(creek, SEVEN - 3 * HOUR, lambda: set_to(localtime, "Asia/Kolkata"))
        creek.daemon().run(clips=1)

    assert creek.sidecars[0].start == SEVEN - 2 * HOUR


def test_all_who_hold_a_config_hold_one_zone() -> None:
    """So that none of them is in another zone than the others."""
    deployment = DeploymentConfig(id="creek", camera="cam1")

    assert deployment.zone is deployment.zone
