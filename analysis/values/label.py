"""What a person said about a stretch of a clip.

A label speaks of the bytes of a clip and of frames, never of an encounter's number: so
it outlives every run, and fits whatever a later run finds in the same frames.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Optional

from weir.clock import format_utc

FISH, NOT, UNSURE, WATCHED = "fish", "not", "unsure", "watched"
"""A fish; none; not to be told; and: in these frames there is nothing else."""

VERDICTS = (FISH, NOT, UNSURE, WATCHED)

WITHDRAWN = "withdrawn"
"""Takes a decision back: that of the same person about the same frames and time."""

Key = tuple[str, int, int, str, str]
"""The clip's sha256, first and last frame, person and time: one decision."""


@dataclass(frozen=True)
class MachineWord:
    """What the newest run had said about the frames when a person decided.

    Attributes:
        run, encounter: the numbers of the run and of its encounter.
        status: counted, or why it is not.
        label, species, score: those of the encounter.
        max_n: the largest number of targets in one frame; None if it cannot count.
    """

    run: int
    encounter: int
    status: str
    label: str
    species: str
    score: float
    max_n: Optional[int]

    @classmethod
    def from_json(cls, text: str) -> Optional[MachineWord]:
        """Read what ``to_json`` writes; an empty text is None."""
        return cls(**json.loads(text)) if text else None

    def to_json(self) -> str:
        """Write it on one line."""
        return json.dumps(asdict(self), ensure_ascii=False)


@dataclass(frozen=True)
class Label:
    """A decision of a person, or its withdrawal.

    Attributes:
        sha256: of the clip's bytes.
        clip: the clip's name, for people.
        first_frame, last_frame: the frames that it speaks of, both included, from 0.
        verdict: fish, not, unsure, watched; or withdrawn.
        label, species: what the person calls it; empty where nothing was said.
        count: how many individuals; None where nothing was said.
        note: anything.
        person: who said it; empty where nobody is named.
        at: when it was said. A withdrawal has the time of the decision it takes back.
        machine: what the newest run had said; None where it had found nothing.
    """

    sha256: str
    clip: str
    first_frame: int
    last_frame: int
    verdict: str
    person: str
    at: datetime
    label: str = ""
    species: str = ""
    count: Optional[int] = None
    note: str = ""
    machine: Optional[MachineWord] = None

    @property
    def key(self) -> Key:
        """What makes it this decision and no other."""
        return (*self.stretch, self.person, format_utc(self.at))

    @property
    def stretch(self) -> tuple[str, int, int]:
        """The clip's sha256, and the first and the last frame."""
        return self.sha256, self.first_frame, self.last_frame

    @property
    def words(self) -> tuple[object, ...]:
        """All that the person said about the stretch."""
        return self.verdict, self.label, self.species, self.count, self.note

    @property
    def frames(self) -> int:
        """How many frames it speaks of."""
        return self.last_frame - self.first_frame + 1

    def shared(self, first: int, last: int) -> int:
        """Return how many frames it shares with a stretch of its clip."""
        return max(0, min(self.last_frame, last) - max(self.first_frame, first) + 1)

    def meets(self, first: int, last: int) -> bool:
        """Whether it shares half of the shorter one, or more, with a stretch."""
        return 2 * self.shared(first, last) >= min(self.frames, last - first + 1)
