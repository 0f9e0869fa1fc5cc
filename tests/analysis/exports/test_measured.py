"""The tables of what was measured."""

from __future__ import annotations

from pathlib import Path

from analysis.exports import tables
from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.values.seen import Box, Moment
from tests.analysis.exports.test_tables import rows, with_facts
from tests.analysis.made_record import (
    NOW,
    clip,
    encounter,
    open_record,
    seen,
    sidecar,
)

MEASURES = ("uniqueness", "background_score", "zoom_gain", "elongation")
MOVED = ("x", "y", "width", "height", "strength", "uniqueness", "elongation")


def test_what_was_measured_stands_in_its_column(tmp_path: Path) -> None:
    """Of encounters and of moments, which count nowhere."""
    told = dict(zip(MEASURES, (2.5, 0.125, 0.75, 3.5)))
    met = encounter(1, 2, 3, status="doubtful", decided_by="zoom_gain", **told)
    moment = Moment(1, 4, 6, 5, Box(0.1, 0.2, 0.3, 0.4), 3.0, 2.5, 4.0, 0.25, "1,2 3,4")
    film = clip(1, beside=sidecar("clip00001_2026-05-01.h264", 1))
    pictured = {"moments": (moment,), "moment_pictures": {1: b"jpeg"}}
    store, run = open_record(tmp_path)
    with store:
        store.commit(film, run, with_facts(seen([met]), **pictured), NOW)
    (tmp_path / "tables").mkdir()
    with reading(tmp_path / "weir.sqlite") as db:
        tables.export(Results(db), tmp_path / "tables")

    (one,) = rows(tmp_path / "tables", "encounters.csv")
    (moved,) = rows(tmp_path / "tables", "moments.csv")
    (day,) = rows(tmp_path / "tables", "daily_totals.csv")
    assert [one[name] for name in MEASURES] == ["2.5", "0.125", "0.75", "3.5"]
    assert (one["status"], one["decided_by"]) == ("doubtful", "zoom_gain")
    assert moved["time"] == "2026-05-01T05:00:05Z"
    assert [moved[name] for name in (*MOVED, "zoom_gain")] == [
        *("0.1", "0.2", "0.3", "0.4", "3", "2.5", "4", "0.25")
    ]
    assert (moved["rank"], moved["outline"]) == ("1", "1,2 3,4")
    assert (tmp_path / moved["snapshot"]).read_bytes() == b"jpeg"
    assert day["encounters"] == "0"
