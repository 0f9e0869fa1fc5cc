"""The copy of the record that people read: whole, fresh, and nobody's to lock."""

from __future__ import annotations

import os
import sqlite3
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from analysis.record.file.publication import Publication
from analysis.record.file.reader import age_note, copy_of, reading
from analysis.record.results import Results
from analysis.record.store import Store
from tests.analysis.installation import wait_until
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen
from weir.clock import SimulatedClock


@pytest.fixture
def clock() -> SimulatedClock:
    """A clock that is ours."""
    return SimulatedClock(NOW)


def record_of(folder: Path) -> Path:
    """Where it lies."""
    return folder / "weir.sqlite"


def copied(folder: Path) -> int:
    """The clips in the copy; none where there is no copy."""
    copy = copy_of(record_of(folder))
    if not copy.exists():
        return 0
    db = sqlite3.connect(f"file:{copy}?mode=ro&immutable=1", uri=True)
    try:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(db.execute("SELECT count(*) FROM clips").fetchone()[0])
    finally:
        db.close()


def put(store: Store, run: int, number: int) -> None:
    """Write a clip down."""
    store.commit(clip(number), run, seen([encounter(1, 2, 4)]), NOW)


def test_what_is_new_is_published_after_a_pause(
    tmp_path: Path, clock: SimulatedClock
) -> None:
    """Not after each clip: a copy costs as much as the record is large."""
    store, run = open_record(tmp_path)
    publication = Publication(record_of(tmp_path), clock)
    with store:
        put(store, run, 1)
        publication.step(store.changes)
        wait_until(lambda: copied(tmp_path), "no copy")
        put(store, run, 2)
        publication.step(store.changes)
        assert copied(tmp_path) == 1

        def comes() -> bool:
            clock.advance(20)
            publication.step(store.changes)
            return copied(tmp_path) == 2

        wait_until(comes, "no second copy")
        publication.finish(store.changes, lambda: None)


def test_what_is_promised_is_published_first(
    tmp_path: Path, clock: SimulatedClock
) -> None:
    """Whatever pause is due for copies that nobody waits for."""
    store, run = open_record(tmp_path)
    publication = Publication(record_of(tmp_path), clock)
    with store:
        for number in (1, 2):
            put(store, run, number)
            publication.hasten(store.changes, is_idle=True)
            assert copied(tmp_path) == number
        publication.finish(store.changes, lambda: None)


def test_when_nothing_is_left_to_do_it_is_published(
    tmp_path: Path, clock: SimulatedClock
) -> None:
    """Without the pause that leaves the disk to others."""
    store, run = open_record(tmp_path)
    publication = Publication(record_of(tmp_path), clock)
    with store:
        put(store, run, 1)
        publication.hasten(store.changes, is_idle=True)
        put(store, run, 2)
        publication.step(store.changes)
        assert copied(tmp_path) == 1
        publication.step(store.changes, is_idle=True)
        wait_until(lambda: copied(tmp_path) == 2, "no second copy")
        publication.finish(store.changes, lambda: None)


def test_no_receipt_waits_for_a_record_that_is_long_to_copy(
    tmp_path: Path, clock: SimulatedClock
) -> None:
    """Its rows come with a later copy; readers are told how old theirs is."""
    store, run = open_record(tmp_path)
    publication = Publication(record_of(tmp_path), clock)
    with store:
        put(store, run, 1)
        publication.step(store.changes)
        wait_until(lambda: copied(tmp_path), "no copy")
        clock.advance(60)
        put(store, run, 2)
        publication.hasten(store.changes, is_idle=True)
        assert copied(tmp_path) == 1
        publication.finish(store.changes, lambda: None)
        assert copied(tmp_path) == 2


def test_the_end_publishes_what_is_left(tmp_path: Path, clock: SimulatedClock) -> None:
    """Whatever pause was due; nothing else lies there then, and nothing runs."""
    others = set(threading.enumerate())
    store, run = open_record(tmp_path)
    publication = Publication(record_of(tmp_path), clock)
    put(store, run, 1)
    publication.step(store.changes)
    put(store, run, 2)
    store.close()
    publication.finish(store.changes, lambda: None)

    assert copied(tmp_path) == 2
    files = {path.name for path in tmp_path.iterdir() if path.is_file()}
    assert files == {"weir.sqlite", "weir.sqlite.closed", "weir-copy.sqlite"}
    assert set(threading.enumerate()) <= others


def test_the_record_is_private_and_its_copy_is_not(
    tmp_path: Path, clock: SimulatedClock
) -> None:
    """Who may read a file may lock it."""
    store, run = open_record(tmp_path)
    publication = Publication(record_of(tmp_path), clock)
    with store:
        put(store, run, 1)
        private = {path.name for path in tmp_path.glob("weir.sqlite*")}
        modes = {path.stat().st_mode & 0o777 for path in tmp_path.glob("weir.sqlite*")}
        publication.finish(store.changes, lambda: None)

    assert private == {"weir.sqlite", "weir.sqlite-wal", "weir.sqlite-shm"}
    assert modes == {0o600}
    assert copy_of(record_of(tmp_path)).stat().st_mode & 0o044 == 0o044


def test_no_room_for_a_copy_is_told_once(
    tmp_path: Path, clock: SimulatedClock, caplog: pytest.LogCaptureFixture
) -> None:
    """The work goes on; the copy from before stays."""
    store, run = open_record(tmp_path)
    publication = Publication(record_of(tmp_path), clock, spare_bytes=1e18)
    with store:
        for number in (1, 2):
            put(store, run, number)
            publication.step(store.changes)
            clock.advance(1e6)
        publication.finish(store.changes, lambda: None)

    assert caplog.text.count("copy of the record not written") == 1
    assert "MB are free" in caplog.text
    assert not copy_of(record_of(tmp_path)).exists()


def test_the_age_of_a_copy_is_told_when_it_matters(
    tmp_path: Path, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To those who read the copy, when the record has gone on."""
    store, run = open_record(tmp_path)
    put(store, run, 1)
    store.close()
    record = record_of(tmp_path)
    Publication(record, clock).finish(store.changes, lambda: None)
    os.utime(copy_of(record), (NOW.timestamp(), NOW.timestamp()))
    now = NOW + timedelta(minutes=3)

    assert age_note(record, now) == ""
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    words = "as of 2026-06-01T12:00:00Z, 3.0 min ago; more was found since"
    assert age_note(record, now) == words
    os.utime(record, (NOW.timestamp(), NOW.timestamp()))
    assert age_note(record, now) == ""


def test_others_read_the_copy(
    tmp_path: Path, clock: SimulatedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The record is its owner's."""
    store, run = open_record(tmp_path)
    put(store, run, 1)
    with store:
        Publication(record_of(tmp_path), clock).finish(store.changes, lambda: None)
        put(store, run, 2)
        with reading(record_of(tmp_path)) as db:
            assert len(Results(db).clips) == 2
        monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
        with reading(record_of(tmp_path)) as db:
            assert len(Results(db).clips) == 1
