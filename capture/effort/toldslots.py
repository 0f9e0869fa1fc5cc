"""The slots that the ledger has told of, and which of them are told of for good.

A clock that was ahead for a minute may have told of a month of slots as missed. Such a
line has no footage behind it; when its slot comes after all, the slot is filmed, and a
second line follows the first. The last line of a slot holds.
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
        """Know of these lines, too; older ones may come after newer ones."""
        for line in lines:
            self._told.add(line.planned_start)
            if line.filmed_s > 0:
                self._filmed.add(line.planned_start)

    def forget(self, lines: Iterable[EffortLine]) -> None:
        """Lines without footage were withdrawn."""
        self._told -= {line.planned_start for line in lines}

    def is_done(self, slot: Slot, now: datetime) -> bool:
        """Whether it is not to be filmed, again or at all.

        No slot is filmed twice, and one that is over cannot be. What a correction of
        the clock too small to notice gives back is no reason for a second line.
        """
        if slot.start in self._filmed:
            return True
        return slot.start in self._told and slot.end - now < STEP

    def knows(self, account: SlotAccount, now: datetime) -> bool:
        """Whether the slot's last line says what the account does."""
        if account.slot.start in self._filmed:
            return True
        return self.is_done(account.slot, now) and not account.filmed
