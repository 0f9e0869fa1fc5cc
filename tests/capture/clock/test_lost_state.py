"""A clock that starts in the past, with what only the drive still knows of the time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from capture.clock.evidence import last_moment
from tests.capture.river_bank import Field, field
from weir.clip import sidecar_name
from weir.clock import UTC, SimulatedClock
from weir.effort import EffortLine
from weir.service import StopFlag

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
DAY = 24 * HOUR


@pytest.fixture
def creek(in_memory: Path) -> Iterator[Field]:
    """A camera in Berlin whose clock starts at 06:50 at each boot."""
    clock = SimulatedClock(SEVEN - 10 * MINUTE, synchronised=False)
    with field(in_memory, clock) as made:
        yield made


def boot(creek: Field, start: datetime = SEVEN - 10 * MINUTE) -> None:
    """Switch on again; the state directory was only in memory."""
    for file in creek.state.iterdir():
        file.unlink()
    creek.flag.close()
    creek.flag = StopFlag()
    creek.camera.on_wait = lambda: None
    creek.clock.step(start, synchronised=False)


def plug_at(creek: Field, moment: datetime) -> None:
    """Take the drive out until the machine's clock gets there."""
    creek.unplug()
    advance = creek.clock.advance

    def plug_in_time(seconds: float) -> None:
        advance(seconds)
        if creek.clock.now() > moment and not creek.drive.exists():
            creek.plug()

    creek.clock.advance = plug_in_time  # type: ignore[method-assign]


def test_four_boots_film_four_days(
    creek: Field, caplog: pytest.LogCaptureFixture
) -> None:
    """By a clock that starts on the same morning each time: 11 clips each, warned."""
    made = []
    for _ in range(4):
        before = len(creek.clips)
        creek.daemon().run(clips=11)
        made.append(len(creek.clips) - before)
        boot(creek)

    assert made == [11, 11, 11, 11]
    assert caplog.text.count("clock is in the past") == 3
    firsts = [sidecar.start for sidecar in creek.sidecars[::11]]
    assert firsts == [SEVEN + n * DAY for n in range(4)]


def test_a_drive_that_comes_later_is_heard_at_once(
    creek: Field, caplog: pytest.LogCaptureFixture
) -> None:
    """Not only in the next slot of a day that is long over."""
    creek.daemon().run(clips=2)
    boot(creek, SEVEN - 6 * HOUR)
    plug_at(creek, SEVEN - 4 * HOUR)
    begun = creek.clock.monotonic()
    creek.daemon().run(clips=1)

    assert creek.sidecars[-1].start == SEVEN + 2 * HOUR
    assert creek.clock.monotonic() - begun < 2 * 3600 + 3600 + 120
    assert "clock is in the past" in caplog.text


def test_a_drive_that_comes_too_soon_to_be_missed_is_heard(creek: Field) -> None:
    """It is mounted ten seconds after the daemon has begun, and nobody told of it."""
    creek.daemon().run(clips=2)
    boot(creek, SEVEN - 6 * HOUR)
    plug_at(creek, SEVEN - 6 * HOUR + timedelta(seconds=10))
    begun = creek.clock.monotonic()
    creek.daemon().run(clips=1)

    assert creek.sidecars[-1].start == SEVEN + 2 * HOUR
    assert creek.clock.monotonic() - begun < 3600 + 120


def test_a_ledger_without_clips_tells_the_time(creek: Field) -> None:
    """They were fetched and pruned; a day is not filmed over again."""
    creek.daemon().run(clips=2)
    for path in creek.drive.glob("clip*"):
        path.unlink()
    boot(creek, SEVEN - DAY)
    creek.daemon().run(clips=1)

    assert creek.sidecars[-1].start == SEVEN + 2 * HOUR


def test_a_drive_that_comes_in_a_slot_ends_it(creek: Field) -> None:
    """The morning's first slot is filmed already: the third one comes next."""
    creek.daemon().run(clips=2)
    boot(creek)
    plug_at(creek, SEVEN + MINUTE)
    creek.daemon().run(clips=1)

    assert [s.start for s in creek.sidecars] == [SEVEN + n * HOUR for n in range(3)]
    assert creek.clips[-1].startswith("clip00003_")


def test_a_clip_that_no_line_tells_of_is_the_newest_witness(creek: Field) -> None:
    """The power went within a slot: the slot goes on where the clip ended."""
    creek.daemon().run(clips=2)
    (creek.drive / "effort.jsonl").unlink()
    boot(creek)
    creek.daemon().run(clips=1)

    assert creek.sidecars[-1].start >= creek.sidecars[1].end


def test_a_line_of_hours_to_come_yields_to_a_clip_after_it(creek: Field) -> None:
    """The clock was nine hours ahead for a moment; a clip was filmed since then."""
    creek.clock.step(SEVEN - MINUTE, synchronised=True)
    creek.daemon().run(clips=1)
    ahead = replace(creek.ledger[0], planned_start=SEVEN + 9 * HOUR, filmed_s=0)
    ahead = replace(ahead, planned_end=SEVEN + 9 * HOUR + MINUTE, clips=())
    with (creek.drive / "effort.jsonl").open("a") as file:
        file.write(ahead.to_json() + "\n")
    newest = replace(creek.sidecars[0], clip="clip00002_2026-05-01_08-00-00.h264")
    (creek.drive / newest.clip).write_bytes(b"")
    newest.write(creek.drive / sidecar_name(newest.clip))
    boot(creek, SEVEN - DAY)
    creek.daemon().run(clips=1)

    assert creek.sidecars[-1].start == SEVEN + HOUR


@pytest.mark.parametrize("year", [2101, 9999])
def test_a_clip_of_another_century_proves_nothing(creek: Field, year: int) -> None:
    """A damaged sidecar must not send the daemon there."""
    creek.daemon().run(clips=1)
    (first,) = creek.sidecars
    far = datetime(year, 12, 31, 23, 59, tzinfo=UTC)
    joke = replace(first, clip="clip00002_2026-05-01_08-00-00.h264", start=far, end=far)
    joke.write(creek.drive / sidecar_name(joke.clip))
    boot(creek)
    creek.daemon().run(clips=1)

    assert creek.sidecars[-1].start == SEVEN + HOUR


def test_a_pipe_with_a_sidecars_name_is_not_waited_for(creek: Field) -> None:
    """Nor does a folder stop anything."""
    creek.daemon().run(clips=1)
    (creek.drive / "clip00008_2026-05-01_08-00-00.h264.json").mkdir()
    os.mkfifo(creek.drive / "clip00009_2026-05-01_08-00-00.h264.json")
    boot(creek)
    creek.daemon().run(clips=1)

    assert creek.clips[-1].endswith("_2026-05-01_08-00-00.h264")


def test_the_last_line_is_believed_and_not_the_latest() -> None:
    """Lines of hours to come were written before it, by a clock that was ahead."""
    lines = [
        EffortLine("creek", "cam1", start, start + MINUTE, "+02:00", 60.0)
        for start in (SEVEN, SEVEN + 9 * HOUR, SEVEN + HOUR)
    ]

    assert last_moment(lines, None) == SEVEN + HOUR + MINUTE


def test_another_cameras_clips_prove_nothing(creek: Field) -> None:
    """Its clock may be wrong, and none here would know how to mend it."""
    creek.daemon().run(clips=1)
    (first,) = creek.sidecars
    (creek.drive / "effort.jsonl").unlink()
    replace(first, camera="cam2").write(creek.drive / sidecar_name(first.clip))
    boot(creek)
    creek.daemon().run(clips=1)

    assert creek.sidecars[-1].start == SEVEN
