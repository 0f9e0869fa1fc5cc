"""Whole files or none."""

from __future__ import annotations

import os
from contextlib import suppress
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
        assert names(tmp_path) == {"a.json.part"}
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


def test_a_file_may_be_written_through_another_name(tmp_path: Path) -> None:
    """Where its own ``.part`` is something else, that is not touched."""
    target, other = tmp_path / "a.json", tmp_path / "a.json.part"
    other.write_text("something else")
    with suppress(KeyError), atomic.writing(target, tmp_path / "a.new"):
        raise KeyError
    with atomic.writing(target, tmp_path / "a.new") as file:
        file.write(b"new")

    assert names(tmp_path) == {"a.json", "a.json.part"}
    assert (target.read_text(), other.read_text()) == ("new", "something else")


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


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    """By the error of the system."""
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        atomic.write_text(tmp_path / "a", "x")
