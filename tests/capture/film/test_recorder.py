"""From the camera's bytes to a clip under its final name, and what a cut leaves."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Callable

import pytest

from capture.film.leftovers import close_off
from capture.film.recorder import Recording, start_note
from capture.film.sink import ClipSink
from tests.capture.river_bank import FRAME, KEY_FRAME, PARAMETERS, stream
from weir import atomic
from weir.clip import sidecar_name
from weir.clock import UTC
from weir.sidecar import Sidecar

START = datetime(2026, 5, 1, 5, tzinfo=UTC)
CLIP = "clip00007_2026-05-01_07-00-00.h264"
SIDECAR = Sidecar(
    clip=CLIP,
    deployment="creek",
    camera="cam1",
    start=START,
    end=START,
    utc_offset="+02:00",
    clock_synchronised=True,
    framerate=1,
    resolution=(720, 480),
    rotation=0,
    frames=0,
    bytes=0,
    sha256="",
    backend="fake",
    software="weir",
    boot_id="this boot",
)


def describe(clip: str, local: datetime) -> Sidecar:
    """A sidecar of a clip of which only the name is known."""
    start = local.replace(tzinfo=UTC)
    return replace(SIDECAR, clip=clip, start=start, end=start, boot_id="")


def film(sink: ClipSink, frames: int) -> None:
    """Give it so many frames, one a second."""
    sink.write(PARAMETERS + KEY_FRAME, 0)
    for number in range(1, frames):
        sink.write(FRAME, 1000 * number)


def test_each_unit_is_handed_to_the_system_as_it_arrives(tmp_path: Path) -> None:
    """A process that dies loses nothing that it was given."""
    recording = Recording(tmp_path, SIDECAR)
    film(recording.sink, 3)

    assert atomic.part_of(tmp_path / CLIP).read_bytes() == stream(3)
    recording.abandon()


@pytest.mark.parametrize("asked", [0.1, 1, 30])
def test_footage_is_synced_at_least_every_five_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: float
) -> None:
    """A power cut costs what came after the last, whatever rate was asked for."""
    recording = Recording(tmp_path, replace(SIDECAR, framerate=asked))
    synced: list[int] = []
    sync = os.fsync
    number = 0

    def note(fd: int) -> None:
        synced.append(number)
        sync(fd)

    monkeypatch.setattr(os, "fsync", note)
    for number in range(1, 61):
        recording.sink.write(FRAME if number > 1 else PARAMETERS + KEY_FRAME)
        recording.sink.check(number)
    recording.abandon()

    assert max(b - a for a, b in zip([0, *synced], synced)) <= 5
    assert recording.sink.synced_frames >= 56


def test_a_clip_has_its_name_only_behind_its_sidecar(
    tmp_path: Path, disk: list[str]
) -> None:
    """Companions, sidecar, then the rename, each on the disk before the next."""
    recording = Recording(tmp_path, SIDECAR)
    film(recording.sink, 5)
    disk.clear()
    sidecar = recording.seal(5.0, companions={".truth.json": "{}"})

    folder, whole = f"sync {tmp_path.name}/", "sync temporary"
    truth, note = f"rename temporary {CLIP}.truth.json", f"rename temporary {CLIP}.json"
    assert disk == [
        *(f"sync {CLIP}.part", whole, truth, folder, whole, note, folder),
        *(f"rename {CLIP}.part {CLIP}", folder, f"remove {CLIP}.json.part"),
    ]
    assert sidecar == Sidecar.read(tmp_path / sidecar_name(CLIP))
    assert sidecar.frame_times_ms == (0, 1000, 2000, 3000, 4000)
    assert sidecar.sha256 == hashlib.sha256(stream(5)).hexdigest()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """Should a name be taken after all, both clips stay."""
    (tmp_path / CLIP).write_bytes(b"precious")
    recording = Recording(tmp_path, SIDECAR)
    film(recording.sink, 2)
    with pytest.raises(FileExistsError):
        recording.seal(2.0, companions={})

    assert (tmp_path / CLIP).read_bytes() == b"precious"
    assert atomic.part_of(tmp_path / CLIP).read_bytes() == stream(2)


def test_what_was_begun_is_not_written_over(tmp_path: Path) -> None:
    """Nor is a clip that somebody else has begun."""
    part = atomic.part_of(tmp_path / CLIP)
    part.write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        Recording(tmp_path, SIDECAR)

    assert part.read_bytes() == b"precious"


def test_a_failed_write_reaches_the_owner_and_not_the_camera(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The counts stay those of the whole units that are in the file."""
    recording = Recording(tmp_path, SIDECAR)
    film(recording.sink, 3)
    write = os.write

    def half(fd: int, data: Any) -> int:
        if len(data) < 20:
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(fd, bytes(data[:30]))

    monkeypatch.setattr(os, "write", half)
    recording.sink.write(FRAME)
    monkeypatch.undo()
    recording.sink.write(FRAME)

    with pytest.raises(OSError, match="No space"):
        recording.sink.check(3.0)
    sidecar = recording.seal(3.0, reason="drive full", companions={})
    assert (sidecar.frames, sidecar.bytes) == (3, len(stream(3)))
    assert (tmp_path / CLIP).read_bytes() == stream(3)


