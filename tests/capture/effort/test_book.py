"""The book of effort when the clock was ahead, and when the plan is edited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from capture.config import ScheduleConfig
from capture.effort.book import EffortBook
from capture.effort.waitinglines import WaitingLines
from capture.slots.schedule import make_plan
from tests.capture.river_bank import Field, field, restart
from weir.clock import UTC, SimulatedClock
from weir.effort import EffortLine

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MONTH = timedelta(days=31)


class SetClock(SimulatedClock):
    """A clock that somebody sets while time passes.

    Attributes:
        settings: after how many seconds it is set, and by how much; in order.
        by_hand: whether it is set by somebody for whom the kernel does not vouch.
    """

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.settings: list[tuple[float, timedelta]] = []
        self.by_hand = False

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        super().advance(seconds)
        while self.settings and self.monotonic() >= self.settings[0][0]:
            _, step = self.settings.pop(0)
            self.step(self.now() + step, synchronised=not self.by_hand)


@pytest.fixture
def clock() -> SetClock:
    """Ten minutes before the first slot."""
    return SetClock(SEVEN - 10 * MINUTE)


@pytest.fixture
def creek(in_memory: Path, clock: SetClock) -> Iterator[Field]:
    """A camera in Berlin, by that clock."""
    with field(in_memory, clock) as made:
        yield made


def lines_of(creek: Field, start: datetime) -> list[EffortLine]:
    """What the ledger tells of a slot, in order."""
    return [line for line in creek.ledger if line.planned_start == start]


def test_a_clock_that_is_ahead_for_a_minute_stops_nothing(
    creek: Field, clock: SetClock
) -> None:
    """At 06:52 it says June, at 06:53 May again: 07:00 to 09:00 are filmed.

    The lines of the slots that were passed over are followed by true ones.
    """
    clock.settings = [(120, MONTH), (180, -MONTH)]
    creek.daemon().run(clips=3)

    assert [sidecar.start for sidecar in creek.sidecars] == [
        SEVEN, SEVEN + HOUR, SEVEN + 2 * HOUR,
    ]  # fmt: skip
    for hour in range(3):
        told = lines_of(creek, SEVEN + hour * HOUR)
        assert [line.outcome for line in told] == ["missed", "filmed"]


def test_a_month_that_nobody_vouches_for_is_taken_back(
    creek: Field, clock: SetClock
) -> None:
    """June was typed in, and corrected before a slot: the ledger hears nothing of it.

    Nor does it after a restart.
    """
    clock.settings, clock.by_hand = [(120, MONTH), (300, -MONTH)], True
    creek.daemon().run(clips=2)
    restart(creek)
    creek.daemon().run(clips=1)

    assert [(line.planned_start, line.outcome) for line in creek.ledger] == [
        (SEVEN, "filmed"), (SEVEN + HOUR, "filmed"), (SEVEN + 2 * HOUR, "filmed"),
    ]  # fmt: skip


def test_a_gap_that_nobody_vouches_for_is_told_of(
    creek: Field, clock: SetClock
) -> None:
    """A Pi without network is given the time by hand: what it missed is no secret."""
    clock.settings, clock.by_hand = [(120, 2 * HOUR)], True
    creek.daemon().run(clips=1)

    assert [dict(line.missed) for line in creek.ledger] == [
        {"clock": 900}, {"clock": 900}, {},
    ]  # fmt: skip


@pytest.mark.parametrize("state_lost", [False, True])
def test_a_start_by_a_clock_that_is_ahead_stops_nothing(
    creek: Field, clock: SetClock, state_lost: bool
) -> None:
    """A day later it is right, and the daemon starts again: it films that morning."""
    creek.daemon().run(clips=1)
    restart(creek)
    clock.step(clock.now() + MONTH, synchronised=False)
    creek.flag.request()
    creek.daemon().run()
    restart(creek)
    clock.step(SEVEN + 24 * HOUR - MINUTE, synchronised=True)
    if state_lost:
        for file in creek.state.iterdir():
            file.unlink()
    creek.daemon().run(clips=1)

    assert creek.clips[1:] == ["clip00002_2026-05-02_07-00-00.h264"]
    told = lines_of(creek, SEVEN + 24 * HOUR)
    assert [line.outcome for line in told] == ["missed", "filmed"]


def test_a_power_cut_while_the_clock_is_ahead_stops_nothing(
    creek: Field, clock: SetClock
) -> None:
    """In June's slot; it comes back in May's: what has passed of that is lost."""
    clock.step(SEVEN + MONTH, synchronised=True)
    book = EffortBook(
        creek.state,
        make_plan(ScheduleConfig(), creek.settings.deployment),
        creek.settings.deployment,
    )
    book.catch_up(clock.now() + MINUTE, "not running")
    book.save(clock.now() + MINUTE, "not running")
    clock.step(SEVEN + 5 * MINUTE, synchronised=True)
    creek.daemon().run(clips=1)

    (may,) = lines_of(creek, SEVEN)
    assert dict(may.missed) == {"not running": 300}
    assert may.filmed_s == 600


def test_a_clock_set_back_into_a_missed_slot_films_the_rest(
    creek: Field, clock: SetClock
) -> None:
    """At 06:52 it says 08:30, and a minute later 07:05: ten minutes are filmed."""
    clock.settings = [(120, 98 * MINUTE), (180, -86 * MINUTE)]
    creek.daemon().run(clips=1)

    passed_over, true = lines_of(creek, SEVEN)
    assert passed_over.outcome == "missed"
    assert dict(true.missed) == {"clock": 300}
    assert true.filmed_s == 600


def test_a_second_line_waits_for_a_drive_that_has_the_first(
    creek: Field, clock: SetClock
) -> None:
    """It is delivered once, also where the power goes before it is known to be."""
    clock.settings = [(120, MONTH), (180, -MONTH)]
    creek.daemon().run(clips=1)
    waiting = creek.state / "effort-waiting.jsonl"
    waiting.write_text("".join(line.to_json() + "\n" for line in creek.ledger[-1:]))
    restart(creek)
    creek.daemon().run(clips=1)

    assert not waiting.exists()
    told = lines_of(creek, SEVEN)
    assert [line.outcome for line in told] == ["missed", "filmed"]


def test_lines_that_cannot_be_read_stop_nothing(
    creek: Field, caplog: pytest.LogCaptureFixture
) -> None:
    """They are left alone, and the slots since then are told of."""
    waiting = creek.state / "effort-waiting.jsonl"
    waiting.mkdir(parents=True)  # root may read any file, but none that is a folder
    creek.daemon().run(clips=1)

    assert waiting.is_dir()
    assert "state not readable" in caplog.text
    assert [line.outcome for line in lines_of(creek, SEVEN)] == ["filmed"]


def test_lines_are_read_when_they_can_be_again(creek: Field) -> None:
    """Those of before and those of meanwhile, once each."""
    creek.daemon().run(clips=2)
    *_, before, meanwhile = creek.ledger
    (creek.drive / "effort.jsonl").unlink()
    file = creek.state / "effort-waiting.jsonl"
    file.mkdir()
    lines = WaitingLines(file)
    lines.add(meanwhile)
    file.rmdir()
    file.write_text(before.to_json() + "\n")
    again = WaitingLines(file)

    assert sorted(again, key=lambda line: line.planned_start) == [before, meanwhile]
    assert again.deliver(creek.drive / "effort.jsonl") == 2
    assert list(WaitingLines(file)) == []
    assert creek.ledger == [before, meanwhile]


def test_a_power_cut_between_the_line_and_the_book_doubles_nothing(
    creek: Field,
) -> None:
    """The book still has the slot open that the drive's ledger tells of."""
    deployment = creek.settings.deployment
    plan = make_plan(ScheduleConfig(), deployment)
    book = EffortBook(creek.state, plan, deployment)
    book.catch_up(SEVEN, "not running")
    slot = plan.next_slot(SEVEN)
    assert slot is not None
    book.begin(slot).film("clip00001_2026-05-01_07-00-00.h264", SEVEN + 14 * MINUTE)
    book.save(SEVEN + 14 * MINUTE, "not running")
    book.begin(slot).film("clip00001_2026-05-01_07-00-00.h264", slot.end)
    book.close_if_over()
    book.deliver(creek.drive)

    book = EffortBook(creek.state, plan, deployment)
    book.read_drive(creek.drive)
    book.catch_up(slot.end + MINUTE, book.gap_reason)
    book.deliver(creek.drive)

    assert [line.filmed_s for line in creek.ledger] == [900]


