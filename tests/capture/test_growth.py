"""A daemon that leaks is started anew between two clips, and never in one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from capture.growth import LEAST_LIFE_S, Growth, process_bytes
from tests.capture.river_bank import Field, field
from weir.clock import UTC, SimulatedClock

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
MB = 1 << 20
PI_ZERO = 430 * MB
LEAK = 65 * MB


class Process:
    """A process of a size that is told."""

    def __init__(self, folder: Path) -> None:
        self.bytes = 100 * MB
        self.score = folder / "oom_score_adj"
        self.score.write_text("-200")

    def growth(self) -> Growth:
        """Watch it."""
        return Growth(lambda: self.bytes, PI_ZERO, 0.0, self.score)


@pytest.fixture
def process(tmp_path: Path) -> Process:
    """A healthy one."""
    return Process(tmp_path)


@pytest.fixture
def creek(
    in_memory: Path, process: Process, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Field]:
    """A camera in Berlin, under systemd, whose daemon's size is told."""
    monkeypatch.setenv("NOTIFY_SOCKET", str(in_memory / "nobody-listens"))
    clock = SimulatedClock(SEVEN - timedelta(minutes=10))
    with field(in_memory, clock) as made:
        made.growth = process.growth()
        yield made


def leak_at(creek: Field, process: Process, minutes: float, size: int) -> None:
    """Let it grow when the clock gets there while it films; stop it at ten."""

    def on_wait() -> None:
        if creek.clock.now() >= SEVEN + timedelta(minutes=minutes):
            process.bytes = 100 * MB + size
        if creek.clock.now() >= SEVEN + timedelta(hours=3):
            creek.flag.request()

    creek.camera.on_wait = on_wait


def grew(caplog: pytest.LogCaptureFixture) -> list[Any]:
    """The journal's lines about it."""
    return [record for record in caplog.records if "daemon grew" in record.message]


def test_a_leak_ends_the_daemon_between_two_clips(
    creek: Field, process: Process, caplog: pytest.LogCaptureFixture
) -> None:
    """It grows in the second clip, which is whole; the third is of a new process."""
    leak_at(creek, process, 65, LEAK)
    with caplog.at_level(logging.WARNING):
        creek.daemon().run()

    assert not creek.flag.requested
    assert [sidecar.complete for sidecar in creek.sidecars] == [True, True]
    assert {line.outcome for line in creek.ledger} == {"filmed"}
    assert len(grew(caplog)) == 1


def test_what_is_no_leak_ends_nothing(creek: Field, process: Process) -> None:
    """A few megabytes are buffers."""
    leak_at(creek, process, 65, LEAK // 2)
    creek.daemon().run()

    assert creek.flag.requested


def test_without_systemd_nobody_would_start_it_again(
    creek: Field, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run by hand, it tells, and films on."""
    monkeypatch.delenv("NOTIFY_SOCKET")
    leak_at(creek, process, 65, LEAK)
    creek.daemon().run()

    assert creek.flag.requested


@pytest.mark.parametrize(("size", "clips"), [(LEAK, 4), (2 * LEAK, 2)])
def test_slots_without_a_gap_are_only_broken_for_a_large_leak(
    creek: Field, process: Process, size: int, clips: int
) -> None:
    """A restart takes a minute; the kernel would end it in the middle of a clip."""
    schedule = creek.settings.capture.schedule.__class__(
        windows=("07:00-09:00",), every_minutes=15, record_minutes=15
    )
    creek.configure(schedule=schedule)
    leak_at(creek, process, 20, size)
    creek.daemon().run(clips=4)

    assert len(creek.clips) == clips
    assert all(sidecar.complete for sidecar in creek.sidecars)


def test_it_is_bounded(process: Process) -> None:
    """Neither before a clip of its own nor in its first ten minutes."""
    growth = process.growth()
    process.bytes += 3 * LEAK
    growth.look(2 * LEAST_LIFE_S)
    growth.clip_ended()
    assert not growth.leaks
    process.bytes += 3 * LEAK
    growth.look(LEAST_LIFE_S - 1)
    assert not growth.leaks
    growth.look(LEAST_LIFE_S)
    assert growth.leaks


def test_a_leak_of_a_little_in_each_clip_adds_up(process: Process) -> None:
    """So the libraries have leaked: what counts is the size after the first clip."""
    growth = process.growth()
    for _ in range(4):
        growth.clip_ended()
        process.bytes += LEAK // 3 + MB
        growth.look(LEAST_LIFE_S)

    assert growth.leaks


def test_a_leak_is_protected_no_longer(process: Process) -> None:
    """Where the kernel must end something, it is this and not the way in."""
    growth = process.growth()
    growth.clip_ended()
    growth.look(LEAST_LIFE_S)
    assert process.score.read_text() == "-200"
    process.bytes += LEAK
    growth.look(LEAST_LIFE_S)
    assert process.score.read_text() == "500"


def test_this_process_has_a_size() -> None:
    """Some megabytes, by the kernel; what it takes is seen."""
    before = process_bytes()
    held = bytearray(b"x") * (64 * MB)

    assert process_bytes() - before > 60 * MB
    assert len(held) == 64 * MB


def test_what_was_swapped_out_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A leak that fills the swap is one."""
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmRSS:\t  1024 kB\nVmSwap:\t  2048 kB\n")
    monkeypatch.setattr("capture.growth._STATUS", status)

    assert process_bytes() == 3 * MB
