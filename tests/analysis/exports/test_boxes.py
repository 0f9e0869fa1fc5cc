"""MegaDetector, COCO and VIAME: what counts, as files that their readers take."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from analysis.exports.observed import _inside
from analysis.values.seen import Box
from tests.analysis.exports.made_exports import write
from tests.analysis.exports.validators import check_megadetector, load_coco
from tests.analysis.exports.viame_rules import read_viame


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every format of a record with a clip of each sort."""
    base = tmp_path_factory.mktemp("boxes")
    for name in ("megadetector", "coco", "viame", "csv"):
        (base / name).mkdir()
        write(base / name, name)
    return base


def loaded(path: Path) -> dict[str, Any]:
    """What a JSON file holds."""
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def test_megadetectors_validator_takes_the_file(folder: Path) -> None:
    """Told to raise whatever it finds, and it warns of nothing."""
    check_megadetector(folder / "megadetector" / "out" / "megadetector.json")


def test_megadetector_has_every_clip(folder: Path) -> None:
    """Those without fish and those that failed, too."""
    found = loaded(folder / "megadetector" / "out" / "megadetector.json")
    images = {image["file"][:9]: image for image in found["images"]}
    names = found["classification_categories"]
    first = images["clip00001"]["detections"][0]

    assert found["info"]["format_version"] == "1.6"
    assert [len(i["detections"] or ()) for i in images.values()] == [2, 0, 0, 0, 3, 9]
    assert images["clip00005"]["failure"] == "not one frame"
    assert first["bbox"] == [0.0, 0.0, 1.0, 1.0]
    assert (first["conf"], first["frame_number"]) == (0.875, 2)
    assert names[first["classifications"][0][0]] == "eel"
    assert images["clip00004"]["frames_processed"] == list(range(10))


def test_coco_can_be_loaded(folder: Path) -> None:
    """With an image for each frame in which something is."""
    found = load_coco(folder / "coco" / "out" / "coco.json")
    (eel,) = found.getCatIds(catNms=["eel"])
    annotations = found.loadAnns(found.getAnnIds(catIds=[eel]))

    assert (len(found.imgs), len(found.anns)) == (8, 14)
    assert sorted(a["area"] for a in annotations) == [57600.0] * 4 + [345600.0] * 2
    assert {found.imgs[a["image_id"]]["frame_index"] for a in annotations} == {
        2,
        3,
        4,
        5,
    }
    assert all(a["bbox"][0] + a["bbox"][2] <= 720 for a in found.anns.values())


def test_coco_lists_empty_frames_only_when_asked(tmp_path: Path) -> None:
    """A year has millions of them."""
    found = loaded(write(tmp_path, "coco", all_frames=True) / "coco.json")

    assert len(found["images"]) == 5 * 10
    assert len({image["id"] for image in found["images"]}) == 50
    assert len(found["annotations"]) == 14


def test_viame_can_be_read(folder: Path) -> None:
    """By the rules of DIVE's parser: fps, frames from 0, whole pixels, a class."""
    files = sorted((folder / "viame" / "out").iterdir())
    fps, found = read_viame(files[-1])

    assert [file.name for file in files] == [
        f"clip0000{n}_2026-05-0{day}.h264.viame.csv"
        for n, day in ((1, 1), (2, 2), (3, 1), (4, 1), (6, 3))
    ]
    assert fps == 1
    assert [(one.frame, one.name) for one in found] == [
        *[(3, "dace")] * 3,
        *[(3, "eel")] * 2,
        *((4, "dace"), (4, "eel"), (5, "dace"), (5, "eel")),
    ]
    assert found[1].box == (72, 120, 432, 280)
    assert len({one.track for one in found}) == 9  # nobody knows which is which


def test_a_fish_in_several_frames_is_a_track(folder: Path) -> None:
    """Where there is one in each; and a clip without fish has a file with nothing."""
    files = {f.name[:9]: read_viame(f)[1] for f in (folder / "viame" / "out").iterdir()}

    assert [(one.track, one.frame) for one in files["clip00001"]] == [(0, 2), (0, 3)]
    assert [(one.track, one.frame) for one in files["clip00002"]] == [
        *((0, 6), (0, 7), (0, 8))
    ]
    assert files["clip00004"] == []


def test_a_fish_of_a_person_has_the_box_of_what_moved(folder: Path) -> None:
    """Where it moved most; in the other frames nobody knows where it is."""
    (path,) = (folder / "viame" / "out").glob("clip00002*")
    found = read_viame(path)[1]

    assert [(one.frame, one.box) for one in found] == [
        *((6, (0, 0, 720, 480)), (7, (72, 96, 288, 288)), (8, (0, 0, 720, 480)))
    ]


def test_all_formats_agree(folder: Path) -> None:
    """On the frames in which something is, clip by clip."""
    with (folder / "csv/out/clips.csv").open(encoding="utf-8", newline="") as file:
        table = {r["clip"]: int(r["fish_frames"]) for r in csv.DictReader(file)}
    megadetector = {
        image["file"]: len({d["frame_number"] for d in image["detections"] or ()})
        for image in loaded(folder / "megadetector/out/megadetector.json")["images"]
    }
    coco = dict.fromkeys(table, 0)
    for image in loaded(folder / "coco/out/coco.json")["images"]:
        coco[image["file_name"].partition("/")[0]] += 1
    viame = {
        name: len({one.frame for one in read_viame(path)[1]}) if path.exists() else 0
        for name in table
        for path in [folder / "viame" / "out" / f"{name}.viame.csv"]
    }

    assert table == megadetector == coco == viame


def test_boxes_end_at_the_edge() -> None:
    """A model may look beyond it; readers may not."""
    box = _inside(Box(-0.1, 0.5, 0.3, 0.75))

    assert (box.x, box.y, box.height) == (0.0, 0.5, 0.5)
    assert box.width == pytest.approx(0.2)
