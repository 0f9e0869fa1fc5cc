"""The CSV tables: columns, order, times, and the zeros that count."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from analysis.exports import tables
from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.values.record import Outcome
from analysis.values.seen import FAILED, Box
from tests.analysis.made_record import NOW, START, clip, encounter, open_record, seen
from tests.analysis.made_record import sidecar as beside
from weir.effort import EffortLine

ARCHITECTURE = {
    "clips.csv": "clip, archive, deployment, camera, date, start, clock_synchronised,"
    " framerate, frames_expected, frames_decoded, visible_minutes, status, reason,"
    " fish_frames, encounters, max_n, sha256",
    "encounters.csv": "clip, encounter, start, end, first_frame, last_frame,"
    " best_frame, label, score, species, species_score, max_n, status, snapshot,"
    " sha256",
    "detections.csv": "clip, frame, time, label, score, x, y, width, height, species,"
    " species_score, sha256",
    "daily.csv": "deployment, camera, date, label, species, encounters, max_n,"
    " hours_analysed, visible_minutes",
    "effort.csv": "deployment, camera, date, planned_minutes, filmed_minutes,"
    " delivered_minutes, analysed_minutes, visible_minutes, missed_reason",
}


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """The tables of a small record: two days, one of them without fish."""
    store, run = open_record(tmp_path / "results")
    with store:
        film = beside("clip00001_2026-05-01.h264", 1)
        encounters = [encounter(1, 2, 3), encounter(2, 6, 6, status="static")]
        store.commit(clip(1, beside=film), run, seen(encounters), NOW)
        store.commit(clip(2, date="2026-05-02"), run, seen(), NOW)
        store.commit(clip(3), run, Outcome(FAILED, "not one frame", None), NOW)
        end = START + timedelta(minutes=15)
        missed = (("drive full", 300.0),)
        line = EffortLine("creek", "cam1", START, end, "+02:00", 600.0, missed)
        store.add_effort([line])
    with reading(tmp_path / "results" / "weir.sqlite") as db:
        tables.export(Results(db), tmp_path)
    return tmp_path


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table."""
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ARCHITECTURE)
def test_columns_are_the_documented_ones(exported: Path, name: str) -> None:
    """Other people's scripts read these names, in this order."""
    header = (exported / name).read_text("utf-8").splitlines()[0]

    assert header.split(",") == ARCHITECTURE[name].split(", ")


def test_clips_say_what_became_of_them(exported: Path) -> None:
    """A failed clip has its row and its reason; static encounters are in no count."""
    first, failed, second = rows(exported, "clips.csv")

    assert first["start"] == "2026-05-01T05:00:00Z"
    assert (first["fish_frames"], first["encounters"], first["max_n"]) == (
        "2",
        "1",
        "1",
    )
    assert (failed["status"], failed["reason"]) == ("failed", "not one frame")
    assert (second["start"], second["clock_synchronised"]) == ("", "")
    assert (first["visible_minutes"], first["framerate"]) == ("0.15", "1")


def test_encounters_have_times_where_they_are_known(exported: Path) -> None:
    """Counted and static ones both have rows."""
    counted, static = rows(exported, "encounters.csv")

    assert counted["start"] == "2026-05-01T05:00:02Z"
    assert counted["end"] == "2026-05-01T05:00:03Z"
    assert (counted["status"], static["status"]) == ("counted", "static")
    assert (exported / "results" / counted["snapshot"]).is_file()


def test_detections_are_every_frame_above_the_threshold(exported: Path) -> None:
    """Counted or not; whole-frame models have no box."""
    found = rows(exported, "detections.csv")

    assert [row["frame"] for row in found] == ["2", "3", "6"]
    assert {row["x"] for row in found} == {""}


def test_a_day_without_fish_has_a_zero(exported: Path) -> None:
    """No fish seen is a result; a day without footage is none."""
    first, second = rows(exported, "daily.csv")

    assert (first["date"], first["label"], first["encounters"]) == (
        "2026-05-01",
        "fish",
        "1",
    )
    assert (second["date"], second["encounters"], second["max_n"]) == (
        "2026-05-02",
        "0",
        "0",
    )


def test_effort_is_what_was_planned_and_what_came_of_it(exported: Path) -> None:
    """Planned minutes are filmed and missed ones, and what arrived is beside them."""
    first, second = rows(exported, "effort.csv")

    assert first["planned_minutes"] == "15"
    assert first["filmed_minutes"] == "10"
    assert first["missed_reason"] == "drive full 5"
    assert (second["planned_minutes"], second["delivered_minutes"]) == ("", "0.17")


def test_boxes_are_relative(tmp_path: Path) -> None:
    """A box goes out as it came in, 0 to 1 from the top left."""
    store, run = open_record(tmp_path)
    with store:
        outcome = seen([encounter(1, 0, 0)], box=Box(0.1, 0.25, 0.5, 0.125))
        store.commit(clip(1), run, outcome, NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        tables.export(Results(db), tmp_path)
    (row,) = rows(tmp_path, "detections.csv")

    assert [row[c] for c in ("x", "y", "width", "height")] == [
        "0.1",
        "0.25",
        "0.5",
        "0.125",
    ]


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


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a\rb.h264", "a\N{REPLACEMENT CHARACTER}b.h264"),
        ("a\nb\t.h264", "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}.h264"),
        ('=HYPERLINK("x")', '\'=HYPERLINK("x")'),
        ("a;=cmd()", "a;'=cmd()"),
        ("a; +cmd();@b", "a; '+cmd();'@b"),
        (" =cmd()", " '=cmd()"),
        ("\uff1dcmd()", "'\uff1dcmd()"),
        ("\u2212cmd()", "'\u2212cmd()"),
        ("a=b; c", "a=b; c"),
        ("@SUM(1)", "'@SUM(1)"),
        ("-creek, left bank", "'-creek, left bank"),
    ],
)
def test_a_name_neither_ends_its_row_nor_runs(
    tmp_path: Path, text: str, written: str
) -> None:
    """Whoever made the archive that it came in."""
    store, run = open_record(tmp_path)
    with store:
        store.commit(replace(clip(1), clip=text, archive=text), run, seen(), NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        tables.export(Results(db), tmp_path)
    (row,) = rows(tmp_path, "clips.csv")

    assert (row["clip"], row["archive"]) == (written, written)
    assert row["sha256"] == clip(1).sha256
