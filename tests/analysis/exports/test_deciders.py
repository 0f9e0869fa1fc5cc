"""Who decided: what the rows of Camtrap DP say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.config import ExportSettings
from analysis.exports.camtrap.observations import OBSERVATIONS, observations
from analysis.exports.request import Request
from analysis.record.file.reader import reading
from analysis.record.labels.labelbook import LabelBook
from analysis.record.results import Results
from analysis.values.label import FISH, NOT, UNSURE, WATCHED, Label
from analysis.values.record import Outcome
from analysis.values.seen import Box, Detection, Encounter
from tests.analysis.exports.made_exports import STUDY
from tests.analysis.made_labels import said
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen

MET, OTHER = encounter(1, 2, 3), encounter(2, 7, 7)
DOUBTED, STONE = (
    encounter(2, 7, 7, status="doubtful"),
    encounter(2, 7, 7, status="static"),
)
FIRST, SECOND = said(NOT, 2, 3), said(NOT, 7, 7, person="ben", hours=1)


def rows(folder: Path, outcome: Outcome, *labels: Label) -> list[dict[str, object]]:
    """The rows of a clip of which this was found and said."""
    store, run = open_record(folder)
    with store:
        store.commit(clip(1), run, outcome, NOW)
    with reading(store.path) as db:
        results = Results(db, book=LabelBook(labels))
        asked = Request(results, ExportSettings(STUDY), Path("config.toml"), NOW)
        return [dict(zip(OBSERVATIONS, row)) for row in observations(asked)]


@pytest.mark.parametrize(
    ("met", "labels", "people", "at"),
    [
        ([MET], [FIRST], "anna", "12:00"),
        ([MET, OTHER], [FIRST, SECOND], "anna; ben", "13:00"),
        ([MET, STONE], [FIRST], "anna", "12:00"),  # a stone is none for the machine
        ([MET, DOUBTED], [FIRST], "anna", "12:00"),  # the machine counted one
        ([DOUBTED], [SECOND], "ben", "13:00"),
        ([MET], [said(UNSURE, 2, 3)], "anna", "12:00"),
        ([MET], [said(WATCHED, 0, 5)], "anna", "12:00"),
        ([], [said(WATCHED, 0, 9)], "anna", "12:00"),
    ],
)
def test_who_rejected_all_is_told(
    tmp_path: Path, met: list[Encounter], labels: list[Label], people: str, at: str
) -> None:
    """Everybody who did, and when the last of them did."""
    (row,) = rows(tmp_path, seen(met), *labels)

    assert row["observationType"] == "blank"
    assert (row["classificationMethod"], row["classifiedBy"]) == ("human", people)
    assert row["classificationTimestamp"] == f"2026-06-01T{at}:00Z"
    assert row["classificationProbability"] == ""


@pytest.mark.parametrize(
    ("met", "labels"),
    [
        ([], []),
        ([DOUBTED], []),
        ([encounter(1, 2, 3, status="doubtful"), DOUBTED], [FIRST]),
        ([], [said(WATCHED, 0, 5)]),
    ],
)
def test_what_the_machine_alone_calls_empty_is_the_machines(
    tmp_path: Path, met: list[Encounter], labels: list[Label]
) -> None:
    """A person who looked at a part of it has not said it of the clip."""
    (row,) = rows(tmp_path, seen(met), *labels)

    assert (row["observationType"], row["classificationMethod"]) == ("blank", "machine")
    assert row["classifiedBy"] == "fish.tflite sha256 000000000000"


def test_a_kind_beside_has_the_same_decider_at_both_levels(tmp_path: Path) -> None:
    """A person who saw a fish has not said that the eels beside it are eels."""
    outcome = seen([encounter(1, 2, 4, label="dace")], box=Box(0, 0, 0.5, 0.5))
    assert outcome.findings
    eels = tuple(
        (frame, Detection("eel", 0.9, Box(0.5, 0.5, 0.5, 0.5))) for frame in (2, 3, 4)
    )
    both = tuple(sorted((*outcome.findings.detections, *eels), key=lambda one: one[0]))
    findings = replace(outcome.findings, detections=both)
    found = rows(tmp_path, replace(outcome, findings=findings), said(FISH, 2, 4))
    deciders = {
        (row["observationLevel"], row["observationTags"], row["classificationMethod"])
        for row in found
    }

    assert len(found) == 8
    assert deciders == {
        (level, f"label:{kind}", decider)
        for level in ("event", "media")
        for kind, decider in (("dace", "human"), ("eel", "machine"))
    }
