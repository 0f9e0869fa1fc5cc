"""What the demo makes, in every format: boxes, tracks and kinds from real models."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.exports import FORMATS
from tests.analysis.exports.validators import (
    check_camtrap,
    check_megadetector,
    load_coco,
)
from tests.analysis.exports.viame_rules import read_viame

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, run in a folder of its own, and a folder with each format."""
    folder = tmp_path_factory.mktemp("river") / "demo"
    shutil.copytree(ROOT / "demo", folder, ignore=shutil.ignore_patterns("out"))
    subprocess.run([sys.executable, folder / "run.py"], cwd=ROOT, check=True)
    for name in FORMATS:
        where = ["--output", str(folder / name)]
        config = ["--config", str(folder / "config.toml")]
        assert main(["export", "--format", name, *where, *config]) == 0
    return folder


def rows(table: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def boxes(demo: Path) -> list[tuple[str, int]]:
    """The clip and the frame of every box that counts, as the tables have them."""
    found = rows(demo / "csv" / "detections.csv")
    return sorted(
        (row["clip"], int(row["frame"])) for row in found if row["status"] == "counted"
    )


def test_camtrap_dp_is_valid(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the boxes and events are those of the tables."""
    found = check_camtrap(demo / "camtrap-dp", monkeypatch)
    every = rows(demo / "camtrap-dp" / "observations.csv")
    clips = {
        r["mediaID"]: r["fileName"] for r in rows(demo / "camtrap-dp" / "media.csv")
    }
    boxed = [
        (clips[row["mediaID"]], int(row["observationComments"].split()[1]))
        for row in every
        if row["bboxX"]
    ]
    counts = [row["count"] for row in every if row["count"]]
    kinds = rows(demo / "csv" / "encounters.csv")

    assert found["media"] == len(clips) == 3
    assert sorted(boxed) == boxes(demo)
    assert counts == [r["max_n"] for r in kinds if r["status"] == "counted"]


def test_megadetector_is_valid(demo: Path) -> None:
    """With every box that counts."""
    check_megadetector(demo / "megadetector" / "megadetector.json")
    found = json.loads((demo / "megadetector" / "megadetector.json").read_text())

    assert boxes(demo) == sorted(
        (image["file"], one["frame_number"])
        for image in found["images"]
        for one in image["detections"]
    )


def test_coco_is_valid(demo: Path) -> None:
    """With every box that counts, and a track for each individual."""
    found = load_coco(demo / "coco" / "coco.json")
    images = {
        key: (image["file_name"].partition("/")[0], image["frame_index"])
        for key, image in found.imgs.items()
    }
    tracks = {one["track_id"] for one in found.anns.values()}

    assert boxes(demo) == sorted(images[one["image_id"]] for one in found.anns.values())
    assert len(tracks) == len(rows(demo / "csv" / "tracks.csv")) > 3


def test_viame_is_valid(demo: Path) -> None:
    """With every box that counts, and the tracks of the tables."""
    files = {
        path.name[: -len(".viame.csv")]: read_viame(path)
        for path in (demo / "viame").iterdir()
    }
    tracks: dict[tuple[str, str], list[int]] = {}
    for name, (fps, found) in files.items():
        assert fps == 1
        for one in found:
            tracks.setdefault((name, str(one.track)), []).append(one.frame)

    assert boxes(demo) == sorted(
        (name, frame) for (name, _), frames in tracks.items() for frame in frames
    )
    assert {key: [str(min(f)), str(max(f))] for key, f in tracks.items()} == {
        (r["clip"], r["track"]): [r["first_frame"], r["last_frame"]]
        for r in rows(demo / "csv" / "tracks.csv")
    }
