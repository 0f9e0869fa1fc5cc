"""What a power cut left is closed off as a clip, or set aside."""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Callable

import pytest

from capture.film.leftovers import close_off
from capture.film.recorder import Recording, start_note
from tests.capture.film.one_clip import CLIP, SIDECAR, START, describe, film
from tests.capture.river_bank import FRAME, KEY_FRAME, PARAMETERS, stream
from weir import atomic
from weir.clip import sidecar_name
from weir.sidecar import Sidecar


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
