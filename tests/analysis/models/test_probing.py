"""The wrong way from pixels to input shows in the scores of real footage."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis import ModelError
from analysis.commands import check
from analysis.config import AnalysisConfig, DetectorConfig
from analysis.frames.frames import Frame
from analysis.models.probing import judge, probe, spread_through, telling
from analysis.values.facts import Choice
from tests import models, video
from tests.layers import Shape
from tests.pictures import plain

SHADES = [plain((0, 0, each)) for each in range(30, 256, 25)]


def choices(folder: Path, engine: str, model: bytes, **keys: Any) -> list[Choice]:
    """What a probe of red shades finds."""
    path = folder / "model.tflite"
    path.write_bytes(model)
    config = DetectorConfig(model=path, targets=("red",), **keys)
    return probe(config, engine, SHADES)


def test_a_wrong_range_is_told_by_its_scores(tmp_path: Path, engine: str) -> None:
    """The model says the same of every frame, and with another range it does not."""
    found = choices(tmp_path, engine, models.classifier("LOGISTIC"), normalise="0..255")

    assert [each.is_chosen for each in found] == [True, *[False] * 5]
    assert min(found[0].scores) == pytest.approx(1, abs=1e-3)
    assert "and colour rgb the model looks more alive" in judge(found)


def test_the_right_range_needs_no_word(tmp_path: Path, engine: str) -> None:
    """Another may have scores that lie apart, too."""
    found = choices(tmp_path, engine, models.classifier("LOGISTIC"), normalise="0..1")

    assert found[0].separates
    assert judge(found) == ""


def test_a_clip_without_fish_is_no_fault_of_the_model(
    tmp_path: Path, engine: str
) -> None:
    """Whatever the range: perhaps there is nothing in the clip, and that is said."""
    found = choices(tmp_path, engine, models.classifier("LOGISTIC"), normalise="0..1")
    flat = [replace(each, scores=(0.1,) * 9) for each in found]

    assert "as it should be where there is no fish" in judge(flat)


@pytest.mark.parametrize(
    ("scores", "separates"),
    [
        ((0.0, 0.1, 0.2, 0.7), True),
        ((0.0, 0.1, 0.2, 0.69), False),  # no frame is clearly a fish
        ((0.0, 0.9, 0.9, 0.9, 0.9), False),  # few are clearly none
        ((0.31, 0.31, 0.9), False),
        ((0.058, 0.058, 0.527), False),
    ],
)
def test_a_way_separates_by_scores_far_from_the_threshold(
    scores: tuple[float, ...], separates: bool
) -> None:
    """On both sides of it, and not beside it."""
    assert Choice("0..1", "rgb", True, scores, 0.5).separates == separates


def test_frames_that_tell_are_spread_or_moved_or_scored() -> None:
    """A fish stands out by whatever way the model is shown it."""
    scores, motion = np.zeros(900, np.float32), np.zeros(900, np.float32)
    scores[[100, 101, 300]] = (0.9, 0.8, 0.7)
    motion[[500, 501, 700]] = (9, 8, 7)

    found = telling(scores, motion)

    assert {0, 100, 300, 500, 700, 899} <= set(found) and len(found) <= 24
    assert not {101, 501} & set(found)


def test_a_range_that_does_not_fit_the_input_is_left_out(
    tmp_path: Path, engine: str
) -> None:
    """Whole numbers take only one."""
    found = choices(tmp_path, engine, models.scaling_by_itself(), normalise="0..255")

    assert [(each.normalise, each.colour) for each in found] == [
        ("0..255", "rgb"),
        ("0..255", "bgr"),
    ]


def test_what_the_model_says_itself_is_not_tried_twice(
    tmp_path: Path, engine: str
) -> None:
    """Its quantisation is one of the ranges."""
    model = models.classifier(shape=Shape("uint8"))
    found = choices(tmp_path, engine, model, normalise="auto")

    tried = {c: [e.normalise for e in found if e.colour == c] for c in ("rgb", "bgr")}
    assert tried["rgb"] == ["auto", "-1..1", "0..255"]
    assert tried["bgr"] == ["-1..1", "0..1", "0..255"]


@pytest.mark.parametrize(("count", "first"), [(3, [0, 1, 2]), (100, [0, 8, 16])])
def test_frames_are_spread_through_a_clip(count: int, first: list[int]) -> None:
    """However long it is, without its length being known before."""
    black = plain((0, 0, 0)).bgr()
    kept = spread_through(Frame(each, black) for each in range(count))

    assert [each.index for each in kept][:3] == first
    assert kept[-1].index > count - 5


def test_check_tries_footage(
    tmp_path: Path, engine: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a process of its own, as everything that strangers made."""
    model = tmp_path / "model.tflite"
    model.write_bytes(models.classifier("LOGISTIC"))
    clip = video.write(tmp_path / "clip.h264", video.squares(4, 128, 128))
    detector = DetectorConfig(model=model, targets=("red",), normalise="0..255")

    check.print_probe(AnalysisConfig(engine=engine, detector=detector), clip)

    printed = capsys.readouterr().out
    assert "0..255 rgb" in printed and "as configured" in printed


def test_a_model_that_cannot_be_used_is_not_probed(tmp_path: Path, engine: str) -> None:
    """It is refused as ever."""
    with pytest.raises(ModelError, match="normalise"):
        choices(tmp_path, engine, models.classifier("LOGISTIC"), normalise="auto")
