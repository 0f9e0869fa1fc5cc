"""Waits at boot for the clock to be set, without costing footage.

A Pi's clock does not survive a power cut. With a network the time comes within seconds
of a boot; without one it never comes. So the wait is short. It ends at once if anything
vouches for the clock, or if the state directory or the drive know that a slot has
begun.
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
"""How long before a slot the daemon should start, so that its camera settles."""

SET, SLOT, OVER, STOPPED = "the clock is set", "a slot begins", "time is up", "stopped"
"""Why a wait ends."""

_LOOK_S = 1.0


class BootWait:
    """One wait.

    Args:
        settings: the config; it names the drive.
        book: what the state directory and the plan know; it is not saved.
        machine: the machine's clock.
        assurances: what people have said of the machine's clock.
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
        """Wait for the clock, at most so many seconds.

        Returns:
            Why the wait ended: ``SET``, ``SLOT``, ``OVER`` or ``STOPPED``.
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
        """Learn from the drive as soon as it is there."""
        if self._heard:
            return
        with suppress(DriveError), self._drive.open() as folder, self._drive.errors():
            moment = news(folder.path, self._book, self._deployment)
            self._heard = True
            if moment:
                self._clock.learn(moment)
                self._knows = True

    def _until_slot(self) -> float:
        """Return the seconds until the daemon should run; infinity if nothing is known.

        If there is nothing to compare the clock with, it cannot tell which slot it is
        in.
        """
        now = self._clock.now()
        slot = self._book.next_slot(now) if self._knows else None
        if slot is None:
            return float("inf")
        return (slot.start - now) / timedelta(seconds=1) - READY_S
