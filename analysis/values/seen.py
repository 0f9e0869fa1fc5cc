"""What is seen in a frame and in a clip: boxes, detections, encounters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

Size = tuple[int, int]
"""Width and height in pixels."""

Rect = tuple[int, int, int, int]
"""x, y, width and height in pixels, from the top left."""

METHOD = 2
"""The version of how Weir looks. It goes up when the same models would see otherwise.

2: motion and visibility where the detector looks; ``area`` crops, then halves.
"""

COUNTED, STATIC = "counted", "static"
"""The status of an encounter: it counts, or nothing moved in it."""

BELOW = "below"
"""The status of an encounter that counts nowhere: none of its frames scores above the
threshold. It is kept for what a lower threshold would count."""

ANALYSED, SALVAGED, FAILED = "analysed", "salvaged", "failed"
"""The status of a clip: it was decoded whole, in part, or not at all."""


@dataclass(frozen=True)
class Box:
    """A rectangle in a frame: 0 to 1 of its width and height, from the top left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Detection:
    """A target in a frame.

    Attributes:
        label: what the detector calls it.
        score: how sure the detector is, 0 to 1.
        box: where it is; None for a model of whole frames.
        species: what the classifier calls it; empty without a classifier.
        species_score: how sure the classifier is, 0 to 1; None without a classifier.
    """

    label: str
    score: float
    box: Optional[Box] = None
    species: str = ""
    species_score: Optional[float] = None


@dataclass(frozen=True)
class Encounter:
    """A run of frames with a target, by the rule of ``analysis.look.encounters``.

    Attributes:
        number: from 1 within its clip.
        first_frame, last_frame: the frames that it begins and ends with, from 0.
        best_frame: the frame with the highest score.
        label, score: those of the best detection.
        species, species_score: what the classifier calls the encounter as a whole;
            empty and None without a classifier.
        max_n: the largest number of targets in one frame.
        status: counted, static, or below.
        uniqueness, background_score, zoom_gain, elongation: what was measured to judge
            it; None where it was not measured.
        decided_by: the measure that decided its status; empty where none did.
        would_be: what its status would be, were the threshold lower. It is empty for
            all but those below it.
    """

    number: int
    first_frame: int
    last_frame: int
    best_frame: int
    label: str
    score: float
    species: str
    species_score: Optional[float]
    max_n: int
    status: str
    uniqueness: Optional[float] = None
    background_score: Optional[float] = None
    zoom_gain: Optional[float] = None
    elongation: Optional[float] = None
    decided_by: str = ""
    would_be: str = ""
