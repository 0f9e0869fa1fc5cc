"""Whole files or none."""

from __future__ import annotations

import errno
import os
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest

from weir import atomic


def names(folder: Path) -> set[str]:
    """What lies in a folder."""
    return {path.name for path in folder.iterdir()}


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    """Until then it bears another name."""
    target = tmp_path / "a.json"
    with atomic.writing(target) as file:
        file.write(b"half")
        (part,) = names(tmp_path)
        assert part != "a.json.part"
        assert part.endswith(".part")
        file.write(b" and half")

    assert names(tmp_path) == {"a.json"}
    assert target.read_bytes() == b"half and half"


def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    """And nothing else."""
    target = tmp_path / "a.json"
    atomic.write_text(target, "old")
    with suppress(KeyError), atomic.writing(target) as file:
        file.write(b"new")
        raise KeyError

    assert names(tmp_path) == {"a.json"}
    assert target.read_text() == "old"


@pytest.mark.parametrize("name", ["a.json", "a.json.part"])
def test_a_planted_link_is_not_written_through(tmp_path: Path, name: str) -> None:
    """Neither one with the final name, nor one with a name that could be guessed."""
    (tmp_path / "clip").write_text("footage")
    (tmp_path / name).symlink_to("clip")
    atomic.write_text(tmp_path / "a.json", "new")

    assert (tmp_path / "clip").read_text() == "footage"
    assert (tmp_path / "a.json").read_text() == "new"
    assert not (tmp_path / "a.json").is_symlink()


def test_a_line_is_not_appended_through_a_link(tmp_path: Path) -> None:
    """The error names the link."""
    (tmp_path / "clip").write_text("footage")
    (tmp_path / "log").symlink_to("clip")
    with pytest.raises(OSError, match="log is a link"):
        atomic.append_line(tmp_path / "log", "line")

    assert (tmp_path / "clip").read_text() == "footage"


def test_a_file_ends_in_the_folder_that_was_opened(tmp_path: Path) -> None:
    """A folder that is swapped meanwhile for a link leads nowhere else."""
    ours, other = tmp_path / "ours", tmp_path / "other"
    ours.mkdir()
    other.mkdir()
    with atomic.writing(ours / "a") as file:
        ours.rename(tmp_path / "moved")
        ours.symlink_to(other)
        file.write(b"new")

    assert names(tmp_path / "moved") == {"a"}
    assert names(other) == set()


def test_what_a_kill_left_is_swept(tmp_path: Path) -> None:
    """And nothing else that ends like it."""
    left = f"weir-{'0' * 16}.part"
    others = ["clip1_2026-05-01.h264.part", "weir-notes.part", f"weir-{'1' * 16}.part"]
    for name in (left, *others[:2]):
        (tmp_path / name).write_text("half")
    (tmp_path / others[2]).symlink_to(others[0])

    assert atomic.sweep(tmp_path) == 1
    assert names(tmp_path) == set(others)


def test_what_is_being_written_is_not_swept(tmp_path: Path) -> None:
    """By this process or by another."""
    with atomic.writing(tmp_path / "a") as file:
        assert atomic.sweep(tmp_path) == 0
        file.write(b"whole")

    assert (tmp_path / "a").read_bytes() == b"whole"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_what_is_somebody_elses_is_not_swept(tmp_path: Path) -> None:
    """Not even by root."""
    left = tmp_path / f"weir-{'0' * 16}.part"
    left.write_text("half")
    os.chown(left, 1234, 1234)

    assert atomic.sweep(tmp_path) == 0


def test_a_name_that_is_taken_gets_a_suffix(tmp_path: Path) -> None:
    """The first that is free; the ending stays."""
    target = tmp_path / "recordings.zip"
    made = []
    for _ in range(3):
        made.append(atomic.free_name(target))
        made[-1].touch()

    assert [p.name for p in made] == [
        *("recordings.zip", "recordings-2.zip", "recordings-3.zip")
    ]


def test_a_dangling_link_takes_a_name_too(tmp_path: Path) -> None:
    """Whoever renames over it would destroy it."""
    (tmp_path / "a.zip").symlink_to("nowhere")

    assert atomic.free_name(tmp_path / "a.zip").name == "a-2.zip"


def test_a_move_is_never_over_a_file(tmp_path: Path) -> None:
    """It ends beside it."""
    for name, text in (("in", "new"), ("out", "old")):
        (tmp_path / name).write_text(text)
    moved = atomic.move_aside(tmp_path / "in", tmp_path / "out")

    assert (tmp_path / "out").read_text() == "old"
    assert (moved.name, moved.read_text()) == ("out-2", "new")
    assert not (tmp_path / "in").exists()


def test_a_torn_last_line_is_ended_first(tmp_path: Path) -> None:
    """So that the next one can be read."""
    log = tmp_path / "log"
    log.write_bytes(b"whole\nto")
    atomic.append_line(log, "next")

    assert log.read_bytes() == b"whole\nto\nnext\n"


def test_a_file_is_on_the_disk_before_its_name_and_its_folder_after(
    tmp_path: Path, disk: list[str]
) -> None:
    """A power cut finds the old file or the new one, never half of it."""
    atomic.write_text(tmp_path / "a", "x")

    folder = f"sync {tmp_path.name}/"
    assert disk == ["sync temporary", "rename temporary a", folder]


def test_a_line_is_on_the_disk_when_it_is_added(
    tmp_path: Path, disk: list[str]
) -> None:
    """What a ledger says outlives a power cut."""
    atomic.append_line(tmp_path / "log", "line")

    assert disk == ["sync log"]


def test_a_move_is_on_the_disk_in_both_folders(tmp_path: Path, disk: list[str]) -> None:
    """The new folder is synced first, so that the file is always in one of them."""
    for name in ("from", "to"):
        (tmp_path / name).mkdir()
    (tmp_path / "from" / "a").touch()
    atomic.move_aside(tmp_path / "from" / "a", tmp_path / "to" / "b")

    assert disk == ["rename a b", "sync to/", "sync from/"]


@pytest.mark.parametrize(
    ("number", "told"),
    [(errno.EINVAL, False), (errno.ENOTSUP, False), (errno.EIO, True)],
)
def test_a_folder_that_a_dying_disk_does_not_take_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, told: bool
) -> None:
    """Only a file system that has no such order is forgiven."""

    def fail(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink().is_dir():
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    expected = pytest.raises(OSError, match=str(tmp_path)) if told else nullcontext()
    with expected:
        atomic.write_text(tmp_path / "a", "x")
    with expected:
        atomic.sync_folder(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    """By the error of the system."""
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        atomic.write_text(tmp_path / "a", "x")
