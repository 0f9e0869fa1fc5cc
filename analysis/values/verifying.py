"""What a verifier is asked about a clip, what it answers, and what came of it.

A verifier is a heavy model of boxes. It looks at a few frames of each encounter and of
each moment, when the clip has been looked at: see ``analysis.verification``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from analysis.config import AnalysisConfig
from analysis.values.facts import Facts
from analysis.values.seen import Box, Detection

DETECTOR, VERIFIER, OVERRULED = "detector", "verifier", "overruled"
"""Who found a target; overruled is what the detector found where the verifier's stand.

``VERIFIER`` is also what has decided a status where the verifier has.
"""

ENCOUNTER, MOMENT = "encounter", "moment"

VERIFY = "analysis.look.verifying.verify:verify"
"""A worker imports this ``module:function`` and runs it on each ``VerifyJob``."""


@dataclass(frozen=True)
class Item:
    """An encounter or a moment that the verifier is asked about.

    Attributes:
        what: encounter or moment.
        number: its number in its clip.
        frames: those that it looks at, the most telling first.
        place: where something moved; what the verifier sees elsewhere says nothing of
            it. None for the whole frame.
        species, species_score: what the classifier calls it, where this is decided on
            whole frames; empty and None else.
    """

    what: str
    number: int
    frames: tuple[int, ...]
    place: Optional[Box] = None
    species: str = ""
    species_score: Optional[float] = None


@dataclass(frozen=True)
class VerifyJob:
    """What a worker is asked to do after a clip was looked at.

    Attributes:
        path: the file with the clip's bytes, as in its ``ClipJob``.
        config: how to look.
        items: what is asked.
        models: the models that the run recorded; the worker refuses others. None to
            take the files as they are.
        work: the function that does it, as ``module:function``.
    """

    path: Path
    config: AnalysisConfig
    items: tuple[Item, ...]
    models: Optional[Facts] = None
    work: str = VERIFY


@dataclass(frozen=True)
class Look:
    """What the verifier sees in a frame.

    Attributes:
        frame: its number, from 0.
        score: the highest score of any target, 0 to 1, above the threshold or not.
        boxes: the targets above the threshold, highest score first.
    """

    frame: int
    score: float
    boxes: tuple[Detection, ...]


@dataclass(frozen=True)
class Answers:
    """What the verifier answers.

    Attributes:
        looks: one for each frame, in their order.
        pictures: a JPEG with the boxes of each item in which it sees something, by the
            item's place among the items.
        seconds: how long the work took.
    """

    looks: tuple[Look, ...]
    pictures: dict[int, bytes]
    seconds: float


@dataclass(frozen=True)
class Verification:
    """What was verified in a clip.

    Attributes:
        items: how many encounters and moments there were.
        asked: about how many of them the verifier was asked; the others are beyond the
            budget.
        looks: what it saw in each frame.
        tracks: of each box of ``looks``, in their order, the number of the track that
            it lies on; 0 for none.
        overruled: the frames in which its boxes stand for what the detector found.
        reason: why nothing was verified, though something was asked; else empty.
        seconds: how long it took.
    """

    items: int
    asked: int = 0
    looks: tuple[Look, ...] = ()
    tracks: tuple[int, ...] = ()
    overruled: frozenset[int] = frozenset()
    reason: str = ""
    seconds: float = 0.0
