"""A column of the record has one list of names: the schema."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from analysis.record import rows
from analysis.record.columns import Row, insert, tables
from analysis.record.looks import detections, doubts, moments, tracks, verified
from analysis.values.beginning import Beginning
from analysis.values.record import ArchiveRecord, Outcome, UnreadMember
from analysis.values.seen import FAILED, Box, Moment, Track
from analysis.values.start import Start, ToldTime
from analysis.values.verifying import Look
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen
from tests.weir import test_effort
from tests.weir.test_log import LINE

CLIP, SEEN = clip(1), seen([encounter(1, 0, 2)])
assert SEEN.findings
TOLD = ToldTime("b/a.h264", Start(NOW.date(), NOW, "+02:00", "times"))
MOMENT = Moment(1, 4, 6, 5, Box(0.1, 0.2, 0.3, 0.1), 3.0, 2.5, 4.0, 0.25)
TRACK = Track(1, "fish", "dace", 4, 6, 3, 0.9, MOMENT.box, MOMENT.box)
ROWS: list[tuple[str, Row]] = [
    ("runs", rows.of_run({}, NOW)),
    ("archives", rows.of_delivery(ArchiveRecord("a.zip", "", "", 1, 0, 1))),
    ("clips", rows.of_clip(CLIP, NOW)),
    ("times", rows.of_time(TOLD, "a.zip", NOW)),
    ("unread", rows.of_unread(UnreadMember("a.zip", "b/c.xyz", 3, "no video", ""))),
    ("beginnings", rows.of_beginning(CLIP, b"")),
    ("blocks", rows.of_blocks(CLIP.sha256, b"", None)),
    ("prints", rows.of_print(CLIP, Beginning(b""), b"")),
    ("analyses", rows.of_analysis(CLIP, 1, SEEN, NOW)),
    ("analyses", rows.of_analysis(CLIP, 1, Outcome(FAILED, "no frame", None), NOW)),
    ("encounters", rows.of_encounters(CLIP, 1, SEEN.findings.encounters, {})[0]),
    ("detections", detections.rows_of(CLIP.sha256, 1, SEEN.findings)[0]),
    ("moments", moments.row_of(CLIP.sha256, 1, MOMENT, "m.jpg")),
    ("tracks", tracks.row_of(CLIP.sha256, 1, TRACK)),
    ("doubts", doubts.row_of(CLIP.sha256, 1, "0..1 looks more alive")),
    ("verified_frames", verified.row_of(CLIP.sha256, 1, Look(4, 0.9, ()))),
    ("effort", rows.of_effort(test_effort.LINE)),
    ("log", rows.of_log(LINE)),
]


@pytest.mark.parametrize(("table", "row"), ROWS)
def test_a_row_names_the_columns_of_the_schema(table: str, row: Row) -> None:
    """No column is without a writer, and no writer has a column of its own."""
    assert set(row) == set(tables()[table])


def test_every_table_is_written() -> None:
    """A table that nothing writes would stay empty."""
    assert {table for table, _ in ROWS} == set(tables())


def test_the_names_are_those_of_a_record(tmp_path: Path) -> None:
    """A record that was brought up to date step by step has the same columns."""
    store, _ = open_record(tmp_path)
    with store, closing(sqlite3.connect(store.path)) as db:
        for table, names in tables().items():
            found = db.execute(f"SELECT name FROM pragma_table_info('{table}')")
            assert [name for (name,) in found] == list(names)


def test_a_row_that_lacks_a_value_is_refused(tmp_path: Path) -> None:
    """Also where the column has a default: it would say what nobody knows."""
    row = dict(rows.of_clip(CLIP, NOW))
    del row["begins"]
    store, _ = open_record(tmp_path)

    with (
        store,
        closing(sqlite3.connect(store.path)) as db,
        pytest.raises(sqlite3.ProgrammingError, match="did not supply a value"),
    ):
        db.execute(insert("clips"), row)
