"""When each frame was filmed, as the tables say it."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from analysis.exports import tables
from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.values.record import Outcome
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen
from tests.analysis.made_record import sidecar as beside


def with_times(outcome: Outcome, times: Any) -> Outcome:
    """The same findings, with times of frames."""
    assert outcome.findings
    return replace(outcome, findings=replace(outcome.findings, times=times))


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_frame_times_of_the_camera_win(tmp_path: Path) -> None:
    """Frames that were dropped do not make later ones early."""
    times = (0, 1000, 2000, 6000, *range(7000, 13_000, 1000))
    film = beside("clip00001_2026-05-01.h264", 1, frame_times_ms=times)
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1, beside=film), run, seen([encounter(1, 3, 3)]), NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        tables.export(Results(db), tmp_path)

    assert rows(tmp_path, "encounters.csv")[0]["start"] == "2026-05-01T05:00:06Z"


def test_frame_times_of_the_camera_skip_a_hole(tmp_path: Path) -> None:
    """Of twelve frames of a raw stream the third and fourth are gone."""
    times = (0, 900, 1900, 2900, 6000, *range(7000, 14_000, 1000))
    film = beside("clip00001_2026-05-01.h264", 1, frame_times_ms=times)
    left = np.array([0, 1, *range(4, 12)], np.float64) * 1000
    store, run = open_record(tmp_path)
    with store:
        found = with_times(seen([encounter(1, 2, 2)]), left)
        store.commit(clip(1, beside=film), run, found, NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        tables.export(Results(db), tmp_path)

    assert rows(tmp_path, "encounters.csv")[0]["start"] == "2026-05-01T05:00:06Z"


def test_frame_times_of_a_worker_are_used(tmp_path: Path) -> None:
    """What was beside the clip, or in it, says when each frame was filmed."""
    times = np.array([0, 500, 2500, 2600, *range(3000, 9000, 1000)], np.float64)
    outcome = with_times(seen([encounter(1, 1, 2)]), times)
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1, beside=beside("a.h264", 1)), run, outcome, NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        tables.export(Results(db), tmp_path)
    (row,) = rows(tmp_path, "encounters.csv")

    assert (row["start"], row["end"], row["duration_s"]) == (
        "2026-05-01T05:00:00.500Z",
        "2026-05-01T05:00:02.500Z",
        "3",
    )
