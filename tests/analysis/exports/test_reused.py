"""What is of frames that nobody looked at, in tables and in files for others."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis.config import ExportSettings
from analysis.exports import exporter
from analysis.exports.request import Request
from analysis.record.file.reader import reading
from analysis.record.looks import shownframes
from analysis.record.results import Results
from analysis.values.seen import Box, Detection
from tests.analysis.exports.made_exports import SPECIES, STUDY
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen

PLACE = Box(0.25, 0.25, 0.25, 0.25)
REUSED = [0, 2, 0, 1, 2, 0, 2, 2, 0, 2]
"""Looked at 0, 2, 5 and 8; nothing had changed in 3; the rest was not due."""


@pytest.fixture
def results(tmp_path: Path) -> Iterator[Results]:
    """A fish from 2 to 5, which may have been there until 7."""
    outcome = seen([encounter(1, 2, 5, label="dace", species="", max_n=1)], box=PLACE)
    assert outcome.findings
    found = tuple((n, Detection("dace", 0.9, PLACE)) for n in range(2, 8))
    reused = np.array(REUSED, np.uint8)
    findings = replace(outcome.findings, detections=found, reused=reused)
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1), run, replace(outcome, findings=findings), NOW)
    with reading(store.path) as db:
        yield Results(db)


def exported(results: Results, name: str, folder: Path) -> Path:
    """The folder of an export."""
    settings = ExportSettings(deployment=STUDY, species=SPECIES)
    (folder / name).mkdir()
    asked = Request(results, settings, Path("config.toml"), NOW)
    exporter(name)(asked, folder / name)
    return folder / name


def test_files_for_others_have_no_boxes_between_looks(
    results: Results, tmp_path: Path
) -> None:
    """The fish has swum on there; where nothing had changed it has not."""
    coco: dict[str, Any] = json.loads(
        (exported(results, "coco", tmp_path) / "coco.json").read_text()
    )
    found = exported(results, "megadetector", tmp_path) / "megadetector.json"
    (image,) = json.loads(found.read_text())["images"]

    assert [each["frame_index"] for each in coco["images"]] == [2, 3, 5]
    assert [each["frame_number"] for each in image["detections"]] == [2, 3, 5]
    assert image["frames_processed"] == [0, 2, 3, 5, 8]


def test_the_review_page_draws_no_boxes_between_looks(results: Results) -> None:
    """A person would see them beside the fish."""
    (only,) = results.clips
    db = results._db
    found = shownframes.boxes(db, only.sha256, only.run, (0, 9), 0.5)

    assert [frame for frame, _ in found] == [2, 3, 5]


def test_a_table_has_every_frame(results: Results, tmp_path: Path) -> None:
    """Those beyond the encounter are of none."""
    file = exported(results, "csv", tmp_path) / "detections.csv"
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))

    assert [row["frame"] for row in rows] == ["2", "3", "4", "5", "6", "7"]
    assert [row["reused"] == "true" for row in rows] == [0, 1, 1, 0, 1, 1]
    assert [row["encounter"] for row in rows] == ["1"] * 4 + [""] * 2


def test_another_threshold_ends_where_somebody_looked(results: Results) -> None:
    """As the run's own does."""
    (only,) = results.clips
    again = Results(results._db, threshold=0.4)

    for each in (results, again):
        (met,) = each.encounters_in(only)
        assert (met.encounter.first_frame, met.encounter.last_frame) == (2, 5)


def test_frames_that_nobody_looked_at_make_no_kind_sure(results: Results) -> None:
    """One look is one, however many frames it stands for."""
    (met,) = results.encounters_in(results.clips[0])

    assert [(kind.species or kind.label, kind.frames) for kind in met.kinds] == [
        ("dace", 2)
    ]
