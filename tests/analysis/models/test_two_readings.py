"""Where outputs can be read in two ways, tensors prove one, or Weir asks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from analysis import ModelError, ScoresError
from analysis.values.seen import Box
from tests import heads, models
from tests.analysis.models.conftest import LoadDetector
from tests.layers import PURE, SIDE
from tests.pictures import RED, patch

RED_CELL = patch(RED, (16, 24, 8, 8))
BOX = Box(0.25, 0.375, 0.125, 0.125)


@pytest.mark.parametrize("names", [("red",), ("red", "green")], ids=len)
@pytest.mark.parametrize("unit", [1.0, SIDE])
def test_a_no_in_metadata_is_no_proof(
    detector: LoadDetector, names: tuple[str, ...], unit: float
) -> None:
    """Ultralytics 8.4 says ``end2end: false`` of boxes that it has chosen itself."""
    said: dict[str, Any] = {"end2end": False, "args": {"nms": True}}
    model = detector(
        models.yolo("end to end", True, unit, names=names, boxes=300, **said)
    )

    seen = model.detect(RED_CELL)

    assert "end to end" in model.facts.why
    assert [each.box for each in seen.detections] == [BOX]
    assert seen.score == pytest.approx(PURE, abs=1e-4)
    assert model.facts.reading == "end to end"


@pytest.mark.parametrize("said", [{}, {"end2end": False}, {"end2end": True}], ids=str)
def test_nor_is_a_yes(detector: LoadDetector, said: dict[str, Any]) -> None:
    """A table of cells has scores where chosen boxes have the number of a class."""
    model = detector(models.yolo("v5", standing=True, names=("red",), **said))

    assert "v5" in model.facts.why
    assert model.detect(RED_CELL).score == pytest.approx(PURE * 0.9, abs=1e-4)


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize(
    ("scale", "finished", "step"),
    [((0.306, -128), True, "0.306"), ((2.51, -128), False, "2.51")],
)
def test_scores_in_too_few_steps_are_refused(
    detector: LoadDetector,
    behind: bool,
    scale: tuple[float, int],
    finished: bool,
    step: str,
) -> None:
    """Boxes in pixels leave scores no room in the same bytes."""
    model = heads.coarse(scale, behind=behind, finished=finished)

    with pytest.raises(ModelError, match=f"steps of {step}.*dynamic-range file"):
        detector(model)


def test_fine_steps_are_no_matter(detector: LoadDetector) -> None:
    """A table in shares has room for both."""
    model = detector(heads.coarse((0.04, -100), behind=True))

    assert model.labels == ("red",)


@pytest.mark.parametrize("first", ["fish", "seal"])
def test_only_a_background_is_left_out_of_an_ssds_labels(
    detector: LoadDetector, first: str
) -> None:
    """One label too many may stand anywhere."""
    with pytest.raises(ModelError, match=f'"{first}", is no word for a background'):
        detector(models.ssd(labels=f"{first}\nred\ngreen\nblue\n"))


def test_a_background_is_no_class_of_an_ssds(detector: LoadDetector) -> None:
    """Then a label is missing, and which one is not known."""
    with pytest.raises(ModelError, match='the first, "none", is a background'):
        detector(models.ssd(labels="none\nred\ngreen\n"))


UNITS = {"shares": (1.0, 1.0), "pixels": (64.0, 64.0)}


@pytest.mark.parametrize("form", ["yxyx", "xyxy", "cxcywh"])
@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("way", ["config", "metadata", "name"])
def test_boxes_of_another_maker_are_what_they_are_said_to_be(
    detector: LoadDetector, form: str, unit: str, way: str
) -> None:
    """By the config, the metadata or the tensor's name."""
    model = heads.four_outputs(
        form,
        f"boxes_{form}" if way == "name" else "out",
        UNITS[unit],
        way == "metadata",
    )
    seen = detector(model, boxes=form if way == "config" else "auto").detect(RED_CELL)

    assert [each.box for each in seen.detections] == [BOX]


@pytest.mark.parametrize(
    ("name", "form"),
    [("y_min_x_min_y_max_x_max", "yxyx"), ("x1_y1_x2_y2", "xyxy"), ("tlbr", "")],
)
def test_a_name_says_an_order_or_does_not(
    detector: LoadDetector, name: str, form: str
) -> None:
    """Whatever stands between its words; what people mean differently is no word."""
    model = heads.four_outputs(form or "yxyx", name)
    if not form:
        with pytest.raises(ModelError, match=r"detector\.boxes to"):
            detector(model)
        return
    assert [each.box for each in detector(model).detect(RED_CELL).detections] == [BOX]


def test_boxes_that_only_one_order_fits_need_no_word(detector: LoadDetector) -> None:
    """A middle and a size are no corners."""
    model = detector(heads.four_outputs("cxcywh"))

    assert [each.box for each in model.detect(RED_CELL).detections] == [BOX]
    assert "by its values" in model.facts.why


@pytest.mark.parametrize("form", ["yxyx", "xyxy"])
def test_else_the_order_is_asked_for(detector: LoadDetector, form: str) -> None:
    """Top and left are alike in a square picture."""
    with pytest.raises(ModelError, match=r'detector\.boxes to "yxyx" or "xyxy"'):
        detector(heads.four_outputs(form))


def test_a_class_behind_the_last_label_is_no_silent_matter(
    detector: LoadDetector, tmp_path: Path
) -> None:
    """A list that is one line short may be so in front."""
    mine = tmp_path / "mine.txt"
    mine.write_text("red\n", "utf-8")
    names = ("boxes", "class", "scores", "count")
    model = detector(models.plain_ssd(names, (0, 1, 2, 3)), boxes="yxyx", labels=mine)

    with pytest.raises(ScoresError, match="class 1, and has labels for classes 0 to 0"):
        model.detect(RED_CELL)


@pytest.mark.parametrize(
    ("form", "boxes", "labels"),
    [("v8", 340, "red\ngreen"), ("v8", 80, "red\ngreen"), ("v8", 64, "red\ngreen")],
)
@pytest.mark.parametrize("standing", [False, True])
def test_a_label_too_few_is_no_other_layout(
    detector: LoadDetector,
    tmp_path: Path,
    form: str,
    boxes: int,
    labels: str,
    standing: bool,
) -> None:
    """Also with grids of 4, 8, 16 and 32 pixels (P2), two grids, or one."""
    mine = tmp_path / "mine.txt"
    mine.write_text(labels, "utf-8")
    model = models.yolo(form, standing, boxes=boxes, named=False)

    with pytest.raises(ModelError, match=r"numbers a box|could be v5"):
        detector(model, labels=mine)


def test_grids_from_four_pixels_on_are_known(detector: LoadDetector) -> None:
    """A P2 model with all its labels is a v8."""
    model = detector(models.yolo("v8", boxes=340))

    assert "v8" in model.facts.why
    assert [each.box for each in model.detect(RED_CELL).detections] == [BOX]
