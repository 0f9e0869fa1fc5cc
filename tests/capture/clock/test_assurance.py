"""What was known of the time and proved wrong is forgotten, for each of its reasons."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Optional

import pytest

from capture.checks.holders import Holders
from capture.checks.preflight import Preflight
from capture.clock.assurance import WORD_NAME, Assurances
from capture.clock.comparison import compare
from capture.slots.fieldclock import FieldClock
from capture.slots.schedule import make_plan
from tests.capture.river_bank import Field, field
from weir.clock import UTC, SimulatedClock
from weir.service import StopFlag

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def creek(in_memory: Path) -> Iterator[Field]:
    """At 06:50 the daemon has run for a moment by a clock nine hours ahead."""
    clock = SimulatedClock(SEVEN + 9 * HOUR - 10 * MINUTE, synchronised=False)
    with field(in_memory, clock) as made:
        made.flag.request()
        made.daemon().run()
        restart(made, SEVEN - 10 * MINUTE)
        yield made


def restart(creek: Field, now: datetime) -> None:
    """Set the clock while the daemon is off; it may be started again."""
    creek.flag.close()
    creek.flag = StopFlag()
    creek.clock.step(now, synchronised=False)


def when(creek: Field, after_s: float, event: str) -> None:
    """After so long somebody gives a word, or a time service is heard."""
    begun, advance, done = creek.clock.monotonic(), creek.clock.advance, list[str]()

    def act_in_time(seconds: float) -> None:
        advance(seconds)
        if creek.clock.monotonic() - begun >= after_s and not done:
            done.append(event)
            if event == "word":
                Assurances(creek.state, creek.clock, creek.boot).give()
            else:
                creek.clock.step(creek.clock.now(), synchronised=True)

    creek.clock.advance = act_in_time  # type: ignore[method-assign]


@pytest.mark.parametrize("event", ["word", "time service"])
@pytest.mark.parametrize("seconds", [60, 3 * 3600])  # before a slot, and within one
def test_a_known_time_that_was_wrong_is_forgotten(
    creek: Field, event: str, seconds: float, caplog: pytest.LogCaptureFixture
) -> None:
    """The daemon goes by the machine's clock from then on, and says so."""
    when(creek, seconds, event)
    creek.daemon().run(clips=4)

    assert abs(creek.sidecars[-1].end - creek.clock.now()) < MINUTE
    assert "clock is in the past" in caplog.text
    assert f"clock set step_s={-9 * 3600}" in caplog.text


def test_a_word_given_while_the_daemon_is_off_counts(
    creek: Field, caplog: pytest.LogCaptureFixture
) -> None:
    """In the same boot: the first slot of the day is filmed in the morning."""
    Assurances(creek.state, creek.clock, creek.boot).give()
    creek.daemon().run(clips=1)

    assert creek.sidecars[0].start == SEVEN
    assert creek.clock.now() == SEVEN + 15 * MINUTE
    assert "clock is in the past" not in caplog.text


def test_after_a_word_an_earlier_moment_is_known(creek: Field) -> None:
    """Next boot, an hour back: it goes on from the word and not from the evening."""
    Assurances(creek.state, creek.clock, creek.boot).give()
    creek.boot = "boot-2"
    restart(creek, SEVEN - HOUR)
    creek.daemon().run(clips=1)

    assert creek.sidecars[0].start == SEVEN
    assert creek.clock.now() == SEVEN - HOUR + 25 * MINUTE


def test_what_a_drive_told_wrongly_does_not_come_back(creek: Field) -> None:
    """Clip and line of 16:00 were filmed by the clock that was ahead.

    A person corrected that; the next boot goes on from there, an hour back.
    """
    creek.daemon().run(clips=1)
    assert creek.sidecars[0].start == SEVEN + 9 * HOUR
    restart(creek, SEVEN - 10 * MINUTE)
    Assurances(creek.state, creek.clock, creek.boot).give()
    creek.flag.request()
    creek.daemon().run()
    creek.boot = "boot-2"
    restart(creek, SEVEN - HOUR)
    creek.daemon().run(clips=1)

    assert creek.sidecars[1].start == SEVEN


@pytest.mark.parametrize("seconds", [0, 120])
def test_a_word_is_heeded_once(creek: Field, seconds: float) -> None:
    """Given before the start or after: at the next boot it is known to be 08:15."""
    when(creek, seconds, "word")
    creek.clock.advance(0)
    creek.daemon().run(clips=2)
    creek.boot = "boot-2"
    restart(creek, SEVEN - HOUR)
    creek.daemon().run(clips=1)

    assert [s.start for s in creek.sidecars] == [SEVEN + n * HOUR for n in range(3)]
    assert creek.clock.now() == SEVEN  # an hour after 08:15, which is 06:00 to it


def test_a_word_is_void_once_the_clock_is_set_again(creek: Field) -> None:
    """It was said of another time."""
    assurances = Assurances(creek.state, creek.clock, creek.boot)
    assurances.give()
    assert assurances.holds()
    creek.clock.step(SEVEN - HOUR, synchronised=False)

    assert not assurances.holds()


