"""The daemon's days: slots, stops and restarts."""

from __future__ import annotations

import hashlib
import socket
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from capture.config import ScheduleConfig
from capture.daemon import WARM_UP_S, CameraHung
from capture.film import filming
from tests.capture.river_bank import Field, field, restart, stop_at, stream
from weir.clip import truth_name
from weir.clock import UTC, SimulatedClock
from weir.service import notify

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
MINUTE = timedelta(minutes=1)


def test_a_slot_becomes_a_clip_with_all_that_belongs_to_it(creek: Field) -> None:
    """Name, sidecar, companion, ledger; every byte counted and hashed."""
    creek.daemon().run(clips=1)

    (sidecar,) = creek.sidecars
    (line,) = creek.ledger
    data = (creek.drive / sidecar.clip).read_bytes()
    assert sidecar.clip == "clip00001_2026-05-01_07-00-00.h264"
    assert data == stream(900)
    assert sidecar.sha256 == hashlib.sha256(data).hexdigest()
    assert (sidecar.frames, sidecar.bytes) == (900, len(data))
    assert (sidecar.start, sidecar.end) == (SEVEN, SEVEN + 15 * MINUTE)
    assert (sidecar.complete, sidecar.clock_synchronised) == (True, True)
    assert sidecar.utc_offset == "+02:00"
    assert (creek.drive / truth_name(sidecar.clip)).exists()
    assert (line.outcome, line.filmed_s, line.clips) == ("filmed", 900, (sidecar.clip,))


def test_the_camera_stays_open_between_slots_that_are_near(creek: Field) -> None:
    """Opened once for the clips of a day, and closed when it is over."""
    near = ScheduleConfig(windows=("07:00-09:00",), every_minutes=20, record_minutes=15)
    creek.configure(schedule=near)
    creek.daemon().run(clips=7)

    assert creek.camera.opened == 3  # for a look at the start, and for two days
    assert len(creek.ledger) == 7
    assert {line.outcome for line in creek.ledger} == {"filmed"}


def test_the_camera_is_closed_where_it_would_be_idle_for_long(creek: Field) -> None:
    """It is open again in good time before the next slot, which begins on time."""
    opened: list[datetime] = []
    closed_at: list[datetime] = []
    creek.camera.on_open = lambda: opened.append(creek.clock.now())
    creek.camera.on_close = lambda: closed_at.append(creek.clock.now())
    creek.daemon().run(clips=3)

    hours = [SEVEN + timedelta(hours=hour) for hour in (0, 1, 2)]
    warm_up = timedelta(seconds=WARM_UP_S)
    assert opened[1:] == [hour - warm_up for hour in hours]  # after one at the start
    assert closed_at[1:3] == [hour + 15 * MINUTE for hour in hours[:2]]
    assert [sidecar.start for sidecar in creek.sidecars] == hours


def test_a_camera_that_is_needed_soon_is_not_closed(creek: Field) -> None:
    """Started half a minute before a slot: the look at the start stays open."""
    creek.clock.advance(9.5 * 60)
    creek.daemon().run(clips=1)

    assert creek.camera.opened == 1
    assert creek.sidecars[0].start == SEVEN


def test_a_slow_opening_does_not_make_a_slot_late(creek: Field) -> None:
    """Gains may take their time; the slot was told of them."""
    creek.camera.on_open = lambda: creek.clock.advance(40)
    creek.daemon().run(clips=2)

    assert creek.sidecars[1].start == SEVEN + timedelta(hours=1)
    assert [line.missed for line in creek.ledger] == [(), ()]


def test_a_stopped_slot_is_filmed_for_what_is_left(creek: Field) -> None:
    """Stopped at 07:05, back at 07:08: two clips, three minutes lost."""
    stop_at(creek, SEVEN + timedelta(seconds=299))
    creek.daemon().run()
    restart(creek, 3 * MINUTE)
    creek.daemon().run(clips=1)

    first, second = creek.sidecars
    (line,) = creek.ledger
    assert (first.frames, first.complete) == (300, False)
    assert first.incomplete_reason == "stopped"
    assert second.start == SEVEN + 8 * MINUTE
    assert second.frames == 420
    assert line.outcome == "shortened"
    assert dict(line.missed) == {"stopped": 180}
    assert line.filmed_s == 720


def test_slots_of_a_stop_are_in_the_ledger(creek: Field) -> None:
    """Off from 07:20 to 10:20: 08:00, 09:00 and 10:00 are missed."""
    creek.daemon().run(clips=1)
    restart(creek, timedelta(hours=3, minutes=5))
    creek.daemon().run(clips=1)

    assert [line.outcome for line in creek.ledger] == [
        "filmed", "missed", "missed", "missed", "filmed",
    ]  # fmt: skip
    assert dict(creek.ledger[1].missed) == {"stopped": 900}


def test_a_first_start_within_a_slot_tells_what_it_missed(creek: Field) -> None:
    """Switched on at 07:10: ten minutes not running, five filmed."""
    restart(creek, 20 * MINUTE)
    creek.daemon().run(clips=1)

    (line,) = creek.ledger
    assert dict(line.missed) == {"not running": 600}
    assert line.filmed_s == 300


def test_a_clip_that_grows_too_large_is_followed_by_another(
    creek: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FAT32 holds less than 4 GiB a file: one slot, two clips, nothing missed."""
    monkeypatch.setattr(filming, "LARGEST_CLIP", len(stream(600)))
    creek.daemon().run(clips=2)

    assert [sidecar.frames for sidecar in creek.sidecars] == [600, 300]
    assert [line.outcome for line in creek.ledger] == ["filmed"]


def test_one_frame_in_ten_minutes_can_be_filmed(tmp_path: Path) -> None:
    """Patience is as long as ten frames take."""
    schedule = ScheduleConfig(windows=("00:00-24:00",), record_minutes=60)
    clock = SimulatedClock(SEVEN)
    with field(tmp_path, clock, framerate=1 / 600, schedule=schedule) as slow:
        slow.daemon().run(clips=1)
        assert slow.sidecars[0].frames == 6


class Systemd:
    """Hears what a daemon tells systemd."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.heard: list[str] = []
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind("")
        address = self._socket.getsockname().decode()
        monkeypatch.setenv("NOTIFY_SOCKET", address.replace("\0", "@"))
        self._thread = threading.Thread(target=self._listen)

    def __enter__(self) -> Systemd:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        notify("LAST=1")
        self._thread.join()
        self._socket.close()

    def _listen(self) -> None:
        while (message := self._socket.recv(4096).decode()) != "LAST=1":
            self.heard.append(message)


def test_systemd_hears_of_it(creek: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    """READY, what it is doing, and a watchdog that is fed by bytes."""
    with Systemd(monkeypatch) as systemd:
        creek.daemon().run(clips=1)

    heard = systemd.heard
    assert heard[0] == "READY=1"
    assert "STATUS=waiting for the slot at 2026-05-01 07:00" in heard
    filming = heard.index("STATUS=filming until 2026-05-01 07:15")
    assert heard[filming:].count("WATCHDOG=1") >= 900


def test_a_hung_camera_does_not_feed_the_watchdog(
    creek: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only bytes do, while filming."""
    creek.camera.hung = True
    with Systemd(monkeypatch) as systemd, pytest.raises(CameraHung):
        creek.daemon().run()

    filming = systemd.heard.index("STATUS=filming until 2026-05-01 07:15")
    assert "WATCHDOG=1" not in systemd.heard[filming:]
