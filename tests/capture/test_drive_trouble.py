"""What the daemon does about a drive that is gone, full or another's."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from capture.drive.storage import Drive
from tests.capture.river_bank import Field, restart, stop_at, stream
from weir.clip import sidecar_name, truth_name
from weir.clock import UTC

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
MINUTE = timedelta(minutes=1)


def test_effort_waits_for_a_drive_that_is_gone(creek: Field) -> None:
    """Lines are kept beside the book, and delivered when it is back."""
    creek.daemon().run(clips=1)
    restart(creek)
    creek.unplug()
    daemon = creek.daemon()
    creek.clock.advance(3 * 3600)
    daemon._startup()
    waiting = (creek.state / "effort-waiting.jsonl").read_text().count("\n")
    creek.plug()
    daemon._work.do()

    assert waiting == 3
    assert not (creek.state / "effort-waiting.jsonl").exists()
    assert len(creek.ledger) == 4


def test_a_drive_that_comes_back_in_a_slot_is_filmed_to(creek: Field) -> None:
    """Gone at 07:00, back at 07:04."""
    creek.unplug()
    daemon = creek.daemon()
    advance = creek.clock.advance

    def plug_in_time(seconds: float) -> None:
        advance(seconds)
        if creek.clock.now() >= SEVEN + 4 * MINUTE and not creek.drive.exists():
            creek.plug()

    creek.clock.advance = plug_in_time  # type: ignore[method-assign]
    daemon.run(clips=1)

    (sidecar,) = creek.sidecars
    (line,) = creek.ledger
    assert sidecar.start - SEVEN <= 4 * MINUTE + timedelta(seconds=3)
    assert 240 <= dict(line.missed)["no drive"] <= 243


def test_what_a_kill_left_is_swept_from_the_drive(creek: Field) -> None:
    """A file that was never whole; what somebody else calls so stays."""
    left, other = creek.drive / f"weir-{'0' * 16}.part", creek.drive / "mine.part"
    left.write_text("half")
    other.write_text("half")
    creek.daemon().run(clips=1)

    assert (left.exists(), other.exists()) == (False, True)


def test_a_drive_that_another_films_to_is_not_touched(
    creek: Field, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even its unfinished clips: one of them grows. It says who, and waits."""
    part = creek.drive / "clip00001_2026-05-01_06-59-00.h264.part"
    part.write_bytes(stream(60))
    other = Drive.of(creek.settings.capture, alone=True).open()
    advance = creek.clock.advance
    seen: list[list[Path]] = []

    def leave_in_time(seconds: float) -> None:
        advance(seconds)
        if creek.clock.now() >= SEVEN + 4 * MINUTE and not seen:
            seen.append(list(creek.drive.glob("clip*")))
            other.close()

    monkeypatch.setattr(creek.clock, "advance", leave_in_time)
    creek.daemon().run(clips=1)

    (line,) = creek.ledger
    assert seen == [[part]]
    assert f"process {os.getpid()} films to it already" in caplog.text
    assert 240 <= dict(line.missed)["drive error"] <= 243
    assert creek.clips[0] + ".part" == part.name
    assert len(creek.clips) == 2


def test_a_full_drive_stops_filming_and_keeps_everything(creek: Field) -> None:
    """The slot is missed for want of room; nothing is deleted."""
    creek.daemon().run(clips=1)
    restart(creek)
    creek.configure(min_free_mb=1e9)
    stop_at(creek, SEVEN)
    daemon = creek.daemon()
    daemon._book.at = creek.clock.now()
    slot = daemon._book.next_slot(creek.clock.now() + 45 * MINUTE)
    creek.clock.advance(45 * 60)
    assert slot is not None
    daemon._film(slot)

    assert len(creek.clips) == 1
    assert [dict(line.missed) for line in creek.ledger] == [{}, {"drive full": 900}]


def test_numbers_go_on_when_the_counter_is_lost(creek: Field) -> None:
    """And the clock went back, and the clips were pruned."""
    creek.daemon().run(clips=3)
    for clip in creek.clips:
        (creek.drive / clip).unlink()
        (creek.drive / sidecar_name(clip)).unlink()
        (creek.drive / truth_name(clip)).unlink()
    for file in (creek.drive / "last-clip-number", creek.state / "last-clip-number"):
        file.unlink()
    restart(creek)
    creek.daemon().run(clips=1)

    assert creek.clips == ["clip00004_2026-05-01_10-00-00.h264"]
