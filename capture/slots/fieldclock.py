"""A clock for a machine whose own may be wrong: it runs evenly, and jumps on demand.

A Pi's clock does not survive a power cut. It starts somewhere in the past, and jumps
when a network or a person tells it the time. Hence two rules. Between two calls of
``look`` this clock runs with the monotonic one, so that sums of seconds never contain a
jump. And if the machine's clock starts before a moment that is known to have passed,
and nothing vouches for it, this clock goes on from that moment, until somebody sets the
machine's clock or says that it is right.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Callable, Optional

from weir.clock import UTC, Clock, Stopping

STEP = timedelta(seconds=10)
"""A smaller correction of the clock changes no plan."""

LATEST = datetime(2100, 1, 1, tzinfo=UTC)
"""A later moment in a file is damage or a joke, and is not believed."""


class FieldClock:
    """The daemon's clock.

    Args:
        machine: the machine's own clock.
        known: a moment that is known to have passed; None at the very first start.
        vouched: returns whether a person says that the machine's clock is right. It is
            called only if that makes a difference.
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
        """Whether we believe that the machine's own clock lies behind the true time."""
        return self._ahead > timedelta()

    @property
    def trusted(self) -> bool:
        """Whether anything vouches for the machine's clock.

        That is a time service, a person who set the clock while we ran or gave their
        word, or a clock with a battery that is later than all that is known.
        """
        if self.synchronised() or self._was_set or self._vouched():
            return True
        return not self.behind and self._machine.kept()

    def now(self) -> datetime:
        """Return the time in UTC; it jumps only in ``look``."""
        passed = timedelta(seconds=self._machine.monotonic() - self._at)
        return self._wall + self._ahead + passed

    def machine_now(self) -> datetime:
        """Return what the machine's own clock shows."""
        return self._machine.now()

    def monotonic(self) -> float:
        """Return the seconds since some moment; they never jump."""
        return self._machine.monotonic()

    def synchronised(self) -> Optional[bool]:
        """Whether a time service has set the clock that we go by; None: unknown."""
        return self._synchronised

    def wait(self, seconds: float, stopping: Stopping) -> bool:
        """Wait for some seconds, or until a stop is requested.

        Returns:
            True if a stop was requested.
        """
        return self._machine.wait(seconds, stopping)

    def learn(self, moment: datetime) -> None:
        """Note a moment that a drive proves to have passed; ``look`` obeys it."""
        self._known = max(moment, self._known or moment)

    def look(self) -> timedelta:
        """Check whether the machine's clock was set, and follow it.

        Whoever sets the clock is believed, even if they set it back.

        Returns:
            By how much this clock jumped: zero, or at least ``STEP`` either way.
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
        """Go on from what is known, or by the machine if something vouches for it."""
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
        # Asked first: a clock that is set between the two calls is not trusted yet.
        self._synchronised = self._machine.synchronised()
        self._wall, self._at = self._machine.now(), self._machine.monotonic()
