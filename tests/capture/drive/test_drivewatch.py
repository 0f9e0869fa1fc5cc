"""The drive goes and comes: told at once, told once, and told when it is true."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Callable

import pytest

from capture.drive.drivewatch import DriveWatch
from capture.drive.folder import Folder
from capture.drive.storage import ALWAYS_FREE, Drive
from tests.capture.river_bank import Field, field
from weir.clock import UTC, SimulatedClock, Stopping

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
MINUTE = timedelta(minutes=1)


class EventfulClock(SimulatedClock):
    """A clock on which things happen while somebody waits."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.events: list[tuple[datetime, Callable[[], object]]] = []

    def wait(self, seconds: float, stopping: Stopping) -> bool:
        """Let time pass, and what is due happen."""
        asked = super().wait(seconds, stopping)
        while self.events and self.events[0][0] <= self.now():
            self.events.pop(0)[1]()
        return asked


class Journal(logging.Handler):
    """What was told, and when by the simulated clock."""

    def __init__(self, clock: SimulatedClock) -> None:
        super().__init__()
        self._clock = clock
        self.told: list[tuple[str, datetime]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Note it."""
        name = record.__dict__["event"].name if hasattr(record, "event") else ""
        self.told.append((name, self._clock.now()))

    def drive(self) -> list[str]:
        """What was told of the drive."""
        return [name for name, _ in self.told if name.startswith("drive")]

    def at(self, event: str) -> datetime:
        """When an event was told first."""
        return next(moment for name, moment in self.told if name == event)


@pytest.fixture
def creek(in_memory: Path) -> Iterator[Field]:
    """A camera in Berlin, seven hours before the first slot."""
    clock = EventfulClock(SEVEN - 420 * MINUTE)
    with field(in_memory, clock) as made:
        yield made


@pytest.fixture
def journal(creek: Field, caplog: pytest.LogCaptureFixture) -> Iterator[Journal]:
    """All that is told."""
    caplog.set_level(logging.INFO)
    handler = Journal(creek.clock)
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


def at(creek: Field, moment: datetime, then: Callable[[], object]) -> None:
    """Let something happen."""
    assert isinstance(creek.clock, EventfulClock)
    creek.clock.events.append((moment, then))


def test_a_drive_that_is_missing_is_told_soon_after_the_start(
    creek: Field, journal: Journal
) -> None:
    """Not at seven in the morning; and that it came, when it came."""
    creek.unplug()
    at(creek, SEVEN - 300 * MINUTE, creek.plug)
    creek.daemon().run(clips=1)

    assert journal.drive() == ["drive_lost", "drive_back"]
    missed = journal.at("drive_lost") - (SEVEN - 420 * MINUTE)
    assert timedelta(seconds=30) <= missed <= timedelta(seconds=40)
    assert journal.at("drive_back") == SEVEN - 300 * MINUTE


def test_a_drive_that_is_still_being_mounted_is_not_missed(
    creek: Field, journal: Journal
) -> None:
    """A daemon that is started at boot may be there before it."""
    creek.unplug()
    at(creek, SEVEN - 420 * MINUTE + timedelta(seconds=20), creek.plug)
    creek.daemon().run(clips=1)

    assert journal.drive() == []


def test_a_drive_that_goes_between_slots_is_told_at_once(
    creek: Field, journal: Journal
) -> None:
    """Within the time of one look; what waited for it is delivered when it is back."""
    at(creek, SEVEN - 200 * MINUTE, creek.unplug)
    at(creek, SEVEN + 20.5 * MINUTE, creek.plug)
    at(creek, SEVEN + 30 * MINUTE, creek.flag.request)
    creek.daemon().run()

    assert journal.drive() == ["drive_lost", "drive_back"]
    gone = journal.at("drive_lost") - (SEVEN - 200 * MINUTE)
    assert gone <= timedelta(seconds=10)
    assert journal.at("effort_delivered") == journal.at("drive_back")


@pytest.mark.parametrize("minutes", [10, 40])  # within a slot, and after it
def test_a_stick_that_takes_no_writes_is_told_once(
    creek: Field, journal: Journal, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    """It can be opened all the time; it is usable when footage lies on it."""
    real = os.fsync

    def fail(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink().is_relative_to(creek.drive):
            raise OSError(errno.EIO, "Input/output error")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fail)
    at(creek, SEVEN + minutes * MINUTE, monkeypatch.undo)
    creek.daemon().run(clips=1)

    assert journal.drive() == ["drive_lost", "drive_back"]
    assert journal.at("drive_lost") < SEVEN + MINUTE
    assert journal.at("drive_back") >= SEVEN + minutes * MINUTE


def test_a_full_drive_is_not_usable_between_slots(
    creek: Field, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is room for a byte, and none for a clip."""
    free = [ALWAYS_FREE + 1000]
    monkeypatch.setattr(Folder, "free_bytes", lambda _: free[0])
    watch = DriveWatch(Drive.of(creek.settings.capture), creek.settings.capture)
    watch.lost("drive full", "no room for a slot")
    assert not watch.look()
    assert journal.drive() == ["drive_full"]

    free[0] = 1 << 40
    assert watch.look()
    assert not watch.look()
    assert journal.drive() == ["drive_full", "drive_back"]
    assert list(creek.drive.iterdir()) == []
