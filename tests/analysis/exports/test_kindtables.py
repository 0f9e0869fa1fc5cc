"""MaxN of each kind: in each clip, on each day and at each camera."""

from __future__ import annotations

import csv
from dataclasses import replace

import pytest

from analysis.exports.tables import export
from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.values.record import Outcome
from analysis.values.seen import Box, Detection
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen

BOX = Box(0.1, 0.1, 0.1, 0.1)
DAYS = ("2026-05-01", "2026-05-01", "2026-05-02")


def visit(trouts: int, eels: int) -> Outcome:
    """A look at a clip: so many of each in each of five frames."""
    names = ["trout"] * trouts + ["eel"] * eels
    outcome = seen([encounter(1, 0, 4, species="trout", max_n=len(names))])
    assert outcome.findings
    boxes = tuple(
        (frame, Detection("fish", 0.9, BOX, name, 0.8))
        for frame in range(5)
        for name in names
    )
    return replace(outcome, findings=replace(outcome.findings, detections=boxes))


@pytest.fixture(scope="module")
def tables(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, list[dict[str, str]]]:
    """Three clips of two days, and one of another camera."""
    folder = tmp_path_factory.mktemp("kinds")
    store, run = open_record(folder)
    with store:
        for number, (day, eels) in enumerate(zip(DAYS, (2, 3, 0)), 1):
            store.commit(clip(number, date=day), run, visit(1, eels), NOW)
        store.commit(clip(4, camera="cam2"), run, visit(4, 0), NOW)
    with reading(folder / "weir.sqlite") as db:
        paths = export(Results(db), folder)
    return {
        path.stem: list(csv.DictReader(path.read_text("utf-8").splitlines()))
        for path in paths
    }


def test_each_kind_has_its_most_in_each_clip(
    tables: dict[str, list[dict[str, str]]],
) -> None:
    """Of the kinds that were seen in it."""
    columns = ("clip", "species", "encounters", "max_n")

    assert [tuple(row[name] for name in columns) for row in tables["clip_kinds"]] == [
        ("clip00001_2026-05-01.h264", "eel", "1", "2"),
        ("clip00001_2026-05-01.h264", "trout", "1", "1"),
        ("clip00002_2026-05-01.h264", "eel", "1", "3"),
        ("clip00002_2026-05-01.h264", "trout", "1", "1"),
        ("clip00003_2026-05-02.h264", "trout", "1", "1"),
        ("clip00004_2026-05-01.h264", "trout", "1", "4"),
    ]


def test_each_kind_has_its_most_at_each_camera(
    tables: dict[str, list[dict[str, str]]],
) -> None:
    """The most of any day there, never a sum."""
    columns = ("camera", "species", "encounters", "max_n")

    assert [tuple(row[name] for name in columns) for row in tables["kinds"]] == [
        ("cam1", "eel", "2", "3"),
        ("cam1", "trout", "3", "1"),
        ("cam2", "trout", "1", "4"),
    ]
