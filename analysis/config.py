"""Defines the config's ``[analysis]`` table with its models."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional, Union

from weir import config
from weir.config import (
    list_of,
    number,
    one_of,
    setting,
    table,
    text,
    whole,
    yes_or_no,
)
from weir.deployment import DeploymentConfig

DETECTOR_MODEL = "analysis.detector.model"
"""This key has no default, and ``run`` and ``check`` need it."""

KINDS = (
    *("classifier", "ssd", "yolo", "fomo", "boxes", "list"),
    *("yolov5", "yolov8", "yolox", "end2end"),
)
"""Kinds of models; the last four are a yolo's layouts, where its file leaves two."""
AUTO = "auto"
BOX_ORDERS = ("yxyx", "xyxy", "cxcywh", "xywh")
_UNITS = ("", "pixels", "shares")
RANGES = ("-1..1", "0..1", "0..255")
Normalise = Union[str, tuple[float, float], tuple[tuple[float, ...], ...]]


def _normalise(value: Any) -> Normalise:
    expected = (
        '"auto", "-1..1", "0..1", "0..255", [scale, offset] or '
        "{mean = [...], std = [...]}"
    )
    if isinstance(value, dict):
        return _mean_and_std(value)
    if isinstance(value, list):
        scale, offset = list_of(number(float("-inf")), expected, 2)(value)
        return (float(scale), float(offset))
    if value not in ("auto", *RANGES):
        raise ValueError(expected)
    return str(value)


def _mean_and_std(value: dict[str, Any]) -> tuple[tuple[float, ...], ...]:
    expected = "{mean = [...], std = [...]} with one or three numbers each, std above 0"
    if set(value) != {"mean", "std"}:
        raise ValueError(expected)
    means = list_of(number(float("-inf")), expected)(value["mean"])
    stds = list_of(number(0, above=True), expected)(value["std"])
    if len(means) != len(stds) or len(means) not in (1, 3):
        raise ValueError(expected)
    return tuple(map(float, means)), tuple(map(float, stds))


def _size(value: Any) -> tuple[int, int]:
    expected = "one side in pixels, like 640, or [width, height]"
    sides = value if isinstance(value, list) else [value, value]
    width, height = list_of(whole(8, 8192), expected, 2)(sides)
    return width, height


def _boxes(value: Any) -> str:
    order, _, unit = str(value).partition(" ")
    known = unit in _UNITS and order in BOX_ORDERS
    if value != "auto" and not known:
        raise ValueError(
            '"auto", "yxyx", "xyxy", "cxcywh" or "xywh", and behind one of the last '
            'four, if need be, its unit: "xyxy pixels" or "xyxy shares"'
        )
    return str(value)


def _motion(value: Any) -> Union[str, bool]:
    if value != "auto" and not isinstance(value, bool):
        raise ValueError('"auto", true or false')
    motion: Union[str, bool] = value
    return motion


def _reuse(value: Any) -> Union[str, float]:
    if value == AUTO:
        return AUTO
    try:
        read: float = number(0, 255)(value)
    except ValueError:
        expected = f'"{AUTO}", or grey levels: a number from 0 (every frame) to 255'
        raise ValueError(expected) from None
    return read


_LABELS = list_of(text, 'a list of labels like ["fish"]')


@dataclass(frozen=True)
class ModelConfig:
    """Names a model, and says how a frame is turned into its input.

    Attributes:
        model: the ``.tflite`` file; None if there is none.
        labels: a text file of labels; None to use the labels in the model.
        resize: the filter that shrinks the frame.
        fit: how the frame is made to fit the shape of the input; ``auto`` is the usual
            way of the model's kind.
        colour: the order of the colour channels that the model was trained with.
        normalise: ``auto``, a range, or scale and offset:
            value = pixel * scale + offset; or mean and deviation of each channel:
            value = (pixel / 255 - mean) / deviation.
        input_size: width and height for a model that takes pictures of any size.
    """

    model: Optional[Path] = setting(None, config.optional_path)
    labels: Optional[Path] = setting(None, config.optional_path)
    resize: str = setting("area", one_of("area", "lanczos", "bilinear"))
    fit: str = setting("auto", one_of("auto", "crop", "stretch", "letterbox"))
    colour: str = setting("rgb", one_of("rgb", "bgr"))
    normalise: Normalise = setting("auto", _normalise)
    input_size: Optional[tuple[int, int]] = setting(None, _size)


@dataclass(frozen=True)
class DetectorConfig(ModelConfig):
    """The model that runs on every frame.

    Attributes:
        targets: the labels that count; empty for every label.
        threshold: a score above this value is a detection.
        keep_above: lower scores are kept, too, down to this one; they count nowhere.
        kind: the kind of model; ``auto`` decides by its tensors and logs the decision.
        boxes: the order of a box's four numbers, and their unit; ``auto`` decides by
            the model.
        reuse_below: a frame is looked at only if some part of it has changed by more
            grey levels since the last one that was; 0 looks at every frame, and
            ``auto`` decides by what the model costs.
    """

    targets: tuple[str, ...] = setting(("fish",), _LABELS)
    threshold: float = setting(0.5, number(0, 1))
    keep_above: float = setting(0.3, number(0, 1))
    kind: str = setting("auto", one_of("auto", *KINDS))
    boxes: str = setting("auto", _boxes)
    reuse_below: Union[str, float] = setting(0, _reuse)

    @property
    def floor(self) -> float:
        """The score above which a target is kept, though it may not count."""
        return min(self.keep_above, self.threshold)