def test_the_service_reads_what_root_gives_with_a_strict_umask(creek: Field) -> None:
    """As root is set up on hardened systems; ``sudo`` may add its own, too."""
    before = os.umask(0o077)
    Assurances(creek.state, creek.clock, creek.boot).give()
    os.umask(before)

    assert (creek.state / WORD_NAME).stat().st_mode & 0o777 == 0o644


def test_a_word_does_not_hold_in_another_boot(creek: Field) -> None:
    """Though the clock began at the same moment, as one without a battery does."""
    Assurances(creek.state, creek.clock, "boot-1").give()

    assert not Assurances(creek.state, creek.clock, "boot-2").holds()


def test_a_battery_that_is_later_than_all_that_is_known_is_trusted() -> None:
    """Until a drive proves a later moment; one that is earlier never is."""
    known = SEVEN + 9 * HOUR
    later = FieldClock(SimulatedClock(known, synchronised=False, kept=True), known)
    early = FieldClock(SimulatedClock(SEVEN, synchronised=False, kept=True), known)
    none = FieldClock(SimulatedClock(known, synchronised=False), known)
    assert (later.trusted, early.trusted, none.trusted) == (True, False, False)

    later.learn(known + HOUR)
    later.look()

    assert not later.trusted
    assert later.now() == known + HOUR


def test_check_fails_where_the_clocks_disagree(creek: Field) -> None:
    """And names both times."""
    clocks = compare(creek.settings, creek.state, creek.clock, "boot-2", runs=False)
    plan = make_plan(creek.settings.capture.schedule, creek.settings.deployment)
    preflight = Preflight(
        creek.settings,
        plan,
        creek.clock,
        holder=None,
        holders=Holders((), all_seen=True),
        clocks=clocks,
    )
    (finding,) = [f for f in preflight.findings() if f.words.startswith("clock")]

    assert not finding.passed
    assert "15:50" in finding.words
    assert "06:50" in finding.words


def test_a_daemon_that_is_off_would_believe_a_clock_that_was_set_on(
    creek: Field,
) -> None:
    """It is later than all that was known: nothing to complain about."""
    creek.clock.step(SEVEN + 20 * HOUR, synchronised=False)

    clocks = compare(creek.settings, creek.state, creek.clock, creek.boot, runs=False)

    assert clocks.agree


def test_a_book_of_before_is_read(creek: Field) -> None:
    """An upgrade forgets nothing: it knows up to when all is accounted for."""
    file = creek.state / "effort-book.json"
    fields = json.loads(file.read_text())
    for name in ("last_line", "heeded", "boot", "uptime_s"):
        del fields[name]
    file.write_text(json.dumps(fields))
    creek.daemon().run(clips=1)

    assert creek.sidecars[0].start == SEVEN + 9 * HOUR


@pytest.mark.parametrize("year", [2100, 9999])
def test_a_book_of_another_century_is_not_believed(creek: Field, year: int) -> None:
    """A damaged one must not send the daemon there."""
    far = datetime(year, 12, 31, tzinfo=UTC)

    assert FieldClock(creek.clock, far).now() == creek.clock.now()


@pytest.mark.parametrize("synchronised", [True, False, None])
def test_check_tells_a_no_from_an_unknown(
    creek: Field, synchronised: Optional[bool]
) -> None:
    """Where the question is forbidden it has found out nothing."""
    creek.clock.step(SEVEN, synchronised=synchronised)
    plan = make_plan(creek.settings.capture.schedule, creek.settings.deployment)
    holders = Holders((), all_seen=True)
    preflight = Preflight(
        creek.settings, plan, creek.clock, holder=None, holders=holders
    )
    (finding,) = [f for f in preflight.findings() if f.words.startswith("clock")]

    assert finding.passed is (None if synchronised is None else True)


@pytest.mark.parametrize(
    "text",
    [
        *("", "{}", "[1]", '{"at": 3}', "\0" * 100, "[" * 100_000),
        '{"at": "2026-05-01T05:00:00Z", "boot": "boot-1", "uptime_s": 1e200}',
        '{"at": "9999-12-31T23:59:59Z", "boot": "boot-1", "uptime_s": 0}',
    ],
)
def test_a_torn_word_is_none(creek: Field, text: str) -> None:
    """The power went while it was written."""
    (creek.state / "clock-trusted.json").write_text(text)

    assert not Assurances(creek.state, creek.clock, creek.boot).holds()


def test_the_two_clocks_are_compared(creek: Field) -> None:
    """Before the daemon starts, while it runs, and after somebody gave a word."""
    before = compare(creek.settings, creek.state, creek.clock, "boot-2", runs=False)
    creek.flag.request()
    creek.daemon().run()
    creek.clock.advance(60)
    running = compare(creek.settings, creek.state, creek.clock, creek.boot, runs=True)
    Assurances(creek.state, creek.clock, "boot-2").give()
    after = compare(creek.settings, creek.state, creek.clock, "boot-2", runs=False)

    assert (before.agree, running.agree, after.agree) == (False, False, True)
    assert running.daemon - running.system == 9 * HOUR
    assert "clock --trust" in running.words(UTC)
