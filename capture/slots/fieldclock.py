"""A clock for a machine whose own may be wrong: it goes evenly, and steps when asked.

A Pi has no clock that outlives a power cut. It starts somewhere in the past, and jumps
when a network or a person tells it the time. Two things follow. Between two looks this
clock goes with the monotonic one, so that whoever adds up seconds is never in the
middle of a jump. And when it starts before the last moment that state or drive know to
have passed, with nothing that vouches for it, it goes on from that moment, until
somebody sets the machine's clock or says that it is right.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Callable, Optional

from weir.clock import UTC, Clock, Stopping

STEP = timedelta(seconds=10)
"""Less than this is a correction that no plan needs to notice."""

LATEST = datetime(2100, 1, 1, tzinfo=UTC)
"""What lies behind it is damage, or somebody's joke, and known to nobody."""


class FieldClock:
    """The daemon's clock.

    Args:
        machine: the machine's own.
        known: a moment that is known to have passed; None at the very first start.
        vouched: whether a person says that the machine's clock is right; asked only
            where that makes a difference.
    """

    def __init__(
        self,
        machine: Clock,
        known: Optional[datetime],
        vouched: Callable[[], bool] = lambda: False,
    ) -> None:
        self._machine = machine
        self._vouched = vouched
        self._known = known
        self._ahead = timedelta()
        self._was_set = False
        self._rebase()
        self._go_on()

    @property
    def behind(self) -> bool:
        """Whether the machine's own clock is taken to be in the past."""
        return self._ahead > timedelta()

    @property
    def trusted(self) -> bool:
        """Whether anything speaks for the machine's clock.

        A time service, somebody who set it under our eyes or gave their word, or a
        clock with a battery that is later than all that is known.
        """
        if self.synchronised() or self._was_set or self._vouched():
            return True
        return not self.behind and self._machine.kept()

    def now(self) -> datetime:
        """The moment, in UTC; it steps only in ``look``."""
        passed = timedelta(seconds=self._machine.monotonic() - self._at)
        return self._wall + self._ahead + passed

    def machine_now(self) -> datetime:
        """What the machine's own clock says."""
        return self._machine.now()

    def monotonic(self) -> float:
        """Seconds since some moment; it never jumps."""
        return self._machine.monotonic()

    def synchronised(self) -> Optional[bool]:
        """Whether what ``now`` says is by a clock that knew the time; None: unknown."""
        return self._synchronised

    def wait(self, seconds: float, stopping: Stopping) -> bool:
        """Let so many seconds pass; earlier and true when the end is asked for."""
        return self._machine.wait(seconds, stopping)

    def learn(self, moment: datetime) -> None:
        """Hear of a moment that a drive proves to have passed; ``look`` heeds it."""
        self._known = max(moment, self._known or moment)

    def look(self) -> timedelta:
        """See whether the machine's clock was set; by how much this one stepped.

        Zero, or at least ``STEP`` in either direction. Whoever sets the clock is
        believed, also where that leads back.
        """
        before = self.now()
        expected = before - self._ahead
        self._rebase()
        if abs(self._wall - expected) >= STEP:
            self._was_set = True
        self._go_on()
        step = self.now() - before
        return step if abs(step) >= STEP else timedelta()

    def _go_on(self) -> None:
        """Go on from what is known, or by the machine where something speaks for it."""
        known, self._known = self._known, None
        if known and known >= LATEST:
            known = None
        late = known - self.now() if known else timedelta()
        if not self.behind and late <= timedelta():
            return  # the usual case; nobody needs to be asked
        if self._synchronised or self._was_set or self._vouched():
            self._ahead = timedelta()
        elif late > timedelta():
            self._ahead += late

    def _rebase(self) -> None:
        # Asked first: a clock that is set in between is not yet trusted.
        self._synchronised = self._machine.synchronised()
        self._wall, self._at = self._machine.now(), self._machine.monotonic()
