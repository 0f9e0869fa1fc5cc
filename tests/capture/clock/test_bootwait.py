"""The wait at boot: it ends when the clock is set, and never costs footage."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Callable

import pytest

from capture.clock.assurance import Assurances
from capture.clock.bootwait import OVER, SET, SLOT, STOPPED, BootWait
from capture.effort.book import EffortBook
from capture.slots.schedule import make_plan
from tests.capture.river_bank import Field, field
from weir.clock import UTC, SimulatedClock
from weir.service import StopFlag

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
SECOND, MINUTE, HOUR = (timedelta(seconds=s) for s in (1, 60, 3600))
EIGHT, PAST = SEVEN + HOUR, SEVEN - timedelta(days=300, hours=4)  # no slot then


@pytest.fixture
def creek(in_memory: Path) -> Iterator[Field]:
    """A camera that has filmed the slot of 07:00, and was switched off at once."""
    with field(in_memory, SimulatedClock(SEVEN)) as made:
        made.daemon().run(clips=1)
        yield made


def wait(creek: Field, start: datetime, *, kept: bool = False) -> tuple[str, float]:
    """Boot at a moment of the machine's clock and wait: why it ended, and when."""
    clock = SimulatedClock(start, synchronised=False, kept=kept)
    return wait_by(creek, clock)


def wait_by(
    creek: Field, clock: SimulatedClock, then: Callable[[], None] = lambda: None
) -> tuple[str, float]:
    """Wait by this clock; after five seconds something happens."""
    deployment, advance = creek.settings.deployment, clock.advance
    plan = make_plan(creek.settings.capture.schedule, deployment)

    def act_in_time(seconds: float) -> None:
        advance(seconds)
        if clock.monotonic() == 5:
            then()

    clock.advance = act_in_time  # type: ignore[method-assign]
    book = EffortBook(creek.state, plan, deployment)
    assurances = Assurances(creek.state, clock, "boot-2")
    why = BootWait(creek.settings, book, clock, assurances).run(60, creek.flag)
    return why, clock.monotonic()


def test_a_clock_that_is_never_set_costs_a_minute(creek: Field) -> None:
    """Between two slots, where nothing is lost by it."""
    assert wait(creek, PAST) == (OVER, 60)


def test_it_ends_when_a_time_service_sets_the_clock(creek: Field) -> None:
    """Whatever it says."""
    clock = SimulatedClock(PAST, synchronised=False)

    def set_it() -> None:
        clock.step(EIGHT, synchronised=True)

    assert wait_by(creek, clock, set_it) == (SET, 5)


def test_it_ends_when_somebody_sets_the_clock(creek: Field) -> None:
    """As the script of a power hat does, for whom the kernel does not vouch."""
    clock = SimulatedClock(PAST, synchronised=False)

    def set_it() -> None:
        clock.step(EIGHT, synchronised=False)

    assert wait_by(creek, clock, set_it) == (SET, 5)


def test_it_ends_when_a_person_gives_a_word(creek: Field) -> None:
    """That the clock is right as it is."""
    clock = SimulatedClock(SEVEN, synchronised=False)
    give = Assurances(creek.state, clock, "boot-2").give

    assert wait_by(creek, clock, give) == (SET, 5)


def test_a_word_of_an_earlier_boot_tells_the_time(creek: Field) -> None:
    """It was given while the daemon was off, so the book has not heard of it."""
    clock = SimulatedClock(EIGHT - MINUTE, synchronised=False)
    Assurances(creek.state, clock, "boot-1").give()

    assert wait(creek, PAST) == (SLOT, 40)


def test_a_clock_with_a_battery_is_not_waited_for(creek: Field) -> None:
    """Where it is later than all that is known; one in the past is as good as none."""
    assert wait(creek, EIGHT - MINUTE, kept=True) == (SET, 0)
    assert wait(creek, PAST, kept=True) == (OVER, 60)


@pytest.mark.parametrize(("before_s", "waited"), [(60, 40), (30, 10), (5, 0), (-60, 0)])
def test_it_leaves_a_slot_alone(creek: Field, before_s: float, waited: float) -> None:
    """A power hat boots just before it; the camera needs some seconds to settle."""
    assert wait(creek, EIGHT - before_s * SECOND) == (SLOT, waited)


def cut_at_five_past_eight(creek: Field) -> None:
    """Stop the daemon within a slot."""
    last = EIGHT + 5 * MINUTE
    creek.camera.on_wait = lambda: (
        creek.flag.request() if creek.clock.now() >= last else None
    )
    creek.daemon().run()
    creek.flag.close()
    creek.flag = StopFlag()


def test_a_slot_that_was_cut_goes_on_at_once(creek: Field) -> None:
    """By what is known it still is 08:05."""
    cut_at_five_past_eight(creek)

    assert wait(creek, PAST) == (SLOT, 0)


@pytest.mark.parametrize("comes_later", [False, True])
def test_a_drives_knowledge_counts_too(creek: Field, comes_later: bool) -> None:
    """The state is lost; the drive knows that it was 08:05, once it is there."""
    cut_at_five_past_eight(creek)
    for file in creek.state.iterdir():
        file.unlink()
    clock = SimulatedClock(PAST, synchronised=False)
    if comes_later:
        creek.unplug()

    ended = wait_by(creek, clock, creek.plug if comes_later else lambda: None)

    assert ended == (SLOT, 5 if comes_later else 0)


def test_a_clock_that_nothing_is_known_of_is_not_believed(creek: Field) -> None:
    """At the very first boot it may stand in a slot by chance."""
    for folder in (creek.state, creek.drive):
        for file in folder.iterdir():
            file.unlink()

    assert wait(creek, SEVEN + MINUTE) == (OVER, 60)


def test_a_wait_can_be_stopped(creek: Field) -> None:
    """As every command of a unit."""
    clock = SimulatedClock(PAST, synchronised=False)

    assert wait_by(creek, clock, creek.flag.request) == (STOPPED, 5)
