"""A clock for a machine whose own may be wrong: it goes evenly, and steps when asked.

A Pi has no clock that outlives a power cut. It starts somewhere in the past, and jumps
when a network or a person tells it the time. Two things follow. Between two looks this
clock goes with the monotonic one, so that whoever adds up seconds is never in the
middle of a jump. And when it starts before the last moment that the daemon knows to
have passed, with nothing that vouches for it, it goes on from that moment instead.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Optional

from weir.clock import Clock, Stopping

STEP = timedelta(seconds=10)
"""Less than this is a correction that no plan needs to notice."""


class FieldClock:
    """The daemon's clock.

    Args:
        machine: the machine's own.
        known: a moment that is known to have passed; None at the very first start.
    """

    def __init__(self, machine: Clock, known: Optional[datetime]) -> None:
        self._machine = machine
        self._ahead = timedelta()
        self._rebase()
        if known and self._wall < known and not self._synchronised:
            self._ahead = known - self._wall

    @property
    def behind(self) -> bool:
        """Whether the machine's own clock is known to be in the past."""
        return self._ahead > timedelta()

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

    def look(self) -> timedelta:
        """See whether the machine's clock was set; by how much this one stepped.

        Zero, or at least ``STEP`` in either direction. Whoever sets the clock is
        believed, also where that leads back.
        """
        before = self.now()
        expected = before - self._ahead
        set_by = self._machine.now() - expected
        self._rebase()
        if self.behind and (abs(set_by) >= STEP or self.synchronised()):
            self._ahead = timedelta()
        step = self.now() - before
        return step if abs(step) >= STEP else timedelta()

    def _rebase(self) -> None:
        # Asked first: a clock that is set in between is not yet trusted.
        self._synchronised = self._machine.synchronised()
        self._wall, self._at = self._machine.now(), self._machine.monotonic()
