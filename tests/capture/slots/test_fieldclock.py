"""The daemon's clock, where the machine's is in the past."""

from __future__ import annotations

from datetime import datetime, timedelta

from capture.slots.fieldclock import FieldClock
from weir.clock import UTC, SimulatedClock

KNOWN = datetime(2026, 5, 1, 5, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def behind() -> tuple[SimulatedClock, FieldClock]:
    """A machine that starts a year ago, and its clock."""
    machine = SimulatedClock(KNOWN - 365 * DAY, synchronised=False)
    return machine, FieldClock(machine, KNOWN)


def test_it_goes_on_from_what_is_known() -> None:
    """By the machine's seconds, and says that it does."""
    machine, clock = behind()
    machine.advance(3600)

    assert clock.look() == timedelta()
    assert (clock.now(), clock.behind, clock.trusted) == (KNOWN + HOUR, True, False)


def test_whoever_sets_the_clock_is_believed() -> None:
    """A person, with no time service; also where that leads back."""
    machine, clock = behind()
    for moment in (KNOWN + DAY, KNOWN - DAY):
        machine.step(moment, synchronised=False)
        clock.look()

        assert (clock.now(), clock.behind, clock.trusted) == (moment, False, True)


def test_what_a_drive_proves_is_heeded_at_the_next_look() -> None:
    """Nobody who adds up seconds is in the middle of a jump."""
    _, clock = behind()
    clock.learn(KNOWN + DAY)

    assert clock.now() == KNOWN
    assert clock.look() == DAY
    assert clock.now() == KNOWN + DAY
