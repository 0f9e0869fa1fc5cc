"""One number for each individual that was followed, in every format."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.config import ExportSettings
from analysis.exports import exporter
from analysis.exports.request import Request
from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.values.record import Outcome
from analysis.values.seen import Box, Detection, Track
from tests.analysis.exports.made_exports import SPECIES, STUDY
from tests.analysis.exports.viame_rules import read_viame
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen

WEST, EAST = Box(0.125, 0.25, 0.25, 0.25), Box(0.625, 0.25, 0.25, 0.25)
FOLLOWED = [(2, WEST, 1), (2, EAST, 2), (3, WEST, 2), (3, EAST, 1), (4, WEST, 0)]
"""Two dace that change places, and one that nobody could follow."""


def crossing() -> Outcome:
    """Two encounters: two dace and one unknown, and a stone, which is track 3."""
    met = [encounter(1, 2, 4, label="dace"), encounter(2, 8, 8, status="static")]
    outcome = seen(met)
    assert outcome.findings
    boxes = [*FOLLOWED, (8, EAST, 3)]
    found = tuple((frame, Detection("dace", 0.9, box)) for frame, box, _ in boxes)
    tracks = tuple(
        Track(n, "dace", "", 2 if n < 3 else 8, 3, 2, 0.9, WEST, EAST)
        for n in (1, 2, 3)
    )
    of = tuple(track for _, _, track in boxes)
    findings = replace(outcome.findings, detections=found, tracks=tracks, track_of=of)
    return replace(outcome, findings=findings)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two such clips in every format that has boxes."""
    base = tmp_path_factory.mktemp("individuals")
    store, run = open_record(base)
    with store:
        for number in (1, 2):
            store.commit(clip(number), run, crossing(), NOW)
    settings = ExportSettings(deployment=STUDY, species=SPECIES)
    with reading(store.path) as db:
        asked = Request(Results(db), settings, Path("config.toml"), NOW)
        for name in ("csv", "viame", "coco", "camtrap-dp"):
            (base / name).mkdir()
            exporter(name)(asked, base / name)
    return base


def test_viame_has_the_numbers_of_the_tracks(folder: Path) -> None:
    """Those of tracks.csv; what nobody followed has one that no track has."""
    files = sorted((folder / "viame").iterdir())
    for _, found in map(read_viame, files):
        assert [(one.frame, one.box[0], one.track) for one in found] == [
            (frame, round(box.x * 720), track or 4) for frame, box, track in FOLLOWED
        ]


def test_coco_has_a_track_for_each_individual(folder: Path) -> None:
    """Of every clip; the box of the first frame and that of the next are one."""
    coco = json.loads((folder / "coco" / "coco.json").read_text("utf-8"))
    tracks = [one["track_id"] for one in coco["annotations"]]

    assert tracks == [1, 2, 2, 1, 3, 4, 5, 5, 4, 6]
    assert [track["id"] for track in coco["tracks"]] == [1, 2, 3, 4, 5, 6]


def test_camtrap_dp_tells_the_track_of_a_box(folder: Path) -> None:
    """As a tag: nobody knows whether two visits are of one individual."""
    with (folder / "camtrap-dp/observations.csv").open(encoding="utf-8") as file:
        boxes = [row for row in csv.DictReader(file) if row["bboxX"]]

    assert [row["observationTags"] for row in boxes[:5]] == [
        *("label:dace | track:1", "label:dace | track:2"),
        *("label:dace | track:2", "label:dace | track:1", "label:dace"),
    ]
    assert {row["individualID"] for row in boxes} == {""}
