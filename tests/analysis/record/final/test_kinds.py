"""Who swam beside whom: a row for each kind, and one visit all the same."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Optional

import numpy as np
import pytest

from analysis.exports.tables import export
from analysis.record.file.reader import reading
from analysis.record.final.encounters import final_encounters
from analysis.record.final.kinds import rows_of
from analysis.record.labels.labelbook import LabelBook
from analysis.record.results import Results
from analysis.values.label import FISH, NOT, Label
from analysis.values.seen import Box, Detection
from tests.analysis.made_labels import said
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen

TROUT = [("trout", 0.9)]
Frames = Sequence[Sequence[tuple[str, float]]]
"""Of each frame, what each box is called and how surely."""

BESIDE = [TROUT, *[[*TROUT, ("eel", 0.8), ("eel", 0.7)]] * 3, TROUT, TROUT]
"""Two eels in three frames of a trout's visit."""


@contextmanager
def results(
    folder: Path, frames: Frames, *labels: Label, status: str = "counted"
) -> Iterator[Results]:
    """The results of a clip with one encounter of a trout and of what was beside it."""
    most = max(map(len, frames))
    last = len(frames) - 1
    met = encounter(1, 0, last, species="trout", max_n=most, status=status)
    outcome, box = seen([met]), Box(0.1, 0.1, 0.1, 0.1)
    assert outcome.findings
    boxes = tuple(
        (number, Detection("fish", 0.95, box, species, score))
        for number, called in enumerate(frames)
        for species, score in called
    )
    trusted = np.arange(10) != 9
    findings = replace(outcome.findings, detections=boxes, trusted=trusted)
    store, run = open_record(folder)
    with store:
        store.commit(clip(1), run, replace(outcome, findings=findings), NOW)
    with reading(folder / "weir.sqlite") as db:
        yield Results(db, book=LabelBook(labels))


def rows(
    folder: Path, frames: Frames, *labels: Label, status: str = "counted"
) -> list[tuple[str, str, Optional[int]]]:
    """Species, status and MaxN of each row."""
    with results(folder, frames, *labels, status=status) as found:
        every = rows_of(final_encounters(found))
        return [(row.species, row.status, row.max_n) for row in every]


def test_a_kind_beside_another_counts(tmp_path: Path) -> None:
    """With a MaxN of its own, and the other kind without its fish."""
    found = rows(tmp_path, BESIDE)

    assert found == [("trout", "counted", 1), ("eel", "counted", 2)]


def eels(*scores: float, of: int = 6) -> Frames:
    """A trout's visit with an eel in so many of its frames."""
    beside = [[*TROUT, ("eel", score)] for score in scores]
    return [*beside, *[TROUT] * (of - len(scores))]


@pytest.mark.parametrize(
    ("frames", "status"),
    [
        (eels(0.6, 0.6, 0.6), "counted"),
        (eels(0.9, 0.9), "doubtful"),
        (eels(0.5, 0.5, 0.5), "doubtful"),
        (eels(0.9, 0.4, 0.4), "counted"),
        (eels(0.9, 0.2, 0.2), "doubtful"),
        (eels(0.6, of=1), "counted"),
        (eels(0.5, of=1), "doubtful"),
        (eels(0.6, of=2), "doubtful"),
        ([*[TROUT] * 7, *eels(0.9, 0.9, 0.9, of=3)], "doubtful"),  # the last is smeared
    ],
)
def test_what_is_less_than_sure_is_doubtful(
    tmp_path: Path, frames: Frames, status: str
) -> None:
    """Three frames and more than one half, or the only frame; and never dropped."""
    assert [row[:2] for row in rows(tmp_path, frames)] == [
        ("trout", "counted"),
        ("eel", status),
    ]


def test_a_kind_counts_only_where_its_encounter_does(tmp_path: Path) -> None:
    """By a measure, or by the word of a person."""
    still = rows(tmp_path / "1", BESIDE, status="static")
    rejected = rows(tmp_path / "2", BESIDE, said(NOT, 0, 5))

    assert [row[1] for row in still] == ["static"] * 2
    assert [row[1] for row in rejected] == ["rejected"] * 2


def test_a_persons_number_is_of_all(tmp_path: Path) -> None:
    """So nobody knows how many of each kind; without it the machine's stand."""
    fish = rows(tmp_path / "1", BESIDE, said(FISH, 0, 5))
    two = rows(tmp_path / "2", BESIDE, said(FISH, 0, 5, count=2))

    assert fish == [("trout", "counted", 1), ("eel", "counted", 2)]
    assert two == [("trout", "counted", 2), ("eel", "doubtful", 2)]


def test_a_person_may_name_the_kind_beside(tmp_path: Path) -> None:
    """Then that one is confirmed, and the other is as the machine says."""
    word = said(FISH, 1, 3, species="eel", count=1)
    with results(tmp_path, BESIDE, word) as found:
        (visit,) = final_encounters(found)
        trout, eel = rows_of([visit])

    assert (visit.species, visit.max_n, visit.standing) == ("trout", 3, "confirmed")
    assert (trout.species, trout.standing, trout.max_n) == ("trout", "machine_only", 1)
    assert (eel.species, eel.standing, eel.max_n) == ("eel", "confirmed", 1)


@pytest.mark.parametrize(("frames", "is_shown"), [(eels(0.9), True), (BESIDE, False)])
def test_no_picture_is_said_to_show_what_it_does_not(
    tmp_path: Path, frames: Frames, is_shown: bool
) -> None:
    """That of the encounter's best frame, here its first, is of what swims in it."""
    with results(tmp_path, frames) as found:
        trout, eel = rows_of(final_encounters(found))

    assert trout.snapshot
    assert eel.snapshot == (trout.snapshot if is_shown else "")
    assert eel.best_frame == (0 if is_shown else 1)


def tables(folder: Path, frames: Frames) -> dict[str, list[dict[str, str]]]:
    """Every table, by its name."""
    with results(folder, frames) as found:
        paths = export(found, folder)
    return {
        path.stem: list(csv.DictReader(path.read_text("utf-8").splitlines()))
        for path in paths
    }


def test_a_visit_of_two_kinds_is_one_visit(tmp_path: Path) -> None:
    """In every sum over all kinds; of each kind it is one."""
    found = tables(tmp_path, BESIDE)

    by_kind = [(r["species"], r["encounters"], r["max_n"]) for r in found["daily"]]
    assert by_kind == [("eel", "1", "2"), ("trout", "1", "1")]
    for name in ("clips", "daily_totals", "hourly"):
        (row,) = found[name]
        assert (row["encounters"], row["max_n"]) == ("1", "3")


def test_the_rows_of_a_visit_are_told_apart(tmp_path: Path) -> None:
    """By what stands beside, with names of their own; each box knows its row."""
    found = tables(tmp_path, eels(0.9, 0.9))

    trout, eel = found["encounters"]
    assert (trout["beside"], eel["beside"]) == ("false", "true")
    assert trout["encounter"] == eel["encounter"] == "1"
    assert trout["encounter_id"] != eel["encounter_id"]
    assert (eel["first_frame"], eel["last_frame"]) == ("0", "1")
    assert (eel["decided_by"], eel["machine_status"]) == ("species", "doubtful")
    status = {(row["species"], row["status"]) for row in found["detections"]}
    assert status == {("trout", "counted"), ("eel", "doubtful")}
