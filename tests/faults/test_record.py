"""The record is moved, cut off or replaced; no receipt speaks of rows that are gone."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Callable

import pytest

from analysis.record.file.recordfile import FILE_NAME
from tests.analysis.installation import PATIENCE_S, Installation
from tests.analysis.small_host import names
from tests.footage import clip_bytes

ONE, TWO = "clip1_2026-05-01.h264", "clip2_2026-05-01.h264"


def move_away(results: Path) -> None:
    """Somebody makes room in a hurry."""
    results.rename(results.with_name("elsewhere"))


def cut_to_nothing(results: Path) -> None:
    """Somebody redirects into the wrong file."""
    with (results / FILE_NAME).open("r+b") as file:
        file.truncate(0)


def replace(results: Path) -> None:
    """Somebody puts back a copy."""
    shutil.copy(results / FILE_NAME, results / "new")
    (results / "new").rename(results / FILE_NAME)


def lose_the_wal(results: Path) -> None:
    """Somebody tidies up."""
    (results / (FILE_NAME + "-wal")).unlink()


@pytest.mark.parametrize("harm", [move_away, cut_to_nothing, replace, lose_the_wal])
def test_what_happens_to_the_record_ends_the_daemon(
    tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    """Before it promises anything; what was dropped is still there."""
    made = Installation(tmp_path / "made")
    made.drop(ONE, clip_bytes(1))
    with made.start() as daemon:
        daemon.wait_until(lambda: names(made.folders.receipts), "no receipt")
        harm(made.folders.results)
        made.drop(TWO, clip_bytes(2))

        assert daemon.process.wait(PATIENCE_S) == 1
        assert FILE_NAME in daemon.said
        assert "Traceback" not in daemon.said
    assert names(made.folders.receipts) == [ONE + ".receipt.json"]
    assert names(made.folders.done) == [ONE]
    assert TWO in names(made.folders.working)


def worked(made: Installation) -> Path:
    """The record of a daemon that has ended."""
    made.drop(ONE, clip_bytes(1))
    assert made.run("run", "--once").returncode == 0
    return made.folders.results / FILE_NAME


def spoil(record: Path) -> None:
    """Write over a page in its middle."""
    with record.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xa5" * 4096)


def cut_in_half(record: Path) -> None:
    """Leave the first half."""
    with record.open("r+b") as file:
        file.truncate(record.stat().st_size // 2 // 4096 * 4096)


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda record: record.write_bytes(b""), "is empty, which no record ever is"),
        (Path.unlink, "is gone, and"),
        (lambda record: record.write_bytes(b"a letter" * 999), "not a database"),
        (spoil, "damaged"),
        (cut_in_half, "damaged"),
    ],
)
def test_no_record_is_begun_in_place_of_one_that_is_spoilt(
    tmp_path: Path, harm: Callable[[Path], None], why: str
) -> None:
    """The daemon says what is wrong, and touches nothing."""
    made = Installation(tmp_path / "made")
    record = worked(made)
    harm(record)
    before = record.read_bytes() if record.exists() else None
    made.drop(TWO, clip_bytes(2))
    ended = made.run("run", "--once")

    assert ended.returncode == 1
    assert why in ended.stderr
    assert "Traceback" not in ended.stderr
    assert (record.read_bytes() if record.exists() else None) == before
    assert names(made.folders.inbox) == [TWO]


def test_a_planted_journal_is_not_played_back(tmp_path: Path) -> None:
    """The record never has one; whoever wrote it would rewrite the record."""
    made = Installation(tmp_path / "made")
    record = worked(made)
    (record.parent / (FILE_NAME + "-journal")).write_bytes(b"\xd9\xd5\x05\xf9")
    before = record.read_bytes()

    assert "move it away" in made.run("run", "--once").stderr
    assert record.read_bytes() == before


def test_a_locked_record_is_told_in_words(tmp_path: Path) -> None:
    """A programmer's traceback helps nobody."""
    made = Installation(tmp_path / "made")
    record = worked(made)
    holder = sqlite3.connect(record)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN IMMEDIATE")
    ended = made.run("export", "--format", "csv", "--output", str(tmp_path / "out"))
    holder.close()

    assert ended.returncode == 1
    assert "database is locked; another program has it open" in ended.stderr
    assert "Traceback" not in ended.stderr
