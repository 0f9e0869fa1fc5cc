"""A model that judges whole frames cannot count: it has no MaxN, in no table."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from analysis.commands.score import as_object, as_table, compare_all
from analysis.exports.tables import export
from analysis.record import rows
from analysis.record.file.reader import reading
from analysis.record.labels.labelbook import LabelBook
from analysis.record.results import Results
from analysis.record.schema import MIGRATIONS
from analysis.record.store import Store
from analysis.record.thresholds.band import band
from analysis.report.page import write_report
from analysis.values.label import FISH
from analysis.values.record import Outcome
from analysis.values.seen import FAILED
from tests.analysis.made_labels import said
from tests.analysis.made_record import (
    FACTS,
    NOW,
    SETTINGS,
    clip,
    earlier_record,
    encounter,
    put,
    seen,
    sidecar,
)
from weir.clip import truth_name
from weir.truth import Sighting, Truth, encounters_of

BEFORE = next(n for n, step in enumerate(MIGRATIONS) if "countless" in step)
"""How many steps the last record had that knew of no run without a MaxN."""

WHOLE = {**SETTINGS, "detector": {**FACTS, "kind": "classifier"}}
MET = [encounter(1, 2, 4, max_n=1), encounter(2, 6, 8, max_n=1)]
SUMS = ("daily", "daily_totals", "hourly", "clip_kinds", "kinds")
COUNTED = ("encounters", "clips", *SUMS)


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A record from before: clip 1 by a whole-frame model, clip 2 by one of boxes."""
    with earlier_record(tmp_path, BEFORE) as db:
        for number, settings in ((1, WHOLE), (2, SETTINGS)):
            one = clip(number, beside=sidecar(f"{number}.h264", number))
            put(db, "runs", {**rows.of_run(settings, NOW), "id": number})
            put(db, "clips", rows.of_clip(one, NOW))
            put(db, "analyses", rows.of_analysis(one, number, seen(MET), NOW))
            for row in rows.of_encounters(one, number, MET, {1: "a.jpg"}):
                put(db, "encounters", row)
    return tmp_path / "weir.sqlite"


def numbers(path: Path, table: str) -> list[tuple[Any, ...]]:
    """Every row's MaxN, and then all that the record has besides."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        found = [dict(row) for row in db.execute(f"SELECT * FROM {table}")]
    return [(row.pop("max_n"), tuple(row.values())) for row in found]


@pytest.mark.parametrize("table", ["analyses", "encounters"])
def test_an_earlier_record_loses_numbers_that_nobody_counted(
    earlier: Path, table: str
) -> None:
    """Those of the whole-frame model, and nothing else."""
    before = numbers(earlier, table)
    Store(earlier).close()
    after = numbers(earlier, table)

    width = len(before[0][1])  # a later Weir has more columns
    assert [rest[:width] for _, rest in after] == [rest for _, rest in before]
    half = len(before) // 2
    assert [number for number, _ in before] == [1] * 2 * half
    assert [number for number, _ in after] == [None] * half + [1] * half


@pytest.fixture
def countless(tmp_path: Path) -> Path:
    """A new record of a whole-frame model: a clip with fish, one without, a failed."""
    with Store(tmp_path / "weir.sqlite") as store:
        run = store.run(WHOLE, NOW)
        ends = (seen(MET), seen(), Outcome(FAILED, "no picture", None))
        for number, outcome in enumerate(ends, 1):
            one = clip(number, beside=sidecar(f"{number}.h264", number))
            store.commit(one, run, outcome, NOW)
    return tmp_path / "weir.sqlite"


def cells(path: Path, **more: Any) -> dict[str, list[str]]:
    """The column ``max_n`` of each table."""
    with reading(path) as db:
        export(Results(db, **more), path.parent)
    tables = {}
    for name in COUNTED:
        with (path.parent / f"{name}.csv").open(newline="") as file:
            tables[name] = [row["max_n"] for row in csv.DictReader(file)]
    return tables


@pytest.mark.parametrize("threshold", [None, 0.6])
def test_no_table_has_a_number(countless: Path, threshold: float) -> None:
    """Of the clip without fish neither: nought would be a count."""
    found = cells(countless, threshold=threshold)

    assert {name: set(column) for name, column in found.items()} == {
        name: {""} for name in COUNTED
    }


def test_a_person_can_count(countless: Path) -> None:
    """What they say of one encounter is the most that anybody knows."""
    book = LabelBook([said(FISH, 2, 4, count=3)])

    found = cells(countless, book=book)
    assert found["encounters"] == ["3", ""]
    assert found["clips"] == ["3", "", ""]
    assert [found[name] for name in SUMS] == [["3"]] * len(SUMS)


def test_the_page_and_its_band_have_none(countless: Path) -> None:
    """And say why."""
    with reading(countless) as db:
        page = write_report(Results(db), countless.parent, countless.parent)
        steps = band(Results(db))
    text = page.read_text("utf-8")

    assert "cannot count" in text
    assert "None" not in text
    assert {step.max_n for step in steps} == {None}


def test_the_score_does_not_ask_for_it(countless: Path) -> None:
    """The share is of nothing, and the table says why."""
    sight = [Sighting(n, 1, "dace", (0, 0, 0.1, 0.1), 0.9) for n in range(2, 5)]
    truth = Truth(1, 1, 1.0, 10, tuple(sight), encounters_of(sight))
    with reading(countless) as db:
        results = Results(db)
        truths = {truth_name(one.clip): [truth] for one in results.clips}
        found = list(compare_all(results, truths))
    _, whole = found[0]

    assert '"max_n_right": null' in as_object(whole)
    assert "cannot count" in as_table(found, whole)
