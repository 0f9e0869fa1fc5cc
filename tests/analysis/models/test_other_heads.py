"""Kinds that people have besides SSD and YOLO give the known box, label and score."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analysis import ModelError
from analysis.values.seen import Box
from tests import otherheads
from tests.analysis.models.conftest import LoadClassifier, LoadDetector
from tests.layers import OTHER, PURE, Shape
from tests.pictures import BLACK, BLUE, RED, patch, plain

RED_CELL = patch(RED, (16, 24, 8, 8))
BOX = Box(0.25, 0.375, 0.125, 0.125)
STEP = 0.004


@pytest.mark.parametrize(
    ("model", "score", "why"),
    [
        (otherheads.yolox(), PURE * 0.9, "yolox"),
        (otherheads.yolox(raw=True), PURE * 0.9, "decoded by its grids"),
        (otherheads.yolox(objectness=1, apart=False), PURE, "v6"),
        (otherheads.segmenting(), PURE, "masks left out"),
        (otherheads.segmenting(finished=True), PURE, "end to end"),
        (otherheads.listed(), PURE, "rows of 7 numbers"),
        (otherheads.listed((0, 1, 2, 3, 4, 5, 6)), PURE * 0.9, "rows of 7 numbers"),
        (otherheads.listed((0, 1, 2, 3, 5, 6)), PURE, "rows of 6 numbers"),
        (otherheads.pair(), PURE, "cxcywh, in pixels"),
        (otherheads.pair(logits=True), PURE, "sigmoid applied"),
        (otherheads.pair(background=True), PURE, "cxcywh"),
    ],
)
def test_a_box_is_found(
    detector: LoadDetector, model: bytes, score: float, why: str
) -> None:
    """Where it is, by its label, with its score, with no more than the file."""
    loaded = detector(model)

    seen = loaded.detect(RED_CELL)

    assert why in loaded.facts.why
    assert [(each.label, each.box) for each in seen.detections] == [("red", BOX)]
    assert seen.detections[0].score == pytest.approx(score, abs=STEP)
    assert loaded.detect(plain(BLACK)).detections == ()
    assert loaded.detect(plain(BLUE)).detections == ()


SOFT = 0.9993


@pytest.mark.parametrize(
    "model",
    [
        otherheads.fomo(),
        otherheads.fomo(Shape("int8")),
        otherheads.fomo(Shape("uint8")),
        otherheads.fomo(labels="background\nred\ngreen\nblue\n"),
    ],
)
def test_cells_of_a_fomo_that_touch_are_one_object(
    detector: LoadDetector, model: bytes
) -> None:
    """Its box is the cells; those apart are another."""
    frame = patch(RED, (16, 24, 24, 8))
    frame.bgr()[32:40, 40:48] = RED
    frame.bgr()[0:8, 0:8] = RED

    seen = detector(model).detect(frame)

    assert {each.box for each in seen.detections} == {
        Box(0.25, 0.375, 0.5, 0.25),
        Box(0.0, 0.0, 0.125, 0.125),
    }
    assert {each.label for each in seen.detections} == {"red"}
    assert seen.score == pytest.approx(SOFT, abs=STEP)


def test_fainter_cells_do_not_change_a_fomos_box(detector: LoadDetector) -> None:
    """What scores below the threshold is kept apart."""
    frame = patch(RED, (16, 24, 8, 8))
    frame.bgr()[24:32, 24:32] = (0, 0, 126)

    seen = detector(otherheads.fomo(), keep_above=0.3).detect(frame)

    assert [each.box for each in seen.detections] == [BOX]
    assert [each.box for each in seen.lower] == [Box(0.375, 0.375, 0.125, 0.125)]


def test_a_fomos_labels_are_as_many_as_its_channels(detector: LoadDetector) -> None:
    """But for the background."""
    with pytest.raises(ModelError, match="has 3 classes and a background, but"):
        detector(otherheads.fomo(labels="red\ngreen\n"))


def test_boxes_of_a_pair_are_asked_for(detector: LoadDetector) -> None:
    """In a square picture top and left are alike."""
    with pytest.raises(ModelError, match=r'detector\.boxes to "yxyx" or "xyxy"'):
        detector(otherheads.pair("xyxy"))

    seen = detector(otherheads.pair("xyxy"), boxes="xyxy").detect(RED_CELL)

    assert [each.box for each in seen.detections] == [BOX]


def test_of_two_outputs_of_four_the_graph_tells_scores(
    detector: LoadDetector, tmp_path: Path
) -> None:
    """Where a model has four classes, and no name says which are scores."""
    four = tmp_path / "four.txt"
    four.write_text("red\ngreen\nblue\ngrey\n", "utf-8")
    model = otherheads.pair(names=("Identity_1", "Identity"), count=4)

    seen = detector(model, labels=four).detect(RED_CELL)

    assert [(each.label, each.box) for each in seen.detections] == [("red", BOX)]


def test_a_list_of_boxes_has_no_class_without_a_name(
    detector: LoadDetector, tmp_path: Path
) -> None:
    """Labels that are numbered from 1 begin with its class 0."""
    mine = tmp_path / "mine.txt"
    mine.write_text("1 red\n2 green\n", "utf-8")

    seen = detector(otherheads.listed(), labels=mine).detect(RED_CELL)

    assert [each.label for each in seen.detections] == ["red"]


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_picture_needs_no_channel(detector: LoadDetector, wrapped: bool) -> None:
    """Nor do scores lie in one row only."""
    model = detector(otherheads.flat(wrapped=wrapped), targets=("light",))

    assert model.detect(plain((255, 255, 255))).score == pytest.approx(PURE, abs=1e-4)
    assert model.detect(plain(BLACK)).score == pytest.approx(OTHER, abs=1e-4)


@pytest.mark.parametrize("size", [(64, 64), (96, 32)])
def test_a_picture_of_any_size_is_as_large_as_the_config_says(
    classifier: LoadClassifier, size: tuple[int, int]
) -> None:
    """And in the facts."""
    model = classifier(otherheads.any_size(), input_size=size)

    assert f"[1, {size[1]}, {size[0]}, 3]" in model.facts.inputs[0]
    assert model.classify(plain(RED), None)[0] == pytest.approx(0.731, abs=1e-3)


def test_a_size_that_is_open_is_asked_for(detector: LoadDetector) -> None:
    """By the key."""
    with pytest.raises(ModelError, match=r"any size .* set input_size"):
        detector(otherheads.any_size())


@pytest.mark.parametrize(
    ("mean", "std", "red"),
    [((0.5, 0.4, 0.3), (0.25, 0.2, 0.1), 0.8808), ((0.5,), (0.25,), 0.8808)],
)
def test_mean_and_deviation_are_of_each_channel(
    classifier: LoadClassifier, mean: Any, std: Any, red: float
) -> None:
    """(pixel / 255 - mean) / std, in the order of the input."""
    keys: dict[str, Any] = {"input_size": (8, 8), "normalise": (mean, std)}
    model = classifier(otherheads.any_size(), **keys)

    scores = model.classify(plain(RED), None)

    blue = (0 - mean[-1]) / std[-1]
    assert scores[0] == pytest.approx(red, abs=1e-3)
    assert scores[2] == pytest.approx(1 / (1 + 2.718281828**-blue), abs=1e-3)
