"""Which slots are done, by the lines that tell of them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from capture.effort.account import SlotAccount
from capture.effort.toldslots import ToldSlots
from capture.slots.schedule import Slot
from weir.clock import UTC
from weir.deployment import DeploymentConfig

SEVEN = datetime(2026, 5, 1, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SLOT = Slot(SEVEN, SEVEN + 15 * MINUTE, SEVEN + 60 * MINUTE)


def told(*filmed_minutes: int) -> ToldSlots:
    """What is known after these lines of one slot."""
    slots = ToldSlots()
    for minutes in filmed_minutes:
        account = SlotAccount.open(SLOT)
        if minutes:
            account.film("clip", SEVEN + minutes * MINUTE)
        account.miss("clock", SLOT.end)
        deployment = DeploymentConfig(id="creek", camera="cam1", timezone="UTC")
        slots.learn([account.line(deployment)])
    return slots


@pytest.mark.parametrize(
    ("lines", "minute", "done"),
    [
        ((), 5, False),
        ((0,), -60, False),
        ((0,), 14, False),
        ((0,), 15, True),
        ((1,), -60, True),
        ((0, 15), 5, True),
        ((15, 0), 5, True),  # an older line is read after a newer one
    ],
)
def test_footage_or_its_end_makes_a_slot_done(
    lines: tuple[int, ...], minute: int, done: bool
) -> None:
    """A line without footage does not, while the slot is still to come or goes on."""
    assert told(*lines).is_done(SLOT, SEVEN + minute * MINUTE) == done


def test_a_clock_corrected_by_seconds_brings_no_second_line() -> None:
    """The slot's line is written, and then it is nine seconds earlier."""
    assert told(0).is_done(SLOT, SLOT.end - timedelta(seconds=9))


def test_footage_that_no_line_tells_of_is_not_forgotten() -> None:
    """The power went while a slot was filmed that had been told of as missed."""
    account = SlotAccount.open(SLOT)
    assert told(0).knows(account, SLOT.end)

    account.film("clip", SEVEN + MINUTE)
    assert not told(0).knows(account, SLOT.end)
    assert told(1).knows(account, SLOT.end)
