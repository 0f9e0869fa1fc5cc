"""SSD and YOLO of every layout find a red cell where it is."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from analysis.frames.frames import Frame, FrameReader
from analysis.values.seen import Box
from tests import models, video
from tests.analysis.models.conftest import LoadDetector
from tests.layers import PURE, SIDE, Shape
from tests.pictures import BLACK, GREEN, RED, patch, plain

HERE = (16, 24, 8, 8)
BOX = Box(0.25, 0.375, 0.125, 0.125)
QUANTISED = 0.004


def red_cell() -> Frame:
    """A black frame with one red cell."""
    return patch(RED, HERE)


@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_an_ssds_outputs_come_in_any_order(
    detector: LoadDetector, order: tuple[int, ...]
) -> None:
    """They are told apart by the operator that made them."""
    seen = detector(models.ssd(order)).detect(red_cell())

    assert [each.label for each in seen.detections] == ["red"]
    assert seen.detections[0].score == pytest.approx(PURE, abs=1e-4)
    assert seen.detections[0].box == BOX


def test_an_efficientdet_needs_no_more_than_its_file(detector: LoadDetector) -> None:
    """Labels, order and pixels are in it; it is recorded where they came from."""
    model = detector(models.efficientdet(), normalise="auto")

    seen = model.detect(red_cell())

    assert [each.label for each in seen.detections] == ["red"]
    assert seen.detections[0].score == pytest.approx(PURE, abs=1e-3)
    assert seen.detections[0].box == BOX
    assert (model.facts.kind, model.facts.offset) == ("ssd", (-127 / 128,))
    assert "operator" in model.facts.why


NAMES: dict[tuple[str, ...], str] = {
    ("boxes", "class_ids", "scores", "count"): "by their names",
    ("boxes", "class_ids", "class_scores", "count"): "by their names",
    ("boxes", "out", "class_scores", "count"): "by their names",
    ("Identity", "Identity_1", "Identity_2", "Identity_3"): "by their values",
}


@pytest.mark.parametrize("names", NAMES, ids=lambda names: names[2])
@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_an_ssds_outputs_are_told_apart_without_its_operator(
    detector: LoadDetector, order: tuple[int, ...], names: tuple[str, ...]
) -> None:
    """By what they are called, else by what they hold."""
    model = detector(models.plain_ssd(names, order), boxes="yxyx")

    seen = model.detect(red_cell())

    assert NAMES[names] in model.facts.why
    assert [each.label for each in seen.detections] == ["red"]
    assert seen.detections[0].score == pytest.approx(PURE, abs=1e-4)
    assert seen.detections[0].box == BOX


def test_stale_rows_of_an_ssd_are_not_seen(detector: LoadDetector) -> None:
    """Rows behind the number of detections are left over from the frame before."""
    model = detector(models.ssd())
    model.detect(plain(RED))

    assert model.detect(plain(BLACK)).detections == ()


@pytest.mark.parametrize("first", ["???", "background", "__background__", "none"])
def test_a_background_among_an_ssds_labels_is_left_out(
    detector: LoadDetector, first: str
) -> None:
    """Class 0 is the first class after the background, by whatever name."""
    model = detector(models.ssd(labels=f"{first}\nred\ngreen\nblue\n"))

    assert model.facts.labels == ("red", "green", "blue")
    assert model.detect(red_cell()).detections[0].label == "red"


LAYOUTS: list[dict[str, Any]] = [
    {"form": "v8"},
    {"form": "v8", "standing": True},
    {"form": "v8", "unit": SIDE},
    {"form": "v8", "shape": Shape("int8")},
    {"form": "v8", "shape": Shape("uint8")},
    {"form": "v8", "shape": Shape(weights="float16")},
    {"form": "v8", "shape": Shape(channels_first=True)},
    {"form": "v5"},
    {"form": "v5", "standing": True},
    {"form": "v5", "standing": True, "unit": SIDE},
    {"form": "end to end"},
    {"form": "end to end", "unit": SIDE},
]


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_a_yolo_finds_a_cell(detector: LoadDetector, layout: dict[str, Any]) -> None:
    """In each layout, whatever its boxes are measured in."""
    seen = detector(models.yolo(**layout)).detect(red_cell())

    expected = PURE * 0.9 if layout["form"] == "v5" else PURE
    assert [each.label for each in seen.detections] == ["red"]
    assert seen.detections[0].score == pytest.approx(expected, abs=QUANTISED)
    assert seen.score == seen.detections[0].score
    box = seen.detections[0].box
    assert box is not None
    assert box.x == pytest.approx(BOX.x, abs=QUANTISED)
    assert box.height == pytest.approx(BOX.height, abs=QUANTISED)


@pytest.mark.parametrize(("form", "boxes"), [("v8", 84), ("v5", 252)])
def test_the_number_of_boxes_bears_a_layout_out(
    detector: LoadDetector, form: str, boxes: int
) -> None:
    """One for each cell of three grids, or three."""
    model = detector(models.yolo(form, boxes=boxes))

    assert form in model.facts.why
    assert model.detect(red_cell()).detections[0].label == "red"


def test_the_best_comes_first(detector: LoadDetector) -> None:
    """Boxes are sorted by score; those below the threshold are left out."""
    frame = patch((0, 0, 170), HERE)
    frame.bgr()[0:8, 0:8] = RED
    frame.bgr()[40:48, 0:8] = (0, 0, 100)

    scores = [each.score for each in detector(models.yolo()).detect(frame).detections]

    assert scores == pytest.approx([PURE, 0.7914], abs=1e-3)


@pytest.mark.parametrize("model", [models.ssd(), models.yolo(), models.yolo("v5")])
def test_other_classes_are_no_targets(detector: LoadDetector, model: bytes) -> None:
    """A green cell is no detection if the target is red."""
    assert detector(model).detect(patch(GREEN, HERE)).detections == ()


@pytest.mark.parametrize("fit", ["crop", "stretch", "letterbox"])
def test_boxes_come_back_into_the_frames_space(
    detector: LoadDetector, fit: str
) -> None:
    """Under each fit, a cell of the input lies where its pixels were."""
    wide, high = 128, 64
    where = {"crop": (48, 24, 8, 8), "stretch": (32, 24, 16, 8)}
    x, y, across, down = where.get(fit, (32, 32, 16, 16))
    model = detector(models.yolo(), fit=fit)

    seen = model.detect(patch(RED, (x, y, across, down), wide, high))

    assert [each.box for each in seen.detections] == [
        Box(x / wide, y / high, across / wide, down / high)
    ]


@pytest.mark.parametrize(
    ("model", "fit", "box"),
    [
        (models.yolo(), "letterbox", Box(0.0, 0.0, 0.125, 0.25)),
        (models.ssd(), "stretch", Box(0.0, 0.0, 0.125, 0.125)),
        (models.classifier(), "crop", None),
    ],
    ids=["yolo", "ssd", "whole frame"],
)
def test_a_box_model_sees_the_whole_frame(
    detector: LoadDetector, model: bytes, fit: str, box: Box
) -> None:
    """In the way of its trainers, where the config does not say another."""
    loaded = detector(model)

    seen = loaded.detect(patch(RED, (0, 0, 16, 16), 128, 64))

    assert loaded.facts.fit == fit
    assert loaded.field((128, 64)) == (
        (32, 0, 64, 64) if box is None else (0, 0, 128, 64)
    )
    assert [each.box for each in seen.detections[:1]] == ([box] if box else [])


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_boxes_are_in_the_space_of_the_turned_frame(
    detector: LoadDetector, tmp_path: Path, rotate: int
) -> None:
    """Snapshots show this one."""
    clip = video.write(tmp_path / "clip.h264", video.squares(1, 128, 128))
    corner = {0: (0, 0), 90: (0.875, 0), 180: (0.875, 0.875), 270: (0, 0.875)}

    frame = next(iter(FrameReader(clip, rotate)))
    box = detector(models.yolo()).detect(frame).detections[0].box

    assert box is not None
    assert (box.x, box.y) == corner[rotate]


@pytest.mark.parametrize(
    ("model", "has_boxes"),
    [
        (models.classifier("LOGISTIC"), False),
        (models.ssd(), True),
        (models.yolo(), True),
        (models.yolo("v5"), True),
    ],
    ids=["whole frame", "ssd", "v8", "v5"],
)
def test_what_scores_lower_is_kept_apart(
    detector: LoadDetector, model: bytes, has_boxes: bool
) -> None:
    """Down to keep_above; and what is above the threshold is the same without it."""
    frame = red_cell() if has_boxes else plain(RED)
    own = detector(model, keep_above=1.0).detect(frame)
    low = detector(model, threshold=0.99, keep_above=0.5).detect(frame)
    none = detector(model, threshold=0.99, keep_above=0.985).detect(frame)
    every = detector(model, keep_above=0.0).detect(frame)

    assert [each.label for each in own.detections] == ["red"]
    assert (own.lower, low.detections, low.lower) == ((), (), own.detections)
    assert (none.detections, none.lower) == ((), ())
    assert (every.score, every.detections) == (own.score, own.detections)
