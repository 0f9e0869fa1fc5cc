"""Knows which slots have a line in the ledger, and for which the line is final.

A clock that was ahead for a minute may have written lines for a month of missed slots.
Such a line has no footage behind it. When its slot comes after all, the slot is filmed,
and a second line follows the first. The last line of a slot counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from capture.effort.account import SlotAccount
from capture.slots.fieldclock import STEP
from capture.slots.schedule import Slot
from weir.effort import EffortLine


class ToldSlots:
    """Which slots have a line, and which have one with footage."""

    def __init__(self) -> None:
        self._told: set[datetime] = set()
        self._filmed: set[datetime] = set()

    def learn(self, lines: Iterable[EffortLine]) -> None:
        """Learn of more lines, in any order."""
        for line in lines:
            self._told.add(line.planned_start)
            if line.filmed_s > 0:
                self._filmed.add(line.planned_start)

    def forget(self, lines: Iterable[EffortLine]) -> None:
        """Forget lines without footage, because they were taken back."""
        self._told -= {line.planned_start for line in lines}

    def is_done(self, slot: Slot, now: datetime) -> bool:
        """Whether a slot must not be filmed any more.

        No slot is filmed twice, and a slot that is over cannot be filmed. A clock that
        was set back by a few seconds is no reason for a second line.
        """
        if slot.start in self._filmed:
            return True
        return slot.start in self._told and slot.end - now < STEP

    def knows(self, account: SlotAccount, now: datetime) -> bool:
        """Whether the slot's last line says the same as its account."""
        if account.slot.start in self._filmed:
            return True
        return self.is_done(account.slot, now) and not account.filmed
