"""Camtrap DP: a package that its validator takes, with the numbers of the tables."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analysis.config import ExportSettings
from analysis.exports import exporter
from analysis.record.file.reader import reading
from analysis.record.results import Results
from tests.analysis.exports.camtrap_terms import COLUMNS
from tests.analysis.exports.made_exports import SPECIES, STUDY, request, write
from tests.analysis.exports.validators import check_camtrap
from tests.analysis.made_record import open_record, sha
from weir import WeirError


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of a record with a clip of each sort."""
    return write(tmp_path_factory.mktemp("camtrap"), "camtrap-dp")


def rows(package: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table."""
    with (package / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def description(package: Path) -> dict[str, Any]:
    """What ``datapackage.json`` says."""
    found: dict[str, Any] = json.loads(
        (package / "datapackage.json").read_text("utf-8")
    )
    return found


def test_the_package_is_valid(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By frictionless, with keys, types, patterns and links between the tables."""
    found = check_camtrap(package, monkeypatch)

    assert list(found.values()) == [1, 6, 18, 3, 6]


@pytest.mark.parametrize("name", COLUMNS)
def test_all_columns_are_there(package: Path, name: str) -> None:
    """The standard wants them all, empty where nothing is known."""
    assert len(rows(package, name)[0]) == COLUMNS[name]


def test_the_description_has_what_is_demanded(package: Path) -> None:
    """The profile of the version, the study, where, when and what."""
    found = description(package)

    assert "/1.0.2/" in found["profile"]
    assert found["project"]["samplingDesign"] == "targeted"
    assert found["contributors"] == [{"title": "Anna", "role": "contact"}]
    assert found["spatial"]["coordinates"] == [[8.54321, 47.12345]]
    assert found["temporal"] == {"start": "2026-05-01", "end": "2026-05-03"}
    names = [taxon["scientificName"] for taxon in found["taxonomic"]]
    assert names == ["Anguilla anguilla", "Leuciscus leuciscus"]


def test_events_can_be_summed(package: Path) -> None:
    """One for each encounter and kind that counts, with MaxN, and blank ones."""
    events = [
        r for r in rows(package, "observations") if r["observationLevel"] == "event"
    ]
    found = [
        (row["observationType"], row["scientificName"], row["count"]) for row in events
    ]

    assert sorted(found) == [
        ("animal", "Anguilla anguilla", "2"),
        ("animal", "Anguilla anguilla", "2"),
        ("animal", "Leuciscus leuciscus", ""),
        ("animal", "Leuciscus leuciscus", "3"),
        ("blank", "", ""),
        ("blank", "", ""),
        ("unclassified", "", ""),
    ]


def test_a_row_says_who_decided(package: Path) -> None:
    """A person with the time of the decision, or a model with its score."""
    every = rows(package, "observations")
    names = ("classificationMethod", "classifiedBy", "classificationProbability")
    by_event = {row["mediaID"] or row["eventID"]: row for row in every}
    person = next(row for row in every if row["count"] == "2")
    machine = next(row for row in every if row["count"] == "3")

    assert [person[name] for name in names] == ["human", "anna", ""]
    assert person["classificationTimestamp"] == "2026-06-01T12:00:00Z"
    assert [machine[name] for name in names] == [
        *("machine", "fish.tflite sha256 000000000000", "0.875")
    ]
    assert by_event[sha(4)]["classificationMethod"] == "human"  # watched, blank
    assert by_event[sha(3)]["classificationMethod"] == "human"  # rejected, blank
    assert by_event[sha(2)]["classificationMethod"] == "human"  # a fish of a person


def test_media_rows_have_boxes_or_the_span(package: Path) -> None:
    """A box in its second; where nobody knows where in the frame, from end to end."""
    media = [
        r for r in rows(package, "observations") if r["observationLevel"] == "media"
    ]
    boxes = [row for row in media if row["bboxX"]]
    span = next(row for row in media if row["mediaID"] == sha(1))

    assert len(boxes) == 10
    assert [box["bboxX"] for box in boxes[:3]] == ["0.1", "0", "0.1"]
    assert (span["eventStart"], span["eventEnd"]) == (
        "2026-05-01T07:00:02+02:00",
        "2026-05-01T07:00:03+02:00",
    )


def test_no_time_of_day_is_made_up(package: Path) -> None:
    """Such a clip has local midnight, and the deployment says so."""
    without = next(row for row in rows(package, "media") if row["mediaID"] == sha(2))
    (camera,) = rows(package, "deployments")

    assert without["timestamp"] == "2026-05-02T00:00:00+02:00"
    assert "time of day is unknown" in without["mediaComments"]
    assert camera["timestampIssues"] == "true"
    assert camera["deploymentComments"].startswith("5 of 6 clips: the time of day")
    assert (camera["deploymentStart"], camera["deploymentEnd"]) == (
        "2026-05-01T00:00:00+02:00",
        "2026-05-03T23:59:59+02:00",
    )


def test_a_camera_is_a_deployment(package: Path) -> None:
    """With its place, and the health of its clips and machine in a table of ours."""
    (camera,) = rows(package, "deployments")
    health = {row["mediaID"]: row for row in rows(package, "clip-health")}

    assert (camera["deploymentID"], camera["latitude"]) == ("creek/cam1", "47.12345")
    assert json.loads(health[sha(1)]["health"]) == {"temperature_c": 41.5}
    assert (health[sha(3)]["status"], health[sha(3)]["reason"]) == ("salvaged", "short")
    assert rows(package, "effort")[0]["plannedMinutes"] == "0.17"


def test_coordinates_are_rounded_before_they_are_published(tmp_path: Path) -> None:
    """In the table, in GeoJSON, and the package says to what."""
    study = replace(STUDY, coordinate_precision=0.05)
    out = write(tmp_path, "camtrap-dp", settings=ExportSettings(study, species=SPECIES))

    assert rows(out, "deployments")[0]["latitude"] == "47.1"
    assert description(out)["spatial"]["coordinates"] == [[8.55, 47.1]]
    assert description(out)["coordinatePrecision"] == 0.05


@pytest.mark.parametrize(
    ("study", "species", "missing"),
    [
        (
            replace(STUDY, title="", contributors=()),
            SPECIES,
            "deployment.title, deployment.contributors",
        ),
        (replace(STUDY, latitude=None), SPECIES, "deployment.latitude (of creek cam1)"),
        (
            replace(STUDY, id="river"),
            SPECIES,
            "deployment.latitude, deployment.longitude (of",
        ),
        (replace(STUDY, data_licence="CC0-1.0"), SPECIES, "deployment.media_licence"),
        (STUDY, SPECIES[:1], 'species."eel"'),
    ],
)
def test_what_is_missing_is_named_in_one_sentence(
    tmp_path: Path, study: Any, species: Any, missing: str
) -> None:
    """With every key."""
    settings = ExportSettings(study, species=species)
    with pytest.raises(WeirError) as told:
        write(tmp_path, "camtrap-dp", settings=settings)

    assert f"does not say what the format demands: {missing}" in str(told.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_record_without_footage_is_refused(tmp_path: Path) -> None:
    """With a sentence, not with an empty package."""
    with request(tmp_path / "full") as asked:
        store, _ = open_record(tmp_path)
        store.close()
        with reading(store.path) as db, pytest.raises(WeirError, match="no footage"):
            exporter("camtrap-dp")(replace(asked, results=Results(db)), tmp_path)
