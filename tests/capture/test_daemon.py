"""The daemon's days: slots, restarts, clocks that are set, cameras that fail."""

from __future__ import annotations

import hashlib
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from capture.cameras import CameraError, CameraStuck
from capture.config import ScheduleConfig
from capture.daemon import WARM_UP_S, CameraHung
from capture.drive.storage import Drive
from capture.film import filming
from tests.capture.river_bank import Field, field, stream
from weir.clip import sidecar_name, truth_name
from weir.clock import UTC, SimulatedClock
from weir.service import StopFlag, notify

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
MINUTE = timedelta(minutes=1)


@pytest.fixture
def creek(in_memory: Path) -> Iterator[Field]:
    """A camera in Berlin, ten minutes before the first slot."""
    with field(in_memory, SimulatedClock(SEVEN - 10 * MINUTE)) as made:
        yield made


def stop_at(creek: Field, moment: datetime) -> None:
    """Tell the daemon to stop when the clock gets there while it films."""
    creek.camera.on_wait = lambda: (
        creek.flag.request() if creek.clock.now() >= moment else None
    )


def restart(creek: Field, after: timedelta = timedelta()) -> None:
    """The machine is on again, some time later; a new daemon may be started."""
    creek.clock.advance(after.total_seconds())
    creek.flag.close()
    creek.flag = StopFlag()
    creek.camera.on_wait = lambda: None


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


def test_a_hung_camera_ends_the_process_and_keeps_the_clip(creek: Field) -> None:
    """No byte for twenty seconds: the clip so far is sealed, the ledger knows."""

    def on_wait() -> None:
        creek.camera.hung = creek.clock.now() >= SEVEN + 5 * MINUTE

    creek.camera.on_wait = on_wait
    with pytest.raises(CameraHung, match="no byte for 20 s"):
        creek.daemon().run()
    creek.camera.hung = False
    restart(creek, MINUTE)
    creek.daemon().run(clips=1)

    first, second = creek.sidecars
    (line,) = creek.ledger
    assert (first.frames, first.incomplete_reason) == (300, "camera")
    assert second.complete
    assert 60 <= dict(line.missed)["camera"] <= 90
    assert line.filmed_s + sum(s for _, s in line.missed) == 900


def hang(creek: Field) -> None:
    """Let the camera hang at 07:05, and be well again a minute later."""

    def on_wait() -> None:
        creek.camera.hung = creek.clock.now() >= SEVEN + 5 * MINUTE

    creek.camera.on_wait = on_wait
    with pytest.raises(CameraHung):
        creek.daemon().run()
    creek.camera.hung = False
    restart(creek, MINUTE)


def test_the_seconds_of_a_hung_camera_are_not_filmed(creek: Field) -> None:
    """The clip ends with its last byte; all up to the next clip is lost to the camera.

    A restart, which looks at what the clips hold, does not change that.
    """
    hang(creek)
    creek.daemon().run(clips=1)

    first, second = creek.sidecars
    (line,) = creek.ledger
    assert first.duration == 5 * MINUTE
    assert dict(line.missed) == {"camera": (second.start - first.end).total_seconds()}
    assert line.filmed_s == first.frames + second.frames


def test_a_sidecar_that_ends_long_after_its_frames_is_not_believed(
    creek: Field,
) -> None:
    """What the account took for missed stays so without frames to speak for it."""
    hang(creek)
    (first,) = creek.sidecars
    late = replace(first, end=first.end + timedelta(seconds=30))
    late.write(creek.drive / sidecar_name(late.clip))
    creek.daemon().run(clips=1)

    (line,) = creek.ledger
    assert line.filmed_s == sum(sidecar.frames for sidecar in creek.sidecars)


def test_a_camera_that_fails_is_opened_anew(creek: Field) -> None:
    """After a pause, within the slot; the clip of before is kept."""
    failures = iter([CameraError("lens cap")])

    def on_wait() -> None:
        if creek.clock.now() >= SEVEN + 5 * MINUTE:
            for failure in failures:
                raise failure

    creek.camera.on_wait = on_wait
    creek.daemon().run(clips=2)

    first, second = creek.sidecars
    (line,) = creek.ledger
    assert not first.complete
    assert second.complete
    assert line.outcome == "shortened"
    assert set(dict(line.missed)) == {"camera"}


@pytest.mark.parametrize("minutes", [-5, 0, 5])
def test_a_camera_that_does_not_come_back_ends_the_process(
    creek: Field, minutes: int
) -> None:
    """Before the slot or in it: this process could never open it again."""
    since = SEVEN + minutes * MINUTE

    def on_open() -> None:
        if creek.clock.now() >= since - MINUTE:
            raise CameraStuck("picamera2: not done after 40 s")

    def on_wait() -> None:
        if creek.clock.now() >= since:
            raise CameraError("lens cap")

    creek.camera.on_open, creek.camera.on_wait = on_open, on_wait
    with pytest.raises(CameraHung, match="not done"):
        creek.daemon().run()
    creek.camera.on_open = lambda: None
    restart(creek)
    creek.daemon().run(clips=1)

    assert creek.sidecars[-1].end == SEVEN + 15 * MINUTE


def test_a_camera_that_always_fails_ends_the_process(creek: Field) -> None:
    """With an error, for a new process; no clip number is wasted on each trial."""

    def on_wait() -> None:
        raise CameraError("no sensor")

    creek.camera.on_wait = on_wait
    with pytest.raises(CameraError, match="6 times"):
        creek.daemon().run()

    assert creek.clips == []
    assert not list(creek.drive.glob("*.part"))


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


def test_a_gap_of_months_is_a_wrong_clock(creek: Field) -> None:
    """Not a thousand slots that nobody planned."""
    creek.daemon().run(clips=1)
    restart(creek, timedelta(days=200))
    creek.daemon().run(clips=1)

    assert len(creek.ledger) <= 3


def test_a_lost_state_directory_costs_no_slot(creek: Field) -> None:
    """The drive's ledger tells where the plan goes on."""
    creek.daemon().run(clips=2)
    restart(creek, timedelta(hours=2))
    for file in creek.state.iterdir():
        file.unlink()
    creek.daemon().run(clips=1)

    assert [dict(line.missed) for line in creek.ledger] == [
        {}, {}, {"not running": 900}, {"not running": 900}, {},
    ]  # fmt: skip
    assert creek.clips[-1].startswith("clip00003_")


def test_a_state_directory_that_cannot_be_written_stops_nothing(
    creek: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's card went read-only: filming goes on, lines wait in memory."""
    daemon = creek.daemon()
    monkeypatch.setattr(daemon._book, "_state", creek.state / "gone")
    monkeypatch.setattr(daemon._book._waiting, "_file", creek.state / "gone" / "file")
    monkeypatch.setattr(daemon._cameraman, "_state", creek.state / "gone")
    daemon.run(clips=2)

    assert len(creek.clips) == 2
    assert [line.outcome for line in creek.ledger] == ["filmed", "filmed"]


def test_a_torn_book_is_a_new_one(creek: Field) -> None:
    """And the daemon says so."""
    creek.daemon().run(clips=1)
    restart(creek)
    (creek.state / "effort-book.json").write_text('{"at": 12')
    creek.daemon().run(clips=1)

    assert [line.outcome for line in creek.ledger] == ["filmed", "filmed"]
