"""What the daemon does about a camera that hangs or fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from capture.cameras import CameraError, CameraStuck
from capture.daemon import CameraHung
from tests.capture.river_bank import Field, restart
from weir.clip import sidecar_name
from weir.clock import UTC

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
MINUTE = timedelta(minutes=1)


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
