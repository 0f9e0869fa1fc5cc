"""The tables ``[analysis]``, ``[analysis.detector]`` and ``[analysis.classifier]``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union

from weir import config
from weir.config import (
    DeploymentConfig,
    list_of,
    number,
    one_of,
    setting,
    table,
    text,
    whole,
    yes_or_no,
)

DETECTOR_MODEL = "analysis.detector.model"
"""The key without a default that ``run`` and ``check`` need."""

RANGES = ("-1..1", "0..1", "0..255")
Normalise = Union[str, tuple[float, float]]


def _normalise(value: Any) -> Normalise:
    expected = '"auto", "-1..1", "0..1", "0..255" or [scale, offset]'
    if isinstance(value, list):
        scale, offset = list_of(number(float("-inf")), expected, 2)(value)
        return (float(scale), float(offset))
    if value not in ("auto", *RANGES):
        raise ValueError(expected)
    return str(value)


def _motion(value: Any) -> Union[str, bool]:
    if value != "auto" and not isinstance(value, bool):
        raise ValueError('"auto", true or false')
    motion: Union[str, bool] = value
    return motion


_LABELS = list_of(text, 'a list of labels like ["fish"]')


@dataclass(frozen=True)
class ModelConfig:
    """A model, and how a frame becomes its input.

    Attributes:
        model: the ``.tflite`` file; None where there is none.
        labels: a text file of labels; None for the model's own.
        resize: the filter that makes the frame small.
        fit: how the frame's shape becomes the input's.
        colour: the order of channels that the model was trained with.
        normalise: ``auto``, a range, or scale and offset:
            value = pixel * scale + offset.
    """

    model: Optional[Path] = setting(None, config.optional_path)
    labels: Optional[Path] = setting(None, config.optional_path)
    resize: str = setting("area", one_of("area", "lanczos", "bilinear"))
    fit: str = setting("crop", one_of("crop", "stretch", "letterbox"))
    colour: str = setting("rgb", one_of("rgb", "bgr"))
    normalise: Normalise = setting("auto", _normalise)


@dataclass(frozen=True)
class DetectorConfig(ModelConfig):
    """The model that runs on every frame.

    Attributes:
        targets: the labels that count; empty for every label.
        threshold: a score above it is a detection.
        kind: what the model is; ``auto`` decides from its tensors and says so.
    """

    targets: tuple[str, ...] = setting(("fish",), _LABELS)
    threshold: float = setting(0.5, number(0, 1))
    kind: str = setting("auto", one_of("auto", "classifier", "ssd", "yolo"))


@dataclass(frozen=True)
class AnalysisConfig:
    """How footage is worked on, and where.

    Attributes:
        folder: inbox/, working/, done/, rejected/, receipts/ and results/ live in it.
        settle_seconds: how long a file must not have changed before it is taken.
        workers: processes that decode and look; 0 for one a core.
        min_free_mb: how much stays free on the disk, in 10^6 bytes; nothing is taken
            while there is less.
        deadline_s, deadline_per_frame_s: a worker that takes longer for a clip than
            deadline_s + frames * deadline_per_frame_s is killed.
        assumed_framerate: the rate of footage that does not say its own.
        rotate: degrees clockwise before anything else.
        encounter_gap_s: how long a fish may be out of sight within one encounter.
        require_motion: positives in which nothing moves are not counted; ``auto``: for
            whole-frame detectors.
        engine: the TFLite runtime; ``auto`` takes ai-edge-litert where it is
            installed, else tflite-runtime.
    """

    folder: Path = setting(Path("/var/lib/weir"), config.path)
    settle_seconds: float = setting(10, number(0))
    workers: int = setting(0, whole(0, 1024))
    engine: str = setting("auto", one_of("auto", "tflite-runtime", "ai-edge-litert"))
    min_free_mb: float = setting(500, number(0))
    deadline_s: float = setting(120, number(0, above=True))
    deadline_per_frame_s: float = setting(1, number(0, above=True))
    keep_done: bool = setting(True, yes_or_no)
    assumed_framerate: float = setting(1, number(0, 1000, above=True))
    rotate: int = setting(0, one_of(0, 90, 180, 270))
    encounter_gap_s: float = setting(0, number(0))
    require_motion: Union[str, bool] = setting("auto", _motion)
    detector: DetectorConfig = table(DetectorConfig)
    classifier: ModelConfig = table(ModelConfig)


@dataclass(frozen=True)
class AnalysisSettings:
    """The tables that the host's daemon reads."""

    deployment: DeploymentConfig = table(DeploymentConfig)
    analysis: AnalysisConfig = table(AnalysisConfig)
