"""The daemon's clock beside the system's, for a person who compares it with a watch."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from capture import DriveError
from capture.clock.assurance import Assurances
from capture.clock.evidence import news
from capture.config import CaptureSettings
from capture.drive.storage import Drive
from capture.effort.book import EffortBook
from capture.slots.fieldclock import STEP, FieldClock
from capture.slots.schedule import make_plan
from weir.clock import Clock


@dataclass(frozen=True)
class ClockComparison:
    """What time it is, to each of the two.

    Attributes:
        system: by the machine's own clock.
        daemon: by the clock of the daemon that runs, or would be started now.
        runs: whether a daemon runs that has told its time in this boot.
    """

    system: datetime
    daemon: datetime
    runs: bool

    @property
    def agree(self) -> bool:
        """Whether they show the same time."""
        return abs(self.system - self.daemon) < STEP

    def words(self, zone: tzinfo) -> str:
        """Both of them, and what to do where they differ."""
        daemon, system = self.daemon.astimezone(zone), self.system.astimezone(zone)
        goes = "goes" if self.runs else "would go"
        both = (
            f"the daemon {goes} by {daemon:%Y-%m-%d %H:%M:%S %Z}, the system by "
            f"{system:%Y-%m-%d %H:%M:%S %Z}"
        )
        if self.agree:
            return both
        return (
            f"{both}; set the system's (sudo date -s '2026-05-01 08:30'), or where it "
            "is right: sudo weir-capture clock --trust"
        )


def compare(
    settings: CaptureSettings, state: Path, machine: Clock, boot: str, *, runs: bool
) -> ClockComparison:
    """Compare the two as they are now.

    Args:
        state: the state directory, where the daemon leaves word of its time.
        machine: the system's clock.
        boot: the kernel's name for this boot.
        runs: whether a daemon runs; it has told its time about a minute ago.
    """
    plan = make_plan(settings.capture.schedule, settings.deployment)
    book = EffortBook(state, plan, settings.deployment)
    assurances = Assurances(state, machine, boot)
    if runs and book.at and assurances.is_this(book.boot):
        passed = timedelta(seconds=machine.monotonic() - book.uptime_s)
        return ClockComparison(machine.now(), book.at + passed, runs=True)
    clock = starting(settings, book, machine, assurances)
    return ClockComparison(machine.now(), clock.now(), runs=False)


def starting(
    settings: CaptureSettings, book: EffortBook, machine: Clock, assurances: Assurances
) -> FieldClock:
    """The clock of a daemon that would start now, with the drive that is there."""
    assurances.correct(book)
    clock = FieldClock(machine, book.at, assurances.holds)
    drive = Drive.of(settings.capture)
    with suppress(DriveError), drive.open() as folder, drive.errors():
        if moment := news(folder.path, book, settings.deployment):
            clock.learn(moment)
            clock.look()
    return clock
