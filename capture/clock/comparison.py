"""Compares the daemon's clock with the system's, for a person with a watch."""

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
    """The time on both clocks.

    Attributes:
        system: on the machine's own clock.
        daemon: on the clock of the running daemon, or of one that would start now.
        runs: whether a daemon runs that has saved its time in this boot.
    """

    system: datetime
    daemon: datetime
    runs: bool

    @property
    def agree(self) -> bool:
        """Whether both show the same time."""
        return abs(self.system - self.daemon) < STEP

    def words(self, zone: tzinfo) -> str:
        """Say what both show, and what to do if they differ."""
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
    """Compare both clocks as they are now.

    Args:
        state: the state directory, in which the daemon saves its time.
        machine: the system's clock.
        boot: the kernel's name for this boot.
        runs: whether a daemon runs; it saves its time about once a minute.
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
    """Make the clock of a daemon that would start now, with the present drive."""
    assurances.correct(book)
    clock = FieldClock(machine, book.at, assurances.holds)
    drive = Drive.of(settings.capture)
    with suppress(DriveError), drive.open() as folder, drive.errors():
        if moment := news(folder.path, book, settings.deployment):
            clock.learn(moment)
            clock.look()
    return clock
