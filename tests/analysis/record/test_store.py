"""The record: whole or not at all, and never twice."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Optional

import pytest

from analysis import StoreError
from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.record.store import Store
from analysis.values.record import Outcome
from analysis.values.seen import ANALYSED, FAILED
from tests.analysis.made_record import (
    NOW,
    SETTINGS,
    START,
    clip,
    encounter,
    open_record,
    seen,
    sha,
    sidecar,
)
from weir.effort import EffortLine
from weir.sidecar import Sidecar


def count(folder: Path, table: str) -> int:
    """The rows of a table."""
    with reading(folder / "weir.sqlite") as db:
        return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def test_the_same_clip_again_doubles_no_row(tmp_path: Path) -> None:
    """A crash repeats work; the second commit takes the place of the first."""
    store, run = open_record(tmp_path)
    with store:
        for _ in range(2):
            store.commit(clip(1), run, seen([encounter(1, 2, 4)]), NOW)

    assert [count(tmp_path, t) for t in ("clips", "analyses", "encounters")] == [
        1,
        1,
        1,
    ]
    assert count(tmp_path, "detections") == 3


def test_the_same_settings_are_the_same_run(tmp_path: Path) -> None:
    """A restart goes on with its run; another threshold is another run."""
    store, run = open_record(tmp_path)
    other = {**SETTINGS, "detector": {"threshold": 0.9}}
    with store:
        assert store.run(SETTINGS, NOW) == run
        assert store.run(other, NOW) != run


def test_the_newest_run_of_each_clip_is_shown(tmp_path: Path) -> None:
    """Looking again replaces what is shown, and keeps what was."""
    store, first = open_record(tmp_path)
    with store:
        second = store.run({**SETTINGS, "rotate": 90}, NOW)
        store.commit(clip(1), first, seen([encounter(1, 2, 4)]), NOW)
        store.commit(clip(2), first, seen([encounter(1, 0, 0)]), NOW)
        store.commit(clip(1), second, seen(), NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        newest = {c.clip: c.encounters for c in Results(db).clips}
        before = {c.clip: c.encounters for c in Results(db, first).clips}

    assert list(newest.values()) == [0, 1]
    assert list(before.values()) == [1, 1]


def test_the_newest_look_counts_whatever_its_run(tmp_path: Path) -> None:
    """An old config that looks again has the last word, though its run is older."""
    store, first = open_record(tmp_path)
    with store:
        second = store.run({**SETTINGS, "rotate": 90}, NOW)
        store.commit(clip(1), second, seen(), NOW)
        failed = Outcome(FAILED, "not one frame", None)
        store.commit(clip(1), first, failed, NOW + timedelta(minutes=1))

        assert store.status_of(sha(1)) == FAILED
        # Of two looks in one moment the later run's is the newest.
        store.commit(clip(1), second, seen(), NOW + timedelta(minutes=1))
        assert store.status_of(sha(1)) == ANALYSED


def test_a_run_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The message says which there are."""
    store, _ = open_record(tmp_path)
    store.close()
    with (
        reading(tmp_path / "weir.sqlite") as db,
        pytest.raises(StoreError, match="no run 9"),
    ):
        Results(db, 9)


