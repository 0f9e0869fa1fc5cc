"""What moved and was not called a fish, as the report shows it: never counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.record.days import Day
from analysis.record.final.encounters import FinalEncounter
from analysis.record.results import Results
from analysis.report.picture import Picture, picture_of_moment
from analysis.report.words.judged import Judged, judged_by_day
from analysis.values.label import FISH, NOT
from weir.printable import many

MOST = 100
_FIRST = 24


@dataclass(frozen=True)
class Overlooked:
    """The moments that the page shows.

    Attributes:
        count: of all moments.
        first: the pictures to look at first.
        more: those of the next ones.
        looked: how many people have looked at.
        by_day: the same of each day.
        said: what people say of all, in words; empty if nobody says anything.
    """

    count: int
    looked: int
    by_day: Mapping[Day, Judged]
    first: tuple[Picture, ...]
    more: tuple[Picture, ...]
    said: str

    @property
    def too_low(self) -> str:
        """Say whether fish may be among them; an empty text where there are none."""
        if not self.count:
            return ""
        moments = many(self.count, "moment")
        if self.looked == self.count:
            return f"People looked at all that moved and was not called, in {moments}."
        return (
            "The count may be too low: what moved and was not called a fish may hold"
            f" more: {moments}, {self.looked} looked at."
        )

    @property
    def not_shown(self) -> int:
        """How many stand only in the table."""
        return self.count - len(self.first) - len(self.more)


def overlooked(
    results: Results, folder: Path, finals: Iterable[FinalEncounter]
) -> Overlooked:
    """Return the moments of results, the likeliest fish first.

    Args:
        results: those that the page shows.
        folder: where the paths of snapshots start.
        finals: all encounters, by which fish are known that are in no moment.
    """
    ranked = sorted(results.moments(), key=lambda seen: seen.rank)
    said = [
        results.book.of_moment(
            seen.clip.sha256, seen.moment.first_frame, seen.moment.last_frame
        )
        for seen in ranked
    ]
    verdicts = Counter(decision.verdict for decision in said if decision)
    pictures = tuple(
        picture_of_moment(seen, folder, decision)
        for seen, decision in zip(ranked[:MOST], said)
    )
    alone = sum(f.counts and f.seen is None and f.moment is None for f in finals)
    return Overlooked(
        len(ranked),
        sum(verdicts.values()),
        judged_by_day(zip(ranked, said)),
        pictures[:_FIRST],
        pictures[_FIRST:],
        " ".join(filter(None, (_words(verdicts, said.count(None)), _alone(alone)))),
    )


def _alone(fish: int) -> str:
    """Say how many fish people saw where nothing was found."""
    if not fish:
        return ""
    is_in = "is in none of these" if fish == 1 else "are in none of these"
    return (
        f"{fish} more fish that people saw {is_in}: the model did not call it, and"
        " nothing stood out as moving, so that it counts by a person's word, and has no"
        " picture."
    )


def _words(verdicts: Counter[str], unseen: int) -> str:
    if not verdicts:
        return ""
    other = sum(verdicts.values()) - verdicts[FISH] - verdicts[NOT]
    more = f"; {other} cannot be told" if other else ""
    left = f" Nobody has looked at the other {unseen}." if unseen else ""
    return f"By a person: {verdicts[FISH]} fish, {verdicts[NOT]} not{more}.{left}"
