"""A record of an earlier Weir is brought up to date, and nothing in it is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.record import rows
from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.record.store import Store
from analysis.values.record import UnreadMember
from tests.analysis.made_record import (
    NOW,
    SETTINGS,
    clip,
    earlier_record,
    encounter,
    open_record,
    put,
    seen,
    sidecar,
)

BEFORE_COLUMNS = 3
"""How many steps the last record had that lacked the columns of the fourth."""


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A record with these steps alone: one clip with a sidecar, one without."""
    outcome, run = seen([encounter(1, 2, 3)]), rows.of_run(SETTINGS, NOW)
    with earlier_record(tmp_path, BEFORE_COLUMNS) as db:
        put(db, "runs", {**run, "id": 1})
        for one in (clip(1, beside=sidecar("a.h264", 1)), clip(2)):
            put(db, "clips", rows.of_clip(one, NOW))
            put(db, "analyses", rows.of_analysis(one, 1, outcome, NOW))
            assert outcome.findings
            for row in rows.of_encounters(one, 1, outcome.findings.encounters, {}):
                put(db, "encounters", row)
    return tmp_path / "weir.sqlite"


def test_what_an_earlier_record_has_is_found(earlier: Path) -> None:
    """Its clips, their encounters, and where a sidecar's start came from."""
    Store(earlier).close()
    with reading(earlier) as db:
        results = Results(db)
        found = [(c.start_from, c.framerate_from, c.encounters) for c in results.clips]

        assert found == [("sidecar", "sidecar", 1), ("", "", 1)]
        assert [seen.encounter.uniqueness for seen in results.encounters()] == [
            None
        ] * 2


def test_what_was_not_understood_is_kept(tmp_path: Path) -> None:
    """Once, however often the same delivery is worked."""
    store, _ = open_record(tmp_path)
    member = UnreadMember("a.zip", "b/c.xyz", 3, "no video", "2026-05-01T05:00:00Z")
    with store:
        for _ in range(2):
            store.add_unread([member])
    with reading(tmp_path / "weir.sqlite") as db:
        found = db.execute("SELECT member, reason FROM unread").fetchall()

    assert [tuple(row) for row in found] == [("b/c.xyz", "no video")]