def test_a_sidecar_that_comes_later_is_learnt(tmp_path: Path) -> None:
    """Time and camera become known; what was counted stays."""
    store, run = open_record(tmp_path)
    late = sidecar("clip00001_2026-05-01.h264", 1, camera="cam7")
    with store:
        store.commit(clip(1), run, seen([encounter(1, 2, 4)]), NOW)
        news = clip(1, beside=late, camera="cam7")
        assert store.learn(news, NOW)
        assert not store.learn(news, NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        (found,) = Results(db).clips

    assert (found.camera, found.start, found.encounters) == ("cam7", START, 1)


@pytest.mark.parametrize(
    ("frames", "reason"), [(12, "10 of 12 frames could be decoded"), (10, "")]
)
def test_a_sidecar_that_comes_later_is_held_against_the_clip(
    tmp_path: Path, frames: int, reason: str
) -> None:
    """More frames were filmed: what came was only a part."""
    store, run = open_record(tmp_path)
    late = sidecar("clip00001_2026-05-01.h264", 1, frames=frames)
    with store:
        store.commit(clip(1), run, seen([encounter(1, 2, 4)]), NOW)
        store.learn(replace(clip(1, beside=late), frames_expected=frames), NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        (found,) = Results(db).clips

    status = "salvaged" if reason else "analysed"
    assert (found.status, found.reason) == (status, reason)
    assert (found.frames_expected, found.encounters) == (frames, 1)


def test_what_is_known_of_a_damage_stays(tmp_path: Path) -> None:
    """A sidecar that comes later does not heal a clip, nor say it twice."""
    store, run = open_record(tmp_path)
    damaged = replace(seen(), status="salvaged", reason="CRC")
    with store:
        store.commit(clip(1), run, damaged, NOW)
        store.learn(clip(1, beside=sidecar("a.h264", 1)), NOW)
        row = store.newest(sha(1))

    assert row is not None
    assert (row["status"], row["reason"]) == ("salvaged", "CRC")


@pytest.mark.parametrize("before", [None, sidecar("a.h264", 1)])
def test_a_sidecar_of_other_bytes_is_not_learnt(
    tmp_path: Path, before: Optional[Sidecar]
) -> None:
    """Not even its corrected start."""
    store, run = open_record(tmp_path)
    foreign = sidecar("a.h264", 2, camera="cam7", corrected_start=START)
    with store:
        store.commit(clip(1, beside=before), run, seen(), NOW)

        assert not store.learn(clip(1, beside=foreign, camera="cam7"), NOW)
        store.commit(clip(1, beside=foreign, camera="cam7"), run, seen(), NOW)
        assert store.sidecar_of(sha(1)) == before


def test_a_sidecar_that_lied_makes_room_for_one_that_does_not(tmp_path: Path) -> None:
    """It had called the clip damaged; now it is whole."""
    store, run = open_record(tmp_path)
    lie, truth = sidecar("a.h264", 2), sidecar("a.h264", 1, camera="cam7")
    lied = Outcome("salvaged", clip(1, beside=lie).faults(10), seen().findings)
    with store:
        store.commit(clip(1, beside=lie), run, lied, NOW)
        assert store.learn(clip(1, beside=truth, camera="cam7"), NOW)

        assert store.status_of(sha(1)) == "analysed"
        assert store.sidecar_of(sha(1)) == truth


def test_a_correction_changes_the_start_alone(tmp_path: Path) -> None:
    """Whatever else the sidecar says that brings it."""
    store, run = open_record(tmp_path)
    before = sidecar("a.h264", 1, clock_synchronised=False)
    right = START + timedelta(days=30)
    lie: dict[str, Any] = {
        "camera": "cam7",
        "deployment": "lake",
        "framerate": 25,
        "frames": 99,
    }
    after = sidecar("a.h264", 1, corrected_start=right, **lie)
    with store:
        store.commit(clip(1, beside=before), run, seen(), NOW)
        news = replace(clip(1, beside=after, camera="cam7"), frames_expected=99)
        assert store.learn(news, NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        (found,) = Results(db).clips

    assert found.sidecar == replace(before, corrected_start=right)
    assert (found.start, found.date) == (right, "2026-05-31")
    assert (found.camera, found.framerate, found.frames_expected) == ("cam1", 1, 10)


def test_a_corrected_start_is_news(tmp_path: Path) -> None:
    """The clock was set after the clip was filmed; the archive came twice."""
    store, run = open_record(tmp_path)
    before = sidecar("clip00001_2026-05-01.h264", 1, clock_synchronised=False)
    right = START + timedelta(days=30)
    after = sidecar("clip00001_2026-05-01.h264", 1, corrected_start=right)
    with store:
        store.commit(clip(1, beside=before), run, seen(), NOW)
        assert store.learn(clip(1, beside=after), NOW)
        assert not store.learn(clip(1, beside=before), NOW)


def test_a_start_is_corrected_once(tmp_path: Path) -> None:
    """Whoever drops another sidecar after that changes nothing."""
    store, run = open_record(tmp_path)
    before = sidecar("a.h264", 1, clock_synchronised=False)
    right, wrong = (
        sidecar("a.h264", 1, corrected_start=START + timedelta(days=days))
        for days in (30, 31)
    )
    with store:
        store.commit(clip(1, beside=before), run, seen(), NOW)
        news = [store.learn(clip(1, beside=each), NOW) for each in (right, wrong)]
        known = store.sidecar_of(sha(1))

    assert news == [True, False]
    assert known and known.corrected_start == right.corrected_start


def test_ledger_lines_are_kept_once(tmp_path: Path) -> None:
    """Every archive carries the whole ledger; only news counts."""
    end = START + timedelta(minutes=15)
    line = EffortLine("creek", "cam1", START, end, "+02:00", 900.0)
    store, _ = open_record(tmp_path)
    with store:
        assert [store.add_effort([line]), store.add_effort([line])] == [1, 0]


def test_a_slot_that_was_filmed_stays_so(tmp_path: Path) -> None:
    """A clock that was ahead had missed it first; that line may come last."""
    end = START + timedelta(minutes=15)
    missed = EffortLine("creek", "cam1", START, end, "+02:00", 0.0, (("clock", 900.0),))
    filmed = EffortLine("creek", "cam1", START, end, "+02:00", 900.0)
    store, _ = open_record(tmp_path)
    with store:
        news = [store.add_effort([line]) for line in (missed, filmed, missed)]
    with reading(tmp_path / "weir.sqlite") as db:
        (known,) = Results(db).effort

    assert news == [1, 1, 0]
    assert known.line == filmed


def test_status_of_an_unknown_clip_is_empty(tmp_path: Path) -> None:
    """Only what was committed is known."""
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1), run, seen(), NOW)

        assert (store.status_of(sha(1)), store.status_of(sha(2))) == ("analysed", "")


def test_a_file_that_is_no_record_is_refused(tmp_path: Path) -> None:
    """It is named, and left as it is."""
    file = tmp_path / "weir.sqlite"
    file.write_bytes(b"a letter, not a database, and long enough to be read" * 40)

    with pytest.raises(StoreError, match=r"weir\.sqlite"):
        Store(file)
    assert file.read_bytes().startswith(b"a letter")


def test_a_record_of_a_newer_weir_is_refused(tmp_path: Path) -> None:
    """It would lose what it does not know."""
    file = tmp_path / "weir.sqlite"
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()

    with pytest.raises(StoreError, match="newer Weir"):
        Store(file)


def test_a_record_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    """The report does not wait for the daemon, and does not stop it."""
    store, run = open_record(tmp_path)
    with store, reading(tmp_path / "weir.sqlite") as db:
        store.commit(clip(1), run, seen(), NOW)

        assert len(Results(db).clips) == 1
