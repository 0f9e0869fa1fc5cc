"""What moved and was not called a fish, as the report shows it: never counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from analysis.record.results import Results
from analysis.report.picture import Picture, picture_of_moment
from analysis.values.label import FISH, NOT

MOST = 100
_FIRST = 24


@dataclass(frozen=True)
class Overlooked:
    """The moments that the page shows.

    Attributes:
        count: of all moments.
        first: the pictures to look at first.
        more: those of the next ones.
        said: what people say of all, in words; empty if nobody says anything.
    """

    count: int
    first: tuple[Picture, ...]
    more: tuple[Picture, ...]
    said: str

    @property
    def not_shown(self) -> int:
        """How many stand only in the table."""
        return self.count - len(self.first) - len(self.more)


def overlooked(results: Results, folder: Path) -> Overlooked:
    """Return the moments of results, the likeliest fish first.

    Args:
        results: those that the page shows.
        folder: where the paths of snapshots start.
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
    return Overlooked(
        len(ranked), pictures[:_FIRST], pictures[_FIRST:], _words(verdicts)
    )


def _words(verdicts: Counter[str]) -> str:
    if not verdicts:
        return ""
    other = sum(verdicts.values()) - verdicts[FISH] - verdicts[NOT]
    more = f"; {other} cannot be told" if other else ""
    return f"By a person: {verdicts[FISH]} fish, {verdicts[NOT]} not{more}."
