"""What the models' tests share: each installed engine, and models loaded from bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest

from analysis.config import DetectorConfig, ModelConfig
from analysis.models import Classifier, Detector, load_classifier, load_detector
from analysis.models.interpreter import installed

LoadDetector = Callable[..., Detector]
LoadClassifier = Callable[..., Classifier]


@pytest.fixture(params=installed())
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine that is installed, by its name in the config."""
    return str(request.param)


@pytest.fixture
def detector(tmp_path: Path, engine: str) -> LoadDetector:
    """Load a detector from a model's bytes and the config's keys."""

    def load(model: bytes, **keys: Any) -> Detector:
        path = tmp_path / "model.tflite"
        path.write_bytes(model)
        keys = {"targets": ("red",), "normalise": "0..1", **keys}
        return load_detector(DetectorConfig(model=path, **keys), engine)

    return load


@pytest.fixture
def classifier(tmp_path: Path, engine: str) -> LoadClassifier:
    """Load a classifier from a model's bytes and the config's keys."""

    def load(model: bytes, **keys: Any) -> Classifier:
        path = tmp_path / "model.tflite"
        path.write_bytes(model)
        keys, on_boxes = {"normalise": "0..1", **keys}, keys.pop("on_boxes", False)
        keys.pop("on_boxes", None)
        config = ModelConfig(model=path, **keys)
        return load_classifier(config, engine, on_boxes=on_boxes)

    return load
