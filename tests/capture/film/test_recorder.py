"""From the camera's bytes to a clip under its final name, and what a cut leaves."""

from __future__ import annotations

import errno
import hashlib
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from capture.film.recorder import Recording
from tests.capture.film.one_clip import CLIP, SIDECAR, film
from tests.capture.river_bank import FRAME, KEY_FRAME, PARAMETERS, stream
from weir import atomic
from weir.clip import sidecar_name
from weir.sidecar import Sidecar

SOMEBODY = 12345


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


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give away")
def test_what_root_films_belongs_to_the_drives_owner(tmp_path: Path) -> None:
    """The clip that is begun and its note, which the service must be able to end."""
    os.chown(tmp_path, SOMEBODY, SOMEBODY)
    Recording(tmp_path, SIDECAR).abandon()

    owners = [path.stat().st_uid for path in tmp_path.iterdir()]
    assert owners == [SOMEBODY, SOMEBODY]


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