def test_a_lost_sync_is_never_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux tells it to one fsync only; the clip is not sealed by the next."""
    recording = Recording(tmp_path, SIDECAR)
    film(recording.sink, 3)

    def fail(fd: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output"):
        recording.sink.sync()
    monkeypatch.undo()

    with pytest.raises(OSError, match="Input/output"):
        recording.seal(3.0, companions={})
    assert not (tmp_path / CLIP).exists()


def test_a_power_cut_leaves_a_clip_that_is_not_complete(tmp_path: Path) -> None:
    """With what was known at its start, and its frames counted."""
    film(Recording(tmp_path, SIDECAR).sink, 42)

    (left,) = close_off(tmp_path, describe)
    sidecar = Sidecar.read(tmp_path / sidecar_name(CLIP))
    assert left.sidecar == sidecar
    assert (sidecar.complete, sidecar.incomplete_reason) == (False, "power cut")
    assert sidecar.frames == 42
    assert sidecar.duration.total_seconds() == 42
    assert sidecar.boot_id == "this boot"
    assert sorted(path.name for path in tmp_path.iterdir()) == [CLIP, CLIP + ".json"]


def test_what_a_cut_left_is_on_the_drive_before_it_has_its_name(
    tmp_path: Path, disk: list[str]
) -> None:
    """It may have been in memory only; what the sidecar says of it must hold."""
    film(Recording(tmp_path, SIDECAR).sink, 42)
    disk.clear()
    assert len(list(close_off(tmp_path, describe))) == 1

    folder, note = f"sync {tmp_path.name}/", f"rename temporary {CLIP}.json"
    assert disk == [
        *(f"sync {CLIP}.part", "sync temporary", note, folder),
        *(f"rename {CLIP}.part {CLIP}", folder, f"remove {CLIP}.json.part"),
    ]


@pytest.mark.parametrize("note", [None, b"", b'{"format_version": 1, "cl'])
def test_a_lost_start_note_is_made_up_from_the_name(
    tmp_path: Path, note: bytes | None
) -> None:
    """Torn or gone: the name tells when it began."""
    film(Recording(tmp_path, SIDECAR).sink, 3)
    start_note(tmp_path / CLIP).unlink()
    if note is not None:
        start_note(tmp_path / CLIP).write_bytes(note)

    list(close_off(tmp_path, describe))
    assert Sidecar.read(tmp_path / sidecar_name(CLIP)).start.hour == 7


def at_sync_of_sidecar(
    monkeypatch: pytest.MonkeyPatch, then: Callable[[Path], None]
) -> None:
    """Let something befall the drive when a sidecar is written and not yet on it."""
    real = os.fsync

    def sync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        if path.name.startswith("weir-"):
            then(path)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", sync)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO])
def test_a_failed_seal_does_not_cost_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """A drive that is full, or gone, takes no sidecar; what was noted stays."""

    def fail(path: Path) -> None:
        raise OSError(number, os.strerror(number))

    recording = Recording(tmp_path, SIDECAR)
    film(recording.sink, 9)
    at_sync_of_sidecar(monkeypatch, fail)
    with pytest.raises(OSError, match=os.strerror(number)):
        recording.seal(9.0, companions={})
    (left,) = close_off(tmp_path, describe)
    assert left.problem  # tried again, and refused again
    monkeypatch.undo()

    (left,) = close_off(tmp_path, describe)
    assert left.sidecar is not None
    assert (left.sidecar.start, left.sidecar.boot_id) == (START, "this boot")
    assert sorted(path.name for path in tmp_path.iterdir()) == [CLIP, CLIP + ".json"]


def test_a_cut_while_the_sidecar_is_written_does_not_cost_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the new file nothing is on the drive; the note is another."""
    drive, found = tmp_path / "drive", tmp_path / "found"
    drive.mkdir()

    def cut(path: Path) -> None:
        shutil.copytree(drive, found)
        os.truncate(found / path.name, 0)

    recording = Recording(drive, SIDECAR)
    film(recording.sink, 9)
    at_sync_of_sidecar(monkeypatch, cut)
    recording.seal(9.0, companions={})
    monkeypatch.undo()

    assert atomic.sweep(found) == 1
    (left,) = close_off(found, describe)
    assert left.sidecar is not None
    assert left.sidecar.start == START
    assert sorted(path.name for path in found.iterdir()) == [CLIP, CLIP + ".json"]


