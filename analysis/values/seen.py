"""What the stages hand to each other: frozen values, no behaviour, no libraries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

Size = tuple[int, int]
"""Width and height in pixels."""

Rect = tuple[int, int, int, int]
"""x, y, width and height in pixels, from the top left."""

METHOD = 2
"""Counts up when the same models would see the same frames otherwise than before.

2: motion and visibility where the detector looks; ``area`` crops, then halves.
"""

COUNTED, STATIC = "counted", "static"
"""An encounter is counted, or nothing moved in it."""

ANALYSED, SALVAGED, FAILED = "analysed", "salvaged", "failed"
"""A clip was decoded whole, in part, or not at all."""


@dataclass(frozen=True)
class Box:
    """A rectangle in the frame's own space, 0 to 1 from the top left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Detection:
    """A target in a frame.

    Attributes:
        label: of the detector.
        score: of that label, 0 to 1.
        box: where; None for whole-frame models.
        species: what the classifier calls it; empty without one.
        species_score: its score, 0 to 1.
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
        first_frame, last_frame, best_frame: indices; best is that of the top score.
        label, score: of the best detection.
        species, species_score: of the encounter as a whole; empty and None without a
            classifier.
        max_n: the largest number of targets in one frame.
        status: counted, or static.
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
