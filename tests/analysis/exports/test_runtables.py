"""Every number can be traced to a run: its models, method and settings."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from analysis.exports import tables
from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.values.seen import METHOD
from tests.analysis.made_record import (
    FACTS,
    NOW,
    SETTINGS,
    clip,
    encounter,
    open_record,
    seen,
)
from weir import __version__

COLUMNS = (
    "run, started, software, method, clips, older, detector_file,"
    " detector_sha256, detector_kind, detector_engine,"
    " detector_engine_version, detector_threshold, detector_targets,"
    " detector_resize, detector_fit, detector_colour, detector_scale,"
    " detector_offset, classifier_file, classifier_sha256,"
    " classifier_kind, classifier_engine, classifier_engine_version,"
    " classifier_threshold, classifier_targets, classifier_resize,"
    " classifier_fit, classifier_colour, classifier_scale,"
    " classifier_offset, rotate, encounter_gap_s, require_motion,"
    " assumed_framerate, settings, verifier_file, verifier_sha256, verifier_kind,"
    " verifier_engine, verifier_engine_version, verifier_threshold,"
    " verifier_targets, verifier_resize, verifier_fit, verifier_colour,"
    " verifier_scale, verifier_offset, verifier_frames_per_hour, level_camera"
)

TODAY: dict[str, Any] = {
    **SETTINGS,
    "method": METHOD,
    "level_camera": False,
    "detector": {**FACTS, "scale": [1 / 255], "offset": [0.0]},
    "classifier": {**FACTS, "file": "kinds.tflite", "sha256": "1" * 64},
}


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """The tables of two runs, each with a clip of the same day."""
    store, first = open_record(tmp_path)
    with store:
        store.commit(clip(1), first, seen([encounter(1, 2, 3)]), NOW)
        second, later = store.run(TODAY, NOW), NOW + timedelta(minutes=1)
        store.commit(clip(2), second, seen([encounter(1, 2, 3)]), later)
    with reading(tmp_path / "weir.sqlite") as db:
        tables.export(Results(db), tmp_path)
    return tmp_path


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["clips.csv", "encounters.csv", "detections.csv"])
def test_every_row_of_footage_names_its_run(exported: Path, name: str) -> None:
    """The one that saw it."""
    runs = {row["clip"]: row["run"] for row in rows(exported, name)}

    assert runs == {"clip00001_2026-05-01.h264": "1", "clip00002_2026-05-01.h264": "2"}


@pytest.mark.parametrize(
    "name",
    ["daily.csv", "daily_totals.csv", "effort.csv", "hourly.csv", "kinds.csv"],
)
def test_every_sum_names_its_runs(exported: Path, name: str) -> None:
    """All of them, where clips of several are in it."""
    assert {row["run"] for row in rows(exported, name)} == {"1; 2"}


def test_columns_are_the_documented_ones(exported: Path) -> None:
    """Other people's scripts read these names, in this order."""
    assert list(rows(exported, "runs.csv")[0]) == COLUMNS.split(", ")


def test_a_run_says_by_what_it_saw(exported: Path) -> None:
    """Model, engine, threshold, preprocessing, method and version of Weir."""
    first, second = rows(exported, "runs.csv")

    assert (first["method"], second["method"]) == ("1", str(METHOD))
    assert (first["older"], second["older"]) == ("true", "false")
    assert (first["level_camera"], second["level_camera"]) == ("", "false")
    assert second["software"] == f"weir {__version__}"
    assert second["detector_sha256"] == "0" * 64
    assert second["detector_threshold"] == "0.5"
    assert second["detector_scale"] == "0.003921569"
    assert second["classifier_file"] == "kinds.tflite"
    assert first["classifier_file"] == ""
    assert json.loads(second["settings"]) == TODAY
