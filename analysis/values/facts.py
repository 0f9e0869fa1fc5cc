"""What each run records of a model: its file, the engine, and every decision."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

CLASSIFIER, SSD, YOLO = "classifier", "ssd", "yolo"
FOMO, BOXES, LIST = "fomo", "boxes", "list"


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


def judges_whole_frames(settings: Mapping[str, Any]) -> bool:
    """Whether the detector of a run with these settings gives no boxes.

    Such a model cannot count individuals.
    """
    return bool(settings.get("detector", {}).get("kind") == CLASSIFIER)


Facts = tuple[ModelFacts, Optional[ModelFacts]]
"""The facts of the detector, and of the classifier where there is one."""
