"""What the daemon does about a clock that is wrong, or set while it runs."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.capture.river_bank import Field, restart
from weir.clock import UTC

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
MINUTE = timedelta(minutes=1)


def test_a_clock_that_is_set_forward_in_a_slot(creek: Field) -> None:
    """At 07:05 a time server says 09:03: no slot twice, none without a line."""
    creek.clock.step(creek.clock.now(), synchronised=False)
    creek.boot = "boot-1"
    steps = iter([SEVEN + timedelta(hours=2, minutes=3)])

    def on_wait() -> None:
        if creek.clock.now() >= SEVEN + 5 * MINUTE and not creek.clock.synchronised():
            creek.clock.step(next(steps), synchronised=True)

    creek.camera.on_wait = on_wait
    daemon = creek.daemon()
    daemon._book.vouched = True  # an earlier boot had the right time
    daemon.run(clips=3)

    seven, eight, nine, ten = creek.ledger
    assert round(dict(seven.missed)["clock"], -1) == 600
    assert dict(eight.missed) == {"clock": 900}
    assert round(dict(nine.missed)["clock"], -1) == 180
    assert ten.outcome == "filmed"
    assert len({s.clip for s in creek.sidecars}) == len(creek.sidecars) == 3


def test_clips_of_before_the_clock_was_set_are_redated(creek: Field) -> None:
    """A corrected start is added; the original one is kept."""
    creek.clock.step(SEVEN - 10 * MINUTE, synchronised=False)
    creek.daemon().run(clips=1)
    restart(creek)
    creek.clock.step(creek.clock.now() + timedelta(days=30, hours=2), synchronised=True)
    creek.daemon().run(clips=1)

    first, second = creek.sidecars
    assert first.start == SEVEN
    assert first.corrected_start == SEVEN + timedelta(days=30, hours=2)
    assert not first.clock_synchronised
    assert second.corrected_start is None


def test_a_ledger_that_is_no_file_keeps_no_clip_from_its_start(
    creek: Field, caplog: pytest.LogCaptureFixture
) -> None:
    """Its lines wait, and that is told; the rest of the work on the drive is done."""
    creek.clock.step(SEVEN - 10 * MINUTE, synchronised=False)
    creek.daemon().run(clips=1)
    (creek.drive / "effort.jsonl").unlink()
    (creek.drive / "effort.jsonl").mkdir()
    restart(creek)
    creek.clock.step(SEVEN + 30 * MINUTE, synchronised=True)
    creek.daemon().run(clips=1)

    assert creek.sidecars[0].corrected_start
    assert "file=effort.jsonl reason=effort.jsonl is a folder" in caplog.text
    assert len(creek.ledger) == 1


def test_a_clock_that_cannot_be_asked_is_not_told_of_as_unset(
    creek: Field, caplog: pytest.LogCaptureFixture
) -> None:
    """The sidecar leaves it open, and the journal says why."""
    creek.clock.step(creek.clock.now(), synchronised=None)
    creek.daemon().run(clips=1)

    (sidecar,) = creek.sidecars
    assert sidecar.clock_synchronised is None
    assert "cannot ask whether the clock is set" in caplog.text


def test_clips_of_an_earlier_boot_keep_their_start(creek: Field) -> None:
    """Of them nobody knows how wrong the clock was."""
    creek.clock.step(SEVEN - 10 * MINUTE, synchronised=False)
    creek.daemon().run(clips=1)
    restart(creek)
    creek.boot = "boot-2"
    creek.clock.step(creek.clock.now(), synchronised=True)
    creek.daemon().run(clips=1)

    assert [s.corrected_start for s in creek.sidecars] == [None, None]


def test_a_clock_set_back_films_nothing_twice(creek: Field) -> None:
    """Set back by three hours after 09:15: 07:00 to 09:00 are done already."""
    creek.daemon().run(clips=3)
    restart(creek)
    creek.clock.step(creek.clock.now() - timedelta(hours=3), synchronised=True)
    creek.daemon().run(clips=1)

    starts = [line.planned_start for line in creek.ledger]
    assert starts == [SEVEN + timedelta(hours=hour) for hour in range(4)]
    assert creek.clips[-1] == "clip00004_2026-05-01_10-00-00.h264"


def test_a_machine_that_starts_in_the_past_goes_on_from_what_is_known(
    creek: Field,
) -> None:
    """Without a time server: not the slots of this morning over again."""
    creek.daemon().run(clips=2)
    restart(creek)
    creek.clock.step(datetime(1970, 1, 1, tzinfo=UTC), synchronised=False)
    creek.daemon().run(clips=1)

    assert creek.clips[-1] == "clip00003_2026-05-01_09-00-00.h264"
    assert len(creek.ledger) == 3


def test_years_since_1970_were_not_missed(creek: Field) -> None:
    """A Pi that is switched on for the first time, and is told the time later."""
    creek.clock.step(datetime(1970, 1, 1, 12, tzinfo=UTC), synchronised=False)

    def on_wait() -> None:
        if not creek.clock.synchronised():
            creek.clock.step(SEVEN - MINUTE, synchronised=True)

    creek.camera.on_wait = on_wait
    creek.daemon().run(clips=1)

    assert {line.planned_start.year for line in creek.ledger} <= {1970, 2026}
    assert len(creek.ledger) <= 3


def test_days_that_no_clock_vouched_for_were_not_missed(creek: Field) -> None:
    """Its image was made a month ago; a time service is heard in the first slot."""
    now = creek.clock.now()
    creek.clock.step(now - timedelta(days=30), synchronised=False)

    def on_wait() -> None:
        if not creek.clock.synchronised():
            creek.clock.step(now, synchronised=True)

    creek.camera.on_wait = on_wait
    creek.daemon().run(clips=2)

    assert len(creek.ledger) <= 3
    assert creek.sidecars[-1].start == SEVEN


def test_a_clip_by_a_clock_that_was_right_keeps_its_start(creek: Field) -> None:
    """Somebody sets the clock a day on, in the same boot."""
    creek.daemon().run(clips=1)
    restart(creek)
    creek.clock.step(creek.clock.now() + timedelta(days=1), synchronised=True)
    creek.daemon().run(clips=1)

    assert [sidecar.corrected_start for sidecar in creek.sidecars] == [None, None]


def test_a_gap_of_months_is_a_wrong_clock(creek: Field) -> None:
    """Not a thousand slots that nobody planned."""
    creek.daemon().run(clips=1)
    restart(creek, timedelta(days=200))
    creek.daemon().run(clips=1)

    assert len(creek.ledger) <= 3
