"""What people said stands in the tables, beside what the machine says."""

from __future__ import annotations

import csv
from pathlib import Path

from analysis.exports.tables import export
from analysis.record.file.reader import reading
from analysis.record.labels.labelbook import LabelBook
from analysis.record.results import Results
from analysis.values.label import FISH, NOT, Label
from tests.analysis.made_labels import said
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen

COLUMNS = ("review", "reviewed_by", "reviewed_at")
MACHINE = ("machine_label", "machine_species", "machine_max_n")


def encounters(folder: Path, *labels: Label) -> list[dict[str, str]]:
    """The rows of two encounters of a clip."""
    store, run = open_record(folder)
    with store:
        met = [encounter(1, 2, 3, species="dace", max_n=2), encounter(2, 6, 7)]
        store.commit(clip(1), run, seen(met), NOW)
    with reading(folder / "weir.sqlite") as db:
        export(Results(db, book=LabelBook(labels)), folder)
    return table(folder, "encounters.csv")


def table(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_an_encounter_says_who_has_looked_at_it(tmp_path: Path) -> None:
    """And when; one that nobody has looked at says nothing."""
    labels = said(FISH, 2, 3), said(NOT, 2, 3, person="ben", hours=1)
    first, second = encounters(tmp_path, *labels)

    assert [first[name] for name in COLUMNS] == [
        *("disputed", "anna; ben", "2026-06-01T13:00:00Z")
    ]
    assert [second[name] for name in COLUMNS] == ["", "", ""]


def test_the_machines_word_stays(tmp_path: Path) -> None:
    """Whatever people say, and where nobody does."""
    first, second = encounters(tmp_path, said(FISH, 2, 3, species="eel", count=1))

    assert [first[name] for name in MACHINE] == ["fish", "dace", "2"]
    assert [second[name] for name in MACHINE] == ["fish", "", "1"]


def test_label_species_max_n_and_status_are_final(tmp_path: Path) -> None:
    """A person's where there is one; a fish that only a person saw has a row."""
    word = said(FISH, 2, 3, species="eel", count=1)
    first, second, third = encounters(tmp_path, word, said(FISH, 8, 9), said(NOT, 6, 7))
    names = ("encounter", "species", "max_n", "status", "machine_status", "decided_by")

    assert [first[name] for name in names] == [
        *("1", "eel", "1", "counted", "counted", "person")
    ]
    assert (second["status"], second["machine_status"]) == ("rejected", "counted")
    assert [third[name] for name in names] == ["", "", "", "counted", "", "person"]
    assert [third[name] for name in MACHINE] == ["", "", ""]


def test_every_table_has_the_same_final_numbers(tmp_path: Path) -> None:
    """Clips, days, hours and detections agree with the encounters."""
    rows = encounters(tmp_path, said(NOT, 2, 3), said(FISH, 8, 9, count=4))
    names = ("clips.csv", "daily_totals.csv", "hourly.csv")
    tables = [table(tmp_path, name)[0] for name in names]
    statuses = {
        row["encounter"]: row["status"] for row in table(tmp_path, "detections.csv")
    }

    assert [row["status"] for row in rows] == ["rejected", "counted", "counted"]
    assert [(row["encounters"], row["max_n"]) for row in tables] == [("2", "4")] * 3
    assert [tables[1][name] for name in ("confirmed", "machine_only", "rejected")] == [
        *("1", "1", "1")
    ]
    assert statuses == {"1": "rejected", "2": "counted"}
