"""What each threshold would count."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from analysis import StoreError
from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.record.thresholds.band import band, require_kept
from analysis.values.seen import most
from tests.analysis.record.thresholds.made_scores import made_clip
from tests.analysis.record.thresholds.test_recount import record


def test_the_band_is_what_runs_would_count(tmp_path: Path) -> None:
    """Encounters and MaxN from keep_above to 0.9; the run's own step is marked."""
    clips = [made_clip(seed) for seed in range(3)]
    path = record(tmp_path, clips)
    with reading(path) as db:
        steps = band(Results(db))

    assert [step.threshold for step in steps] == [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    assert [step.threshold for step in steps if step.is_own] == [0.5]
    for step in steps:
        found = [e for made in clips for e in made.encounters(step.threshold)]
        assert step.encounters == len(found)
        assert step.max_n == most(e.max_n for e in found)
    assert len({step.max_n for step in steps}) > 1


def test_an_own_threshold_between_is_a_step(tmp_path: Path) -> None:
    """So that the band has the numbers of the page that it is on."""
    with reading(record(tmp_path, [made_clip(1)], 0.55)) as db:
        steps = band(Results(db))

    assert [step.threshold for step in steps if step.is_own] == [0.55]
    assert len(steps) == 8


def test_an_older_record_says_what_it_lacks(tmp_path: Path) -> None:
    """Its runs kept nothing below their threshold; above it, all is as it is now."""
    path = record(tmp_path, [made_clip(1), made_clip(2)])
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE analyses SET kept_above = NULL")
    with reading(path) as db:
        results = Results(db)
        require_kept(results, 0.5)
        with pytest.raises(StoreError, match=r"2 clips of run 1 above 0.5.*keep_above"):
            require_kept(results, 0.4)
        lowest = band(results)[0]

    assert lowest.threshold == 0.5


def test_no_footage_has_no_band(tmp_path: Path) -> None:
    """And any threshold will do."""
    with reading(record(tmp_path, [])) as db:
        require_kept(Results(db), 0.1)
        assert band(Results(db)) == []
