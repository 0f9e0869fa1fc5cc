"""Where the measures decide, and where they are only written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Optional

import numpy as np
import pytest

from analysis.config import AnalysisConfig, DetectorConfig
from analysis.frames.frames import Frame
from analysis.frames.halving import Image
from analysis.look.pipeline import ClipLook, load_models
from analysis.startup import requires_motion
from analysis.values.seen import Encounter
from tests import models
from tests.footage import model_bytes

Look = Callable[..., Optional[Encounter]]
BED = np.random.default_rng(1).integers(60, 90, (128, 128, 1)).repeat(3, 2)
RED, BLACK = (0, 0, 255), (0, 0, 0)


def pool(
    frames: range, wide: int = 16, *, other: Optional[tuple[int, int]] = None
) -> Iterator[Image]:
    """Water with a red fish in some frames, and something black once, at a place."""
    random = np.random.default_rng(2)
    for index in range(120):
        picture = BED + random.normal(0, 1, BED.shape)
        if index in frames:
            picture[48:64, 48 : 48 + wide] = RED
        if other and index == 60:
            x, y = other
            picture[y : y + 6, x : x + 12] = BLACK
        yield np.clip(picture, 0, 255).astype(np.uint8)


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Looks with a model of whole frames or of boxes, and says what it met first."""
    paths = {True: tmp_path / "whole.tflite", False: tmp_path / "boxes.tflite"}
    paths[True].write_bytes(model_bytes())
    paths[False].write_bytes(models.yolo(names=("fish", "green", "blue")))

    def looked(
        pictures: Iterator[Image], *, whole: bool, asked: object
    ) -> Optional[Encounter]:
        detector = DetectorConfig(model=paths[whole], normalise="0..1")
        # mypy does not see that only the words of the key come here.
        config = AnalysisConfig(detector=detector, require_motion=asked)  # type: ignore[arg-type]
        found = load_models(config)
        facts = (found[0].facts, None, None)
        decides = requires_motion(config, facts)
        clip = ClipLook(config, *found, 1.0, require_motion=decides)
        for _ in clip.watch(Frame(n, each) for n, each in enumerate(pictures)):
            pass
        findings = clip.findings(1.0)
        assert (findings.blind_frames is None) == (not whole)  # boxes are not asked
        return findings.encounters[0] if findings.encounters else None

    return looked


@pytest.mark.parametrize(
    ("whole", "asked", "status"),
    [
        (True, "auto", "static"),
        (True, True, "static"),
        (True, False, "counted"),
        (False, "auto", "counted"),
        (False, True, "static"),
        (False, False, "counted"),
    ],
)
def test_what_is_still_counts_only_where_nobody_asks(
    look: Look, whole: bool, asked: object, status: str
) -> None:
    """By default of boxes, and not of whole frames; it is measured all the same."""
    met = look(pool(range(120), 80), whole=whole, asked=asked)

    assert met
    assert (met.status, met.decided_by) == (
        (status, "uniqueness" if status == "static" else "")
    )
    assert met.uniqueness is not None and met.uniqueness < 1.9
    assert met.background_score == pytest.approx(met.score, abs=0.1)


@pytest.mark.parametrize("asked", ["auto", True])
def test_a_fish_in_a_box_is_measured_in_it(look: Look, asked: object) -> None:
    """And not close up: its box says where it is, and its shape is nobody's affair."""
    met = look(pool(range(60, 63)), whole=False, asked=asked)

    assert met and met.status == "counted"
    assert met.uniqueness and met.uniqueness > 1.9
    assert met.background_score is not None
    assert met.score - met.background_score >= 0.35
    assert (met.zoom_gain, met.elongation) == (None, None)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ((90, 90), ("static", "uniqueness")),
        ((50, 52), ("doubtful", "background_score")),
    ],
)
def test_what_moves_beside_a_box_says_nothing_of_it(
    look: Look, place: tuple[int, int], expected: tuple[str, str]
) -> None:
    """In it something moved, but without that the model says the same there."""
    met = look(pool(range(120), other=place), whole=False, asked=True)

    assert met and (met.status, met.decided_by) == expected