@dataclass(frozen=True)
class VerifierConfig(DetectorConfig):
    """A heavy model of boxes, which looks at the best frames after the detector.

    Attributes:
        verifier_frames_per_hour: at most so many frames of an hour of footage, rounded
            up for each clip.
    """

    verifier_frames_per_hour: float = setting(120, number(0, above=True))


RESERVED = "emnuwxz"
"""The letters that say something else on the page for review."""

START_FROM_CONTAINER = ("container-utc", "container-local")
START_FROM_NONE = "none"
START_FROM = ("name", *START_FROM_CONTAINER, START_FROM_NONE)


def _keys(value: Any) -> tuple[tuple[str, str], ...]:
    """Read letters, each with its species, as pairs in order of the letters."""
    expected = f'letters but {RESERVED}, each with a species, like {{ s = "salmon" }}'
    if not isinstance(value, dict):
        raise ValueError(expected)
    for letter, species in value.items():
        is_free = len(letter) == 1 and "a" <= letter <= "z" and letter not in RESERVED
        if not is_free or not isinstance(species, str) or not 0 < len(species) <= 200:
            raise ValueError(expected)
    return tuple(sorted(value.items()))


@dataclass(frozen=True)
class ReviewConfig:
    """The page on which people say what is in the footage.

    Attributes:
        keys: letters, each with the species that it says.
    """

    keys: tuple[tuple[str, str], ...] = setting((), _keys)


@dataclass(frozen=True)
class AnalysisConfig:
    """Says how footage is analysed, and where.

    Attributes:
        folder: inbox/, working/, done/, rejected/, receipts/ and results/ live in it.
        settle_seconds: how long a file must stay unchanged before it is taken.
        workers: how many processes decode and analyse; 0 means one per core.
        min_free_mb: how much of the disk must stay free, in 10^6 bytes; nothing is
            taken while less is free.
        deadline_s, deadline_per_frame_s: a worker that takes longer for a clip than
            deadline_s + frames * deadline_per_frame_s is killed.
        start_from: what says when a clip starts that has no sidecar: its name; what the
            container says of its making, which cameras write in UTC or local time, and
            else its name; or nothing.
        assumed_framerate: frames per second of raw footage without a sidecar; 0 for
            what its stream states, else 1.
        sample_fps: so many frames a second are looked at, evenly by their own times; 0
            for every frame.
        rotate: by how many degrees frames are turned clockwise, before anything else.
        encounter_gap_s: how long a fish may be out of sight within one encounter.
        require_motion: True to not count positives in which nothing moves; ``auto``
            means True for whole-frame detectors only.
        level_camera: whether fish swim level in the picture, so that what is not longer
            than high is doubtful.
        engine: the TFLite runtime; ``auto`` uses ai-edge-litert if it is installed,
            else tflite-runtime.
        executor: what works the clips: processes on this machine, or a Dask cluster.
        scheduler: the cluster's address, ``tls://host:8786``; ``tcp://`` is for this
            machine only.
        tls_ca, tls_cert, tls_key: the certificates' authority, this machine's
            certificate and its key.
    """

    folder: Path = setting(Path("/var/lib/weir"), config.path)
    settle_seconds: float = setting(10, number(0))
    workers: int = setting(0, whole(0, 1024))
    engine: str = setting("auto", one_of("auto", "tflite-runtime", "ai-edge-litert"))
    min_free_mb: float = setting(500, number(0))
    deadline_s: float = setting(120, number(0, above=True))
    deadline_per_frame_s: float = setting(1, number(0, above=True))
    start_from: str = setting("name", one_of(*START_FROM))
    keep_done: bool = setting(True, yes_or_no)
    assumed_framerate: float = setting(0, number(0, 1000))
    sample_fps: float = setting(0, number(0, 1000))
    rotate: int = setting(0, one_of(0, 90, 180, 270))
    encounter_gap_s: float = setting(0, number(0))
    require_motion: Union[str, bool] = setting("auto", _motion)
    level_camera: bool = setting(True, yes_or_no)
    executor: str = setting("local", one_of("local", "dask"))
    scheduler: str = setting("", text)
    tls_ca: Optional[Path] = setting(None, config.optional_path)
    tls_cert: Optional[Path] = setting(None, config.optional_path)
    tls_key: Optional[Path] = setting(None, config.optional_path)
    detector: DetectorConfig = table(DetectorConfig)
    verifier: VerifierConfig = table(VerifierConfig)
    classifier: ModelConfig = table(ModelConfig)
    review: ReviewConfig = table(ReviewConfig)


@dataclass(frozen=True)
class AnalysisSettings:
    """Holds the config tables that the host's daemon reads."""

    deployment: DeploymentConfig = table(DeploymentConfig)
    analysis: AnalysisConfig = table(AnalysisConfig)


def _names(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or not all(
        isinstance(name, str) and name.strip() for name in value.values()
    ):
        raise ValueError('a table of lines like "Brown Trout" = "Salmo trutta"')
    return tuple(value.items())


@dataclass(frozen=True)
class ExportSettings(AnalysisSettings):
    """Holds the config tables that exports read.

    Attributes:
        species: the scientific name of each label or species, as pairs.
    """

    species: tuple[tuple[str, str], ...] = setting((), _names)
