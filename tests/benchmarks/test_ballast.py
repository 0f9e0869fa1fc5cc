"""Ballast makes a model slow, and changes nothing else of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from analysis.config import DetectorConfig
from analysis.frames.frames import Frame
from analysis.models import load_detector
from benchmarks import ballast
from tests.footage import model_bytes


def test_a_heavy_model_has_the_same_scores(tmp_path: Path) -> None:
    """To the last bit, and the labels behind it."""
    (tmp_path / "light.tflite").write_bytes(model_bytes())
    ballast.add(tmp_path / "light.tflite", tmp_path / "heavy.tflite")
    config = DetectorConfig(model=tmp_path / "light.tflite", normalise="0..1")
    light = load_detector(config, "auto")
    heavy = load_detector(replace(config, model=tmp_path / "heavy.tflite"), "auto")

    assert heavy.labels == light.labels
    for seed in range(5):
        dice = np.random.default_rng(seed)
        frame = Frame(0, dice.integers(0, 256, (64, 64, 3), np.uint8))
        assert heavy.detect(frame) == light.detect(frame)
    more = (tmp_path / "heavy.tflite").stat().st_size
    assert more > 100_000 + len(model_bytes())
