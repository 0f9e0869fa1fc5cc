"""The wait at boot for the clock to be set, which must not cost footage.

A Pi has no clock of its own that outlives a power cut. Where there is a network the
time comes within seconds of a boot; where there is none it never comes. So the wait is
short, and it ends at once where anything speaks for the clock, or where state or drive
know that a slot has begun.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from capture import DriveError
from capture.clock.assurance import Assurances
from capture.clock.evidence import news
from capture.config import CaptureSettings
from capture.drive.storage import Drive
from capture.effort.book import EffortBook
from capture.slots.fieldclock import FieldClock
from weir.clock import Clock, Stopping

READY_S = 20.0
"""So long before a slot the daemon should be started, for its camera to settle."""

SET, SLOT, OVER, STOPPED = "the clock is set", "a slot begins", "time is up", "stopped"
"""Why a wait ends."""

_LOOK_S = 1.0


class BootWait:
    """One wait.

    Args:
        settings: the config; it names the drive.
        book: what the state directory and the plan know; it is read, not written.
        machine: the machine's clock.
        assurances: what people have said of it.
    """

    def __init__(
        self,
        settings: CaptureSettings,
        book: EffortBook,
        machine: Clock,
        assurances: Assurances,
    ) -> None:
        assurances.correct(book)
        self._deployment = settings.deployment
        self._drive = Drive.of(settings.capture)
        self._book = book
        self._clock = FieldClock(machine, book.at, assurances.holds)
        self._knows = book.at is not None
        self._heard = False

    def run(self, seconds: float, stopping: Stopping) -> str:
        """Wait so long at most.

        Returns:
            Why it ended: ``SET``, ``SLOT``, ``OVER`` or ``STOPPED``.
        """
        end = self._clock.monotonic() + seconds
        while True:
            self._hear()
            self._clock.look()
            if self._clock.trusted:
                return SET
            left = end - self._clock.monotonic()
            if left <= 0:
                return OVER
            free = self._until_slot()
            if free <= 0:
                return SLOT
            if self._clock.wait(min(_LOOK_S, left, free), stopping):
                return STOPPED

    def _hear(self) -> None:
        """Learn from the drive, once it is there."""
        if self._heard:
            return
        with suppress(DriveError), self._drive.open() as folder, self._drive.errors():
            moment = news(folder.path, self._book, self._deployment)
            self._heard = True
            if moment:
                self._clock.learn(moment)
                self._knows = True

    def _until_slot(self) -> float:
        """Seconds until the daemon should run; without end where nothing is known.

        A clock that nothing is known to compare with is not asked what slot it is in.
        """
        now = self._clock.now()
        slot = self._book.next_slot(now) if self._knows else None
        if slot is None:
            return float("inf")
        return (slot.start - now) / timedelta(seconds=1) - READY_S
