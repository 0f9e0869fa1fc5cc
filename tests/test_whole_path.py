"""The whole path as people walk it: film, pack, carry, analyse, export, prune.

Every step is a command of its own, as a process, with one config file.
"""

from __future__ import annotations

import csv
import html
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.footage import model_bytes

CONFIG = """
[deployment]
id = "creek"
camera = "cam1"
timezone = "Europe/Zurich"
[capture]
backend = "simulated"
directory = "drive"
require_mount = false
min_free_mb = 0
resolution = [320, 240]
[capture.schedule]
every_minutes = 30
record_minutes = 1
[capture.simulated]
pace = "fast"
start = "2026-05-01T04:59:30Z"
[analysis]
folder = "host"
settle_seconds = 0
min_free_mb = 0
[analysis.detector]
model = "fish.tflite"
normalise = "0..1"
"""


def weir(folder: Path, package: str, *arguments: str) -> str:
    """Run a command in a folder; what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", package, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which two clips were filmed, packed, carried and analysed."""
    folder = tmp_path_factory.mktemp("path")
    (folder / "drive").mkdir()
    (folder / "host" / "inbox").mkdir(parents=True)
    (folder / "config.toml").write_text(CONFIG)
    (folder / "fish.tflite").write_bytes(model_bytes())
    (folder / "weir-state").mkdir()
    (folder / "weir-state" / "effort-book.json").write_text("torn by a power cut")
    weir(folder, "capture", "run", "--clips", "2")
    weir(folder, "capture", "pack", "--output", "host/inbox/recordings.zip")
    (folder / "host.pub").write_text(weir(folder, "analysis", "keys"))
    weir(folder, "capture", "trust", "host.pub")
    weir(folder, "analysis", "run", "--once")
    weir(folder, "analysis", "export", "--format", "csv", "--output", "tables")
    return folder


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    """The rows of an exported table."""
    with (folder / "tables" / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_frame_filmed_is_analysed(walked: Path) -> None:
    """Sixty frames a clip go in at the river and come out at the host."""
    clips = rows(walked, "clips.csv")

    assert [c["frames_decoded"] for c in clips] == ["60", "60"]
    assert [c["frames_expected"] for c in clips] == ["60", "60"]
    assert {c["status"] for c in clips} == {"analysed"}


def test_times_come_from_the_camera(walked: Path) -> None:
    """The first slot begins at seven, local time, and so does its clip."""
    clips = rows(walked, "clips.csv")

    assert [c["start"] for c in clips] == [
        "2026-05-01T05:00:00Z",
        "2026-05-01T05:30:00Z",
    ]
    assert {(c["deployment"], c["camera"], c["date"]) for c in clips} == {
        ("creek", "cam1", "2026-05-01")
    }


def test_effort_travels_with_the_footage(walked: Path) -> None:
    """What was planned, filmed, delivered and analysed is the same two minutes."""
    (day,) = rows(walked, "effort.csv")
    minutes = [f"{kind}_minutes" for kind in ("planned", "filmed", "delivered")]

    assert [day[column] for column in (*minutes, "analysed_minutes")] == ["2"] * 4


def test_the_archive_ends_in_done(walked: Path) -> None:
    """With a receipt, and nothing left on the way."""
    host = walked / "host"

    assert [p.name for p in (host / "done").iterdir()] == ["recordings.zip"]
    assert [p for p in (host / "working").rglob("*") if p.is_file()] == []
    receipt = json.loads((host / "receipts/recordings.zip.receipt.json").read_text())
    assert [c["kept"] for c in receipt["clips"]] == [True, True]


def test_the_report_is_written(walked: Path) -> None:
    """One page."""
    printed = weir(walked, "analysis", "report", "--output", "page")

    assert (walked / printed.strip()).read_text("utf-8").startswith("<!doctype html>")


def test_a_warning_at_the_river_is_read_at_the_desk(walked: Path) -> None:
    """From the log on the drive, through archive and record, to the page."""
    log = (walked / "drive" / "weir-log.jsonl").read_text().splitlines()
    told = {json.loads(line)["event"]: json.loads(line)["message"] for line in log}
    weir(walked, "analysis", "report", "--output", "logs")

    page = (walked / "logs" / "report.html").read_text("utf-8")
    assert "state_lost" in told
    assert f"creek, cam1: 0 errors, {len(log)} warning" in page
    for message in told.values():
        assert html.escape(message) in page


def test_the_same_archive_again_counts_nothing_twice(walked: Path) -> None:
    """It is quick, ends in done/ too, and changes no table."""
    before = (walked / "tables" / "clips.csv").read_text()
    host = walked / "host"
    (host / "inbox" / "again.zip").write_bytes(
        (host / "done/recordings.zip").read_bytes()
    )
    weir(walked, "analysis", "run", "--once")
    weir(walked, "analysis", "export", "--format", "csv", "--output", "tables")

    assert (walked / "tables" / "clips.csv").read_text() == before
    assert (host / "receipts" / "again.zip.receipt.json").exists()


def test_the_receipt_lets_the_camera_forget(walked: Path) -> None:
    """Clips whose bytes are kept at the host are deleted, and only those."""
    drive = walked / "drive"
    other = drive / "clip99999_2026-05-01_09-00-00.h264"
    other.write_bytes(b"nobody has seen this")
    receipt = walked / "host" / "receipts" / "recordings.zip.receipt.json"
    weir(walked, "capture", "prune", "--receipt", str(receipt))

    assert [p.name for p in drive.glob("*.h264")] == [other.name]
