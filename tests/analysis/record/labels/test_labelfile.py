"""The file of labels: its owner's, on the disk, watched, and copied for the others."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from analysis import StoreError
from analysis.record.labels.labelfile import COPY_NAME, FILE_NAME, LOCK_NAME, LabelFile
from analysis.record.labels.labelreader import read_labels
from analysis.record.labels.labelstore import LabelStore
from analysis.values.label import FISH, NOT
from tests.analysis.made_labels import later, said


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one label."""
    LabelStore(tmp_path / "labels").add([said(FISH)], later(1))
    return tmp_path / "labels"


def test_a_word_outlives_a_power_cut(folder: Path) -> None:
    """SQLite syncs with each (2: FULL), to a log that a reader does not stop."""
    with LabelFile(folder).opened() as file:
        assert file.db.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert file.db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_who_may_read_cannot_lock(folder: Path) -> None:
    """The labels and the lock are their owner's; what others read is a copy."""
    modes = {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}

    assert (modes[FILE_NAME], modes[LOCK_NAME]) == (0o600, 0o600)
    assert modes[COPY_NAME] & 0o444 == 0o444
    with closing(sqlite3.connect(folder / COPY_NAME)) as db:
        assert db.execute("SELECT verdict FROM labels").fetchall() == [(FISH,)]


def test_a_copy_that_a_kill_left_behind_is_renewed(folder: Path) -> None:
    """By the next step, even one that only reads."""
    old = (folder / COPY_NAME).read_bytes()
    LabelStore(folder).add([said(NOT, hours=1)], later(1))
    new = (folder / COPY_NAME).read_bytes()
    (folder / COPY_NAME).write_bytes(old)

    assert len(read_labels(folder)) == 2
    assert (folder / COPY_NAME).read_bytes() == new


def test_labels_that_are_gone_are_not_begun_anew(folder: Path) -> None:
    """The copy says that there were some, and can take their place."""
    (folder / FILE_NAME).unlink()
    with pytest.raises(StoreError, match=r"is gone, and .*copy"):
        LabelStore(folder).add([said(NOT)], later(1))
    shutil.copy(folder / COPY_NAME, folder / FILE_NAME)

    assert LabelStore(folder).all() == [said(FISH)]


def test_labels_that_were_replaced_are_told(folder: Path) -> None:
    """By whoever has written to them before."""
    store = LabelStore(folder)
    store.all()
    shutil.copy(folder / FILE_NAME, folder / "other")
    (folder / "other").replace(folder / FILE_NAME)

    with pytest.raises(StoreError, match="was replaced since"):
        store.add([said(NOT)], later(1))


def test_a_planted_journal_is_refused(folder: Path) -> None:
    """SQLite would replay it without a word."""
    (folder / (FILE_NAME + "-wal")).write_bytes(b"forged")

    with pytest.raises(StoreError, match="would change it; move it away"):
        LabelStore(folder).all()


def test_a_link_is_no_lock(folder: Path, tmp_path: Path) -> None:
    """It could lead to what another program holds."""
    (folder / LOCK_NAME).unlink()
    (folder / LOCK_NAME).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(OSError, match="is a link"):
        LabelStore(folder).all()
    assert not (tmp_path / "elsewhere").exists()


def test_nobody_has_said_anything_yet(tmp_path: Path) -> None:
    """Asking does not make a folder."""
    assert read_labels(tmp_path / "labels") == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user")
def test_another_user_reads_the_copy_and_writes_nothing(folder: Path) -> None:
    """Who writes is told who may."""
    os.chown(folder, 12345, 12345)

    assert read_labels(folder) == [said(FISH)]
    with pytest.raises(StoreError, match="belongs to user 12345"):
        LabelStore(folder).add([said(NOT)], later(1))
