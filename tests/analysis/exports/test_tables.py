"""The CSV tables: columns, order, times, and the zeros that count."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

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
    "clips.csv": "clip, archive, deployment, camera, date, start,"
    " clock_synchronised, framerate, frames_expected, frames_decoded,"
    " visible_minutes, status, reason, fish_frames, encounters, max_n,"
    " sha256, start_from, camera_from, framerate_from, blind_minutes,"
    " run, verifiable, verified, unverified",
    "encounters.csv": "clip, encounter, start, end, first_frame, last_frame,"
    " best_frame, label, score, species, species_score, max_n, status, snapshot,"
    " sha256, encounter_id, deployment, camera, date, local_start,"
    " duration_s, uniqueness, background_score, zoom_gain, elongation,"
    " decided_by, review, reviewed_by, reviewed_at, machine_label,"
    " machine_species, machine_max_n, run, machine_status,"
    " beside",
    "detections.csv": "clip, frame, time, label, score, x, y, width, height, species,"
    " species_score, sha256, encounter, status, run, track, reused,"
    " found_by",
    "tracks.csv": "clip, track, start, end, first_frame, last_frame, frames,"
    " duration_s, label, species, score, entry_x, entry_y, entry_width, entry_height,"
    " exit_x, exit_y, exit_width, exit_height, encounter, status, sha256, run",
    "daily.csv": "deployment, camera, date, label, species, encounters, max_n,"
    " hours_analysed, visible_minutes, blind_minutes, run,"
    " confirmed, machine_only, open, rejected, confirmed_max_n",
    "daily_totals.csv": "deployment, camera, date, encounters, max_n, hours_analysed,"
    " visible_minutes, blind_minutes, run,"
    " confirmed, machine_only, open, rejected, confirmed_max_n",
    "clip_kinds.csv": "deployment, camera, date, clip, sha256, label, species,"
    " encounters, max_n, run,"
    " confirmed, machine_only, open, rejected, confirmed_max_n",
    "kinds.csv": "deployment, camera, label, species, encounters, max_n, run,"
    " confirmed, machine_only, open, rejected, confirmed_max_n",
    "effort.csv": "deployment, camera, date, planned_minutes, filmed_minutes,"
    " delivered_minutes, analysed_minutes, visible_minutes,"
    " missed_reason, blind_minutes, run",
    "moments.csv": "clip, moment, first_frame, last_frame, best_frame, time, x, y,"
    " width, height, strength, uniqueness, elongation, zoom_gain, rank,"
    " snapshot, sha256, run, outline",
    "hourly.csv": "deployment, camera, date, hour, encounters, max_n,"
    " analysed_minutes, visible_minutes, run,"
    " confirmed, machine_only, open, rejected, confirmed_max_n, blind_minutes",
    "deployments.csv": "deployment, camera, site, latitude, longitude, timezone,"
    " first_footage, last_footage, clips",
}


def with_facts(outcome: Outcome, **facts: Any) -> Outcome:
    """The same findings, with more facts."""
    assert outcome.findings
    return replace(outcome, findings=replace(outcome.findings, **facts))


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """The tables of a small record: two days, one of them without fish."""
    store, run = open_record(tmp_path / "results")
    with store:
        place: dict[str, Any] = {"site": "weir", "latitude": 54.0, "longitude": 9.5}
        film = beside("clip00001_2026-05-01.h264", 1, **place)
        encounters = [encounter(1, 2, 3), encounter(2, 6, 6, status="static")]
        store.commit(clip(1, beside=film), run, seen(encounters), NOW)
        second = replace(clip(2, date="2026-05-02"), camera_from="folder")
        facts = {"framerate_from": "stream", "blind_frames": 1}
        store.commit(second, run, with_facts(seen(), **facts), NOW)
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
    assert (counted["local_start"], counted["duration_s"]) == (
        "2026-05-01T07:00:02+02:00",
        "2",
    )


def test_an_encounter_says_whose_it_is(exported: Path) -> None:
    """Its table stands alone; its name depends on the bytes and the frames, no run."""
    first, second = rows(exported, "encounters.csv")

    assert [first[name] for name in ("deployment", "camera", "date")] == [
        "creek",
        "cam1",
        "2026-05-01",
    ]
    assert first["encounter_id"] == f"{first['sha256'][:16]}-2-3"
    assert second["encounter_id"] == f"{first['sha256'][:16]}-6-6"


def test_what_was_used_is_said(exported: Path) -> None:
    """Where start, camera and rate come from; nothing where nothing is known."""
    names = ("start_from", "camera_from", "framerate_from", "blind_minutes")
    with_sidecar, _, without = rows(exported, "clips.csv")

    assert [with_sidecar[name] for name in names] == ["sidecar"] * 3 + [""]
    assert [without[name] for name in names] == ["", "folder", "stream", "0.02"]


def test_a_day_has_one_row_for_all_kinds(exported: Path) -> None:
    """Also a day without fish, for which it has a 0."""
    found = rows(exported, "daily_totals.csv")

    assert [(row["date"], row["encounters"], row["max_n"]) for row in found] == [
        ("2026-05-01", "1", "1"),
        ("2026-05-02", "0", "0"),
    ]


def test_an_hour_is_local(exported: Path) -> None:
    """Footage without a time of day is in no hour, and not left out."""
    found = rows(exported, "hourly.csv")
    names = ("date", "hour", "encounters", "analysed_minutes", "blind_minutes")

    assert [[row[name] for name in names] for row in found] == [
        ["2026-05-01", "7", "1", "0.17", ""],
        ["2026-05-02", "", "0", "0.17", "0.02"],
    ]


def test_a_camera_says_where_it_stood(exported: Path) -> None:
    """And from when to when there is footage of it."""
    (row,) = rows(exported, "deployments.csv")

    assert (row["site"], row["latitude"], row["timezone"]) == (
        "weir",
        "54",
        "UTC+02:00",
    )
    assert row["first_footage"] == "2026-05-01"
    assert (row["last_footage"], row["clips"]) == ("2026-05-02", "3")


def test_detections_are_every_frame_above_the_threshold(exported: Path) -> None:
    """Counted or not; whole-frame models have no box."""
    found = rows(exported, "detections.csv")

    assert [row["frame"] for row in found] == ["2", "3", "6"]
    assert [row["encounter"] for row in found] == ["1", "1", "2"]
    assert [row["status"] for row in found] == ["counted", "counted", "static"]
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
