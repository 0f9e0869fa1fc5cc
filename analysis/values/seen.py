"""What is seen in a frame and in a clip: boxes, detections, encounters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Optional

Size = tuple[int, int]
"""Width and height in pixels."""

Rect = tuple[int, int, int, int]
"""x, y, width and height in pixels, from the top left."""

METHOD = 8
"""The version of how Weir looks. It goes up when the same models would see otherwise.

2: motion and visibility where the detector looks; ``area`` crops, then halves.
3: what moved is measured against medians; the model is asked about the background.
4: a frame and its background are made small exactly, and so alike.
5: where weed stands out further than the fish, the close up is of the fish.
6: a fish that stays is measured against the water before and after its visit.
7: that water is calm, and the fish is looked for where it differs from that.
8: that water is asked, too, where the fish is not unique in the water around its time.
"""

COUNTED, STATIC, DOUBTFUL = "counted", "static", "doubtful"
"""The status of an encounter: it counts, nothing unique moved, or a person must see it.

Doubtful is what moved where the model says the same of the empty background, or what
has not the shape.
"""

WHOLE_CLIP = "whole_clip"
"""What ``decided_by`` says where the water around its time and that of the whole clip
say different things of an encounter: a person looks at these first."""

BELOW = "below"
"""The status of an encounter that counts nowhere: none of its frames scores above the
threshold. It is kept for what a lower threshold would count."""

LOOKED, UNCHANGED, BETWEEN = 0, 1, 2
"""Whether the detector looked at a frame; if not, nothing had changed since the last
one that it looked at, or the frame lies between those of ``sample_fps``. Such a frame
has what was seen in one beside it."""

ANALYSED, SALVAGED, FAILED = "analysed", "salvaged", "failed"
"""The status of a clip: it was decoded whole, in part, or not at all."""


@dataclass(frozen=True)
class Box:
    """A rectangle in a frame: 0 to 1 of its width and height, from the top left."""

    x: float
    y: float
    width: float
    height: float

    def contains_middle(self, other: Box) -> bool:
        """Whether the middle of another box lies in this one."""
        x, y = other.x + other.width / 2, other.y + other.height / 2
        is_beside = self.x <= x <= self.x + self.width
        return is_beside and self.y <= y <= self.y + self.height


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
        max_n: the largest number of targets in one frame; None for a model of whole
            frames, which cannot count.
        status: counted, static, doubtful, or below.
        uniqueness, background_score, zoom_gain, elongation: what was measured to judge
            it; None where it was not measured. The background's score is the score less
            what it loses without what moved.
        decided_by: the measure that decided its status; empty where none did.
        would_be: what its status would be, were the threshold lower. It is empty for
            all but those below it.
        outline: around what moved in the best frame, its corners as ``x,y x,y`` in
            thousandths of the frame; empty where nothing unique did, or nobody looked.
    """

    number: int
    first_frame: int
    last_frame: int
    best_frame: int
    label: str
    score: float
    species: str
    species_score: Optional[float]
    max_n: Optional[int]
    status: str
    uniqueness: Optional[float] = None
    background_score: Optional[float] = None
    zoom_gain: Optional[float] = None
    elongation: Optional[float] = None
    decided_by: str = ""
    would_be: str = ""
    outline: str = ""


@dataclass(frozen=True)
class Track:
    """One individual, from where it was first seen to where it was last.

    Attributes:
        number: from 1 within its clip.
        label, species: what it was called most.
        first_frame, last_frame: the frames that it begins and ends with, from 0.
        frames: in how many it was seen.
        score: the highest score of its boxes.
        entry, exit: where it was first and last.
    """

    number: int
    label: str
    species: str
    first_frame: int
    last_frame: int
    frames: int
    score: float
    entry: Box
    exit: Box


@dataclass(frozen=True)
class Moment:
    """Frames in which something moved that the detector did not call a target.

    Attributes:
        number: from 1 within its clip, in order of time.
        first_frame, last_frame: the frames that it begins and ends with, from 0.
        best_frame: the frame in which it stands out most.
        box: where it is then.
        strength, uniqueness: how far it stands out, and whether nothing else does.
        elongation: how long and level it is.
        zoom_gain: how much more the model sees in it than in its background.
        outline: around it in the best frame, its corners as ``x,y x,y`` in thousandths
            of the frame; empty where the picture of an earlier Weir has it drawn.
    """

    number: int
    first_frame: int
    last_frame: int
    best_frame: int
    box: Box
    strength: float
    uniqueness: float
    elongation: float
    zoom_gain: float
    outline: str = ""

    @property
    def weight(self) -> float:
        """How soon a person should look at it; the highest first."""
        return promise(self.elongation, self.zoom_gain)


def most(numbers: Iterable[Optional[int]], *, can_count: bool = True) -> Optional[int]:
    """Return the largest of numbers of individuals.

    Args:
        numbers: those of encounters; None where it is unknown.
        can_count: whether, without any encounter, there were none.

    Returns:
        The largest; None where nobody knows one.
    """
    every = list(numbers)
    known = [number for number in every if number is not None]
    return max(known) if known else 0 if can_count and not every else None


def promise(elongation: float, zoom_gain: float) -> float:
    """Say how much shape and close up speak for a fish.

    Of the fish that a model overlooked, most are long and level, and it sees more in a
    close up of them than of the water.
    """
    return elongation * (1 + min(1.0, max(0.0, zoom_gain)))
