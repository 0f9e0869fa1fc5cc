"""Two processes of the service have the record open, and neither hurts the other."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from analysis import StoreError
from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.results import Results
from analysis.record.store import Store
from tests.analysis.made_record import (
    NOW,
    SETTINGS,
    clip,
    encounter,
    open_record,
    seen,
    sidecar,
)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Store]:
    """The daemon's record, with one clip in run 1."""
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1, beside=sidecar("a.h264", 1)), run, seen(), NOW)
        yield store


def test_both_write_in_turns(daemon: Store) -> None:
    """Each sees what the other wrote, and neither takes it for harm."""
    with Store(daemon.path, beside=True) as other:
        for number in range(2, 5):
            daemon.commit(clip(number), 1, seen(), NOW)
            other.add_look(clip(1), other.run({"run": number}, NOW), seen(), NOW)
        daemon.check()
    daemon.check()

    with reading(daemon.path) as db:
        assert db.execute("SELECT count(*) FROM analyses").fetchone()[0] == 7


def test_the_daemon_learns_that_there_is_something_new(daemon: Store) -> None:
    """It publishes the copy that people read; see ``publication``."""
    before = daemon.changes
    with Store(daemon.path, beside=True) as other:
        other.add_look(clip(1), 1, seen([encounter(1, 2, 4)]), NOW)

    assert daemon.changes > before
    assert daemon.changes == daemon.changes


def test_another_look_changes_nothing_of_the_clip(daemon: Store) -> None:
    """Its sidecar, start and camera stay, whatever is said of it now."""
    stranger = clip(1, camera="other", date="2030-01-01")
    with Store(daemon.path, beside=True) as other:
        run = other.run({**SETTINGS, "rotate": 90}, NOW)
        other.add_look(stranger, run, seen([encounter(1, 2, 4)]), NOW)
    with reading(daemon.path) as db:
        (known,) = Results(db).clips

    assert (known.run, known.encounters) == (2, 1)
    assert (known.camera, known.date) == ("cam1", "2026-05-01")
    assert known.start is not None


@pytest.mark.parametrize("first", ["daemon", "other"])
def test_who_closes_last_leaves_no_journal(tmp_path: Path, first: str) -> None:
    """Until then the record is not called closed: its journal is no forgery."""
    store, _ = open_record(tmp_path)
    other = Store(store.path, beside=True)
    last = other if first == "daemon" else store
    (store if first == "daemon" else other).close()
    assert not (tmp_path / (FILE_NAME + ".closed")).exists()
    Store(store.path, beside=True).close()
    last.add_log([])
    last.close()

    assert (tmp_path / (FILE_NAME + ".closed")).exists()
    Store(store.path).close()


def test_a_record_of_another_format_is_the_daemons_to_change(tmp_path: Path) -> None:
    """Before the start, and when an upgraded daemon started meanwhile."""
    with pytest.raises(StoreError, match="there are no results yet"):
        Store(tmp_path / FILE_NAME, beside=True)
    Store(tmp_path / FILE_NAME).close()
    with Store(tmp_path / FILE_NAME, beside=True) as other:
        with closing(sqlite3.connect(tmp_path / FILE_NAME)) as db:
            db.execute("PRAGMA user_version = 99")
        with pytest.raises(StoreError, match="has format 99, expected"):
            other.add_log([])
    with pytest.raises(StoreError, match="start the daemon once"):
        Store(tmp_path / FILE_NAME, beside=True)
