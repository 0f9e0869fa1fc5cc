"""Looks at made pictures with a model of whole frames, or with one of boxes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest

from analysis.config import AnalysisConfig, DetectorConfig
from analysis.frames.condition import Mark
from analysis.frames.frames import Frame
from analysis.frames.halving import Image
from analysis.look.pipeline import ClipLook, load_models
from analysis.values.job import Findings
from analysis.values.seen import LOOKED
from tests import models
from tests.footage import model_bytes

SIDE = 128
Look = Callable[..., Findings]


def bed() -> Image:
    """Grey stones, in which no model sees anything."""
    stones = np.random.default_rng(1).integers(90, 150, (16, 16), np.uint8)
    return np.repeat(np.kron(stones, np.ones((8, 8), np.uint8))[..., None], 3, axis=2)


def with_fish(x: int = 40, picture: Optional[Image] = None) -> Image:
    """The bed, with something red in it from this column on."""
    picture = bed() if picture is None else picture.copy()
    picture[32:96, x : x + 64] = (0, 0, 255)
    return picture


def looked(findings: Findings) -> list[int]:
    """The frames that the detector looked at."""
    if findings.reused is None:
        return list(range(len(findings.scores)))
    return [n for n, reused in enumerate(findings.reused) if reused == LOOKED]


def ends(findings: Findings) -> list[tuple[int, int]]:
    """The first and the last frame of each encounter, which must be looked at."""
    found = [(e.first_frame, e.last_frame) for e in findings.encounters]
    assert {frame for pair in found for frame in pair} <= set(looked(findings))
    assert {e.best_frame for e in findings.encounters} <= set(looked(findings))
    return found


@pytest.fixture
def look(tmp_path: Path) -> Look:
    """Looks at pictures as a worker looks at a clip."""
    whole, boxes = tmp_path / "whole.tflite", tmp_path / "boxes.tflite"
    whole.write_bytes(model_bytes())
    boxes.write_bytes(models.yolo(names=("fish", "green", "blue")))

    def looks(
        pictures: Iterable[Image],
        *,
        below: float = 0,
        rate: float = 1.0,
        marks: Sequence[Mark] = (),
        has_boxes: bool = False,
        ahead: int = 8,
        fit: str = "auto",
        **options: Any,
    ) -> Findings:
        chosen = {"normalise": "0..1", "reuse_below": below, "fit": fit}
        model = boxes if has_boxes else whole
        detector = DetectorConfig(model=model, **chosen)  # type: ignore[arg-type]
        config = AnalysisConfig(detector=detector, **options)
        clip = ClipLook(config, *load_models(config), rate, require_motion=False)
        frames = (
            Frame(n, picture, None, marks[n] if marks else Mark())
            for n, picture in enumerate(pictures)
        )
        for _ in clip.watch(frames, ahead):
            pass
        return clip.findings(1.0)

    return looks