@pytest.mark.parametrize(
    ("change", "filmed_s"),
    [
        ({"windows": ("07:00-18:00",)}, 840),
        ({"record_minutes": 20}, 1140),
        ({"every_minutes": 30}, 840),
    ],
)
def test_a_slot_goes_on_in_an_edited_plan(
    creek: Field, change: dict[str, Any], filmed_s: float
) -> None:
    """Stopped at 07:05, edited, started at 07:06: a minute is lost, no more."""
    film_to_five_past(creek)
    creek.configure(schedule=replace(ScheduleConfig(), **change))
    creek.daemon().run(clips=1)

    (line,) = creek.ledger
    assert line.filmed_s == filmed_s
    assert dict(line.missed) == {"stopped": 60}
    assert list(line.clips) == creek.clips
    assert len(creek.clips) == 2


@pytest.mark.parametrize(
    "change", [{"windows": ("07:02-17:30",)}, {"record_minutes": 3}]
)
def test_a_slot_that_an_edited_plan_lacks_ends_where_it_stood(
    creek: Field, change: dict[str, Any]
) -> None:
    """Stopped at 07:05: its line tells of five minutes, all of them filmed."""
    film_to_five_past(creek)
    creek.configure(schedule=replace(ScheduleConfig(), **change))
    creek.daemon().run(clips=1)

    line = creek.ledger[0]
    assert (line.planned_start, line.planned_end) == (SEVEN, SEVEN + 5 * MINUTE)
    assert (line.outcome, line.filmed_s) == ("filmed", 300)
    assert list(line.clips) == creek.clips[:1]
    assert creek.ledger[1].planned_start > SEVEN


def film_to_five_past(creek: Field) -> None:
    """Stop the daemon at 07:05; a minute later it may be started again."""
    last = SEVEN + timedelta(seconds=299)
    creek.camera.on_wait = lambda: (
        creek.flag.request() if creek.clock.now() >= last else None
    )
    creek.daemon().run()
    restart(creek)
    creek.clock.advance(60)
