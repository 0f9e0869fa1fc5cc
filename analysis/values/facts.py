"""What each run records of a model: its file, the engine, and every decision."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

CLASSIFIER, SSD, YOLO = "classifier", "ssd", "yolo"
FOMO, BOXES, LIST = "fomo", "boxes", "list"
_CLEARLY = 0.4  # of the way from the threshold to 1, or to 0
_MANY = 0.25  # of the frames


@dataclass(frozen=True)
class ModelFacts:
    """A model, and how it was used.

    Attributes:
        file: its name, without folders.
        sha256: the sum of the file's bytes.
        bytes: the file's length.
        kind: classifier, ssd, yolo, fomo, boxes or list.
        why: how the kind, and what its outputs mean, were decided.
        inputs, outputs: its tensors, as text.
        labels: the names of its classes, in order.
        labels_source: where the labels come from.
        engine, engine_version: what ran it.
        resize, fit, colour: how a frame became its input.
        scale, offset: value = pixel * scale + offset, for all channels or each.
        normalise_source: where scale and offset come from.
        targets: the labels that count; empty for all. Detectors only.
        threshold: a score above it is a detection. Detectors only.
        reading: how the outputs are read, where Weir did not always read them so.
    """

    file: str
    sha256: str
    bytes: int
    kind: str
    why: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    labels: tuple[str, ...]
    labels_source: str
    engine: str
    engine_version: str
    resize: str
    fit: str
    colour: str
    scale: tuple[float, ...]
    offset: tuple[float, ...]
    normalise_source: str
    targets: tuple[str, ...] = ()
    threshold: float = 0.0
    reading: str = ""

    @property
    def is_whole_frame(self) -> bool:
        """Whether the model judges whole frames, without boxes."""
        return self.kind == CLASSIFIER

    def to_json(self) -> dict[str, Any]:
        """Return the facts as values that JSON has."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> ModelFacts:
        """Make facts from values that were JSON, and turn their lists into tuples."""
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in data.items()
        }
        return cls(**values)

    def difference(self, other: Optional[ModelFacts]) -> str:
        """Say in words what differs from another model.

        Returns:
            The differences; an empty text if there are none.
        """
        for field in dataclasses.fields(self):
            ours, theirs = getattr(self, field.name), getattr(other, field.name, None)
            if ours != theirs:
                return f"its {field.name} was {ours}, and is {theirs}"
        return ""


def detects_whole_frames(settings: Mapping[str, Any]) -> bool:
    """Whether the detector of a run with these settings gives no boxes.

    Such a model cannot count individuals.
    """
    return bool(settings.get("detector", {}).get("kind") == CLASSIFIER)


def judges_whole_frames(settings: Mapping[str, Any]) -> bool:
    """Whether no model of a run with these settings gives boxes."""
    return detects_whole_frames(settings) and not settings.get("verifier")


Facts = tuple[ModelFacts, Optional[ModelFacts], Optional[ModelFacts]]
"""The facts of the detector, and of classifier and verifier where there are any."""


@dataclass(frozen=True)
class Choice:
    """A way from pixels to a model's input, and the scores of some frames by it.

    Attributes:
        normalise, colour: as in the config; ``normalise`` is in words.
        is_chosen: whether the config says so, or leaves it to the model that does.
        scores: of the frames of one clip.
        threshold: the detector's.
    """

    normalise: str
    colour: str
    is_chosen: bool
    scores: tuple[float, ...]
    threshold: float

    @property
    def separates(self) -> bool:
        """Whether some frame is clearly a target, and many are clearly none."""
        high = self.threshold + _CLEARLY * (1 - self.threshold)
        clearly_none = (1 - _CLEARLY) * self.threshold
        many = sum(score <= clearly_none for score in self.scores)
        return max(self.scores) >= high and many >= _MANY * len(self.scores)

    def __str__(self) -> str:
        return f"normalise {self.normalise} and colour {self.colour}"