def test_a_sealed_clip_leaves_no_note(tmp_path: Path) -> None:
    """Clip and sidecar are all that lies there."""
    recording = Recording(tmp_path, SIDECAR)
    film(recording.sink, 3)
    recording.seal(3.0, companions={})

    assert sorted(path.name for path in tmp_path.iterdir()) == [CLIP, CLIP + ".json"]


@pytest.mark.parametrize(
    "left",
    [b"", b"\0\0\0", PARAMETERS, PARAMETERS + KEY_FRAME[:40], FRAME * 3],
    ids=["nothing", "zeros", "parameters", "half a frame", "no key frame"],
)
def test_without_one_whole_frame_it_is_set_aside(tmp_path: Path, left: bytes) -> None:
    """No clip; its bytes are kept all the same."""
    Recording(tmp_path, SIDECAR).sink.write(left)

    (found,) = close_off(tmp_path, describe)
    assert found.sidecar is None
    (kept,) = tmp_path.iterdir()
    assert kept.name == CLIP + ".no-frame"
    assert kept.read_bytes() == left


def test_a_cut_between_sidecar_and_name_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clip is complete: only its last rename is missing."""
    recording = Recording(tmp_path, SIDECAR)
    film(recording.sink, 9)

    def cut(self: Path, target: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", cut)
    with pytest.raises(KeyboardInterrupt):
        recording.seal(9.0, companions={})
    monkeypatch.undo()

    (left,) = close_off(tmp_path, describe)
    assert left.sidecar is not None
    assert left.sidecar.complete
    assert left.sidecar.frame_times_ms is not None
    assert (tmp_path / CLIP).read_bytes() == stream(9)


def test_a_start_note_without_a_clip_is_cleared_away(tmp_path: Path) -> None:
    """The power went before a byte was filmed."""
    start_note(tmp_path / CLIP).write_text(SIDECAR.to_json())

    assert list(close_off(tmp_path, describe)) == []
    assert list(tmp_path.iterdir()) == []


def test_strange_parts_are_left_alone(tmp_path: Path) -> None:
    """Somebody else's file is nobody's clip."""
    strange = tmp_path / "holiday.h264.part"
    strange.write_bytes(stream(5))

    assert list(close_off(tmp_path, describe)) == []
    assert strange.exists()


def test_the_original_scripts_are_too(tmp_path: Path) -> None:
    """Their names tell no time of day, and a sidecar would have to invent one."""
    for name in ("clip3_2026-05-01.h264.part", "clip4_2026-05-01.h264.json.part"):
        (tmp_path / name).write_bytes(stream(5))
    before = sorted(tmp_path.iterdir())

    assert list(close_off(tmp_path, describe)) == []
    assert sorted(tmp_path.iterdir()) == before


def test_one_that_cannot_be_closed_off_does_not_keep_the_others(
    tmp_path: Path,
) -> None:
    """A clip has its name already: the .part stays where it is, the next is done."""
    film(Recording(tmp_path, SIDECAR).sink, 3)
    (tmp_path / CLIP).write_bytes(b"precious")
    other = replace(SIDECAR, clip=CLIP.replace("00007", "00008"))
    film(Recording(tmp_path, other).sink, 3)

    first, second = close_off(tmp_path, describe)
    assert "is there already" in first.problem
    assert second.sidecar is not None
    assert (tmp_path / CLIP).read_bytes() == b"precious"
