"""Looks at the clock and at the time zone, and lets the plan follow them."""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path

from capture import events
from capture.clock.assurance import Assurances
from capture.effort.book import EffortBook
from capture.slots.fieldclock import FieldClock
from weir.clock import Clock, format_offset, format_utc
from weir.deployment import DeploymentConfig
from weir.effort import CLOCK
from weir.journal import tell
from weir.zone import SystemZone

logger = logging.getLogger(__name__)


class Timekeeper:
    """Keeps the time of one daemon, and the book of effort that goes by it.

    Args:
        book: as it was loaded. It is corrected by what people have said of the clock
            since.
        state: the state directory.
        deployment: knows the time zone.
        machine: the machine's clock.
        boot: the kernel's name for this boot.

    Attributes:
        clock: the daemon's clock.
    """

    def __init__(
        self,
        book: EffortBook,
        state: Path,
        deployment: DeploymentConfig,
        *,
        machine: Clock,
        boot: str,
    ) -> None:
        self._book = book
        self._zone = deployment.zone
        self._assurances = Assurances(state, machine, boot)
        self._assurances.correct(book)
        book.boot = boot
        self.clock = FieldClock(machine, book.at, self._assurances.holds)

    def begin(self) -> None:
        """Log what is wrong with the clock, after the drive was read."""
        if self.clock.synchronised() is None:
            tell(logger, events.CLOCK_NOT_ASKED)
        self.clock.look()
        if self.clock.behind:
            self._tell_behind()

    def look(self) -> bool:
        """Check whether clock or zone were set since the last look.

        Returns:
            Whether they were; the book already goes by the new plan.
        """
        step = self.clock.look()
        if step:
            self.was_set(step)
        return self._look_at_zone() or bool(step)

    def was_set(self, step: timedelta) -> None:
        """Log by how much the clock was set, and go on from the new time."""
        now, step_s = self.clock.now(), round(step / timedelta(seconds=1))
        if self.clock.behind:
            self._tell_behind()
        else:
            tell(logger, events.CLOCK_SET, step_s=step_s, now=format_utc(now))
        self._book.clock_was_set(now)

    def sign(self) -> None:
        """Note in the book, just before it is saved, which clock it goes by."""
        self._book.vouched = self._book.vouched or bool(self.clock.synchronised())
        self._book.uptime_s = self.clock.monotonic()
        if not self.clock.behind:
            self._assurances.heeded_by(self._book)

    def _look_at_zone(self) -> bool:
        if not (isinstance(self._zone, SystemZone) and self._zone.look()):
            return False
        now = self.clock.now()
        offset = format_offset(now.astimezone(self._zone))
        zone = self._zone.name or "unnamed"
        tell(logger, events.ZONE_SET, zone=zone, offset=offset)
        # If a slot of the new zone's plan goes on now, its past part is lost.
        self._book.catch_up(now, CLOCK)
        return True

    def _tell_behind(self) -> None:
        machine, known = self.clock.machine_now(), self.clock.now()
        tell(
            logger,
            events.CLOCK_BEHIND,
            machine=format_utc(machine),
            known=format_utc(known),
        )
