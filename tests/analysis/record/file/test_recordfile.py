"""The record's file: what is committed is on the disk, what is not never was."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Callable

import pytest

from analysis import StoreError
from analysis.record.file.recordfile import RecordFile

LOST = "INSERT INTO runs (key, started, software, settings) VALUES ('k', '', '', '{}')"


def test_what_fails_on_the_way_was_never_begun(tmp_path: Path) -> None:
    """No row of it stays, and the next transaction finds the record as it was."""
    file = RecordFile(tmp_path / "weir.sqlite")
    with suppress(KeyError), file.transaction() as db:
        db.execute(LOST)
        raise KeyError
    with file.transaction() as db:
        assert db.execute("SELECT count(*) FROM runs").fetchone()[0] == 0
    file.close()


def test_a_commit_outlives_a_power_cut(tmp_path: Path) -> None:
    """SQLite syncs with each (2: FULL), to a log that a reader does not stop."""
    file = RecordFile(tmp_path / "weir.sqlite")

    assert file.db.execute("PRAGMA synchronous").fetchone()[0] == 2
    assert file.db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    file.close()


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (Path.unlink, "moved or replaced"),
        (lambda path: os.truncate(path, 100), "was cut off"),
    ],
)
def test_rows_are_promised_only_where_they_are(
    tmp_path: Path, harm: Callable[[Path], None], words: str
) -> None:
    """A record that is gone or cut off is told before anything is written to it."""
    path = tmp_path / "weir.sqlite"
    file = RecordFile(path)
    file.check()
    harm(path)

    with pytest.raises(StoreError, match=words), file.transaction():
        pytest.fail("it was begun")
    file.close()


@pytest.mark.parametrize(
    ("name", "words"),
    [("weir.sqlite", "is empty"), ("weir.sqlite-wal", "its record is gone")],
)
def test_no_record_is_begun_in_the_place_of_one(
    tmp_path: Path, name: str, words: str
) -> None:
    """Somebody cut it off, or moved it and left its log: that is told."""
    (tmp_path / name).touch()
    with pytest.raises(StoreError, match=words):
        RecordFile(tmp_path / "weir.sqlite")

    assert [path.name for path in tmp_path.iterdir()] == [name]
