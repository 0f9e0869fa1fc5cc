"""Material: the clips to measure with, and a config that names models."""

from __future__ import annotations

import dataclasses
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from analysis import ModelError
from analysis.config import (
    AnalysisConfig,
    AnalysisSettings,
    DetectorConfig,
    ModelConfig,
)
from benchmarks.river import FIRST_SEED, film
from weir import config

_DEMO = Path(__file__).parent.parent / "demo" / "config.toml"
_TEACHABLE = (0.00787401575, -1.0)
"""pixel / 127 - 1, in the digits of Teachable Machine's own example."""


@dataclass(frozen=True)
class Material:
    """The clips and models to measure with.

    Attributes:
        name: for the headings of tables.
        folder: where the clips are.
        clips: the files, sorted.
        analysis: the config with the models.
    """

    name: str
    folder: Path
    clips: tuple[Path, ...]
    analysis: AnalysisConfig


def generated(folder: Path, file: Optional[Path], engine: str) -> Material:
    """Film clips with the simulated camera, one for each core and at least two."""
    analysis = _models(file or _DEMO, engine)
    count = max(2, len(os.sched_getaffinity(0)))
    clips = tuple(folder / film(number, folder, FIRST_SEED) for number in range(count))
    return Material("generated footage", folder, clips, analysis)


def from_folder(folder: Path, file: Optional[Path], engine: str) -> Material:
    """Use a folder of clips, and the models in its ``models`` if no config is named.

    The models are Teachable Machine's ``fish_float32.tflite`` and, if it exists,
    ``species_float32.tflite``, each with its ``_labels.txt``.

    Raises:
        ModelError: there is no clip, or no model.
    """
    inner = folder / "clips"
    clips = tuple(sorted((inner if inner.is_dir() else folder).glob("*.h264")))
    if not clips:
        raise ModelError(f"{folder}: has no .h264 clips, neither here nor in clips/")
    own = folder / "models"
    if file is None and (own / "fish_float32.tflite").exists():
        return Material(str(folder), folder, clips, _teachable(own, engine))
    return Material(str(folder), folder, clips, _models(file or _DEMO, engine))


def _models(file: Path, engine: str) -> AnalysisConfig:
    settings = config.load(AnalysisSettings, file)
    model = settings.analysis.detector.model
    if model is None or not model.exists():
        raise ModelError(f"{file}: its detector {model} is not there; use --config")
    return dataclasses.replace(settings.analysis, engine=engine)


def _teachable(folder: Path, engine: str) -> AnalysisConfig:
    detector = DetectorConfig(
        model=folder / "fish_float32.tflite",
        labels=folder / "fish_labels.txt",
        normalise=_TEACHABLE,
    )
    classifier = ModelConfig()
    if (folder / "species_float32.tflite").exists():
        classifier = ModelConfig(
            model=folder / "species_float32.tflite",
            labels=folder / "species_labels.txt",
            normalise=_TEACHABLE,
        )
    return AnalysisConfig(engine=engine, detector=detector, classifier=classifier)
