"""How much of what moved and was not called people have looked at, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Optional

from analysis.record.days import Day, day_of
from analysis.record.labels.labelbook import Decision
from analysis.record.looks.moments import SeenMoment
from analysis.report.words.bestday import Naming
from weir.printable import many


@dataclass(frozen=True)
class Judged:
    """The moments of a day.

    Attributes:
        moments: what moved and was not called a fish.
        looked: how many of these people have looked at.
    """

    moments: int = 0
    looked: int = 0

    @property
    def open(self) -> int:
        """How many nobody has looked at."""
        return self.moments - self.looked


def judged_by_day(
    moments: Iterable[tuple[SeenMoment, Optional[Decision]]],
) -> dict[Day, Judged]:
    """Sum up moments, each with what people say of it."""
    found: dict[Day, list[bool]] = defaultdict(list)
    for seen, decision in moments:
        found[day_of(seen.clip)].append(decision is not None)
    return {day: Judged(len(said), sum(said)) for day, said in sorted(found.items())}


def caveat(days: Iterable[Day], judged: Mapping[Day, Judged]) -> str:
    """Say on which days what moved is not looked at, beside what people counted.

    Args:
        days: all that are compared with each other.
        judged: their moments; a day without any need not be there.

    Returns:
        A sentence or two; an empty text where all is looked at.
    """
    every = sum(of.moments for of in judged.values())
    looked = sum(of.looked for of in judged.values())
    if looked == every:
        return ""
    never = [day for day, of in judged.items() if not of.looked]
    words = (
        "The count may be too low, another day may lead, and a day of none may have had"
        " fish: of"
        f" {many(every, 'moment')} in which something moved that the model did not call"
        f" a fish, people looked at {looked}"
    )
    if looked and never:
        words += f", and on {Naming.among(days).of(never)} at none"
    return f"{words}."
