"""Tracks as other tools read them."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

from analysis.exports.tables import export
from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.values.seen import Box, Track
from tests.analysis.made_record import (
    NOW,
    clip,
    encounter,
    open_record,
    seen,
    sidecar,
)

ENTRY, EXIT = Box(0, 0.25, 0.125, 0.25), Box(0.5, 0.25, 0.25, 0.5)


def tables(folder: Path) -> dict[str, list[dict[str, str]]]:
    """Every table of a clip in which one of two boxes was followed."""
    outcome = seen([encounter(1, 2, 3)], box=ENTRY)
    assert outcome.findings
    track = Track(1, "fish", "dace", 2, 3, 2, 0.9, ENTRY, EXIT)
    findings = replace(outcome.findings, tracks=(track,), track_of=(1, 0))
    store, run = open_record(folder)
    with store:
        for _ in range(2):  # what is looked at again counts once
            one = clip(1, beside=sidecar("a.h264", 1))
            store.commit(one, run, replace(outcome, findings=findings), NOW)
    with reading(store.path) as db:
        paths = export(Results(db), folder)
    return {
        path.stem: list(csv.DictReader(path.read_text("utf-8").splitlines()))
        for path in paths
    }


def test_a_track_says_where_it_begins_and_ends(tmp_path: Path) -> None:
    """In frames, in time, and in the picture."""
    (track,) = tables(tmp_path)["tracks"]

    assert (track["track"], track["first_frame"], track["last_frame"]) == (
        "1",
        "2",
        "3",
    )
    assert (track["start"], track["duration_s"]) == ("2026-05-01T05:00:02Z", "2")
    assert (track["entry_x"], track["entry_width"]) == ("0", "0.125")
    assert (track["exit_x"], track["exit_height"]) == ("0.5", "0.5")
    assert (track["encounter"], track["status"]) == ("1", "counted")


def test_a_box_knows_its_track(tmp_path: Path) -> None:
    """Where it was followed."""
    boxes = tables(tmp_path)["detections"]

    assert [row["track"] for row in boxes] == ["1", ""]
