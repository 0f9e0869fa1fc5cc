"""Items: what a person is asked about, each an encounter, a moment, or a lost label."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Optional

from analysis.values.label import Label, MachineWord
from analysis.values.seen import COUNTED, DOUBTFUL, WHOLE_CLIP

ENCOUNTER, MOMENT, LOST = "encounter", "moment", "lost"
"""What a run saw; what moved and was not called a target; and what a person decided
about, and the newest run does not see."""

Outline = Sequence[float]
"""x, y, width and height, 0 to 1 of the frame."""


class Item(NamedTuple):
    """What a person is asked about. A tuple, because there are tens of thousands.

    Attributes:
        id: its name in addresses; it holds no letter that somebody else chose.
        sort: encounter, moment or lost.
        first, last, best: its frames.
        status: counted, static or doubtful; empty for all but encounters.
        decided_by: the measure that decided it; empty where none did.
        score, species_score: the detector's and the classifier's; of a moment, how far
            it stands out, and None.
        rank: of a moment, from 1; else 0.
        threshold: of the run.
        box: where a moment is; None for all else.
        outline: around what moved in the best frame, its corners as ``x,y x,y`` in
            thousandths of the frame; empty where that is not known.
        picture: the path of its snapshot below results/; empty without one.
        day: the local date; empty where it is unknown.
        local: the local time of its best frame, or UTC with its Z; empty where it is
            unknown.
        frames: how many frames the clip has.
        archive, received, source, bytes: what the clip is found by in done/.
    """

    id: str
    sort: str
    sha256: str
    clip: str
    run: int
    number: int
    first: int
    last: int
    best: int
    label: str
    score: float
    species: str
    species_score: Optional[float]
    max_n: Optional[int]
    status: str
    decided_by: str
    rank: int
    threshold: float
    box: Optional[Outline]
    outline: str
    picture: str
    deployment: str
    camera: str
    day: str
    local: str
    frames: int
    framerate: float
    received: str
    source: str
    bytes: int

    @property
    def kind(self) -> str:
        """What it is called: the species, else the label; a moment has neither."""
        return self.species or self.label or self.sort

    @property
    def is_called_fish(self) -> bool:
        """Whether the machine calls it a target, and does not take that back."""
        return self.status in (COUNTED, DOUBTFUL)

    @property
    def is_sure(self) -> bool:
        """Whether it counts and nothing about it is doubtful."""
        return self.status == COUNTED and not self.doubts

    @property
    def is_first(self) -> bool:
        """Whether a person is asked about it before all else."""
        return self.status == DOUBTFUL and self.decided_by == WHOLE_CLIP

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why a person should look at it first, in words."""
        if not self.is_called_fish:
            return ()
        named, is_other = self.species_score, self.status == DOUBTFUL
        found = (
            (self.is_first, "may be a fish that holds its place"),
            (is_other and not self.is_first, "moved, and has not the look of a fish"),
            (self.score - self.threshold < NEAR, "the score is near the threshold"),
            (named is not None and named < MARGIN, "species are hard to tell apart"),
            (self.first == self.last, "in one frame only"),
        )
        return tuple(words for holds, words in found if holds)

    @property
    def machine(self) -> Optional[MachineWord]:
        """What the newest run says, to be kept beside a person's word."""
        if self.sort != ENCOUNTER:
            return None
        return MachineWord(
            *(self.run, self.number, self.status, self.label, self.species),
            *(round(self.score, 6), self.max_n),
        )

    def meets(self, label: Label) -> bool:
        """Whether a label speaks of it."""
        return label.sha256 == self.sha256 and label.meets(self.first, self.last)


NEAR = 0.15
"""A score that is no further above the threshold is doubtful."""

MARGIN = 0.7
"""A species that is less sure than this has a rival."""


def item_id(sort: str, sha256: str, first: int, last: int) -> str:
    """Return the name that an item has in every run that sees it in these frames."""
    return f"{sort[0]}{sha256}-{first}-{last}"


def written(items: Iterable[Item]) -> Iterator[str]:
    """Yield each item as a line."""
    return (json.dumps(item, ensure_ascii=True) for item in items)


def parsed(line: bytes) -> Item:
    """Read a line that ``written`` gave."""
    values = json.loads(line)
    return Item(*values)  # a box becomes a list, which is read as one
