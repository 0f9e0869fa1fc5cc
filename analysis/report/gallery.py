"""The encounters of a report, in pages that a browser likes.

Up to ``MOST`` of them stand on the report's own page; more go to a page a day, and a
day with very many to several pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from analysis.record.final.encounters import REJECTED, FinalEncounter
from analysis.report.picture import Picture, picture_of
from analysis.report.sums import is_wrong
from analysis.values.seen import COUNTED, DOUBTFUL, STATIC, WHOLE_CLIP

MOST = 500
MOST_ON_A_DAY = 250
MOST_BYTES = 15_000_000
FOLDER = "report-days"
_LARGE, _MIDDLE, _SMALL = 640, 480, 320  # pixels
_FEW = 150
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Gallery:
    """The pictures of some encounters.

    Attributes:
        days: the counted ones of each day, in order.
        wrong: those that the model counts and a person rejected.
        doubtful, static, rejected: the others, none of which counts, apart.
    """

    days: tuple[tuple[str, tuple[Picture, ...]], ...]
    wrong: tuple[Picture, ...]
    doubtful: tuple[Picture, ...]
    static: tuple[Picture, ...]
    rejected: tuple[Picture, ...]

    @property
    def all(self) -> list[Picture]:
        """All pictures."""
        counted = [picture for _, pictures in self.days for picture in pictures]
        others = (self.wrong, self.doubtful, self.static, self.rejected)
        return counted + [picture for pictures in others for picture in pictures]

    @property
    def kinds(self) -> list[str]:
        """What a reader can choose among."""
        return sorted({kind for picture in self.all for kind in picture.kinds})

    @property
    def dates(self) -> list[str]:
        """The days that there are; "" for an unknown one."""
        return sorted({picture.day for picture in self.all})

    @property
    def statuses(self) -> list[str]:
        """The statuses that there are."""
        return list(dict.fromkeys(picture.status for picture in self.all))

    @property
    def is_measured(self) -> bool:
        """Whether anything was measured of any of them that a caption names."""
        return any(picture.measured for picture in self.all)

    @property
    def is_checked(self) -> bool:
        """Whether people said anything of any of them."""
        return any(picture.verdict for picture in self.all)


@dataclass(frozen=True)
class DayPage:
    """A page of its own for the encounters of a day, or for a part of them.

    Attributes:
        name: the file's.
        day: local date; empty where it is unknown.
        part, parts: which of several pages of this day it is, from 1.
        encounters: what it shows.
    """

    name: str
    day: str
    part: int
    parts: int
    encounters: tuple[FinalEncounter, ...]

    @property
    def counted(self) -> int:
        """How many of its encounters count."""
        return sum(final.counts for final in self.encounters)

    @property
    def title(self) -> str:
        """What it is called."""
        of = f", part {self.part} of {self.parts}" if self.parts > 1 else ""
        return (self.day or "no date") + of


def day_pages(encounters: Sequence[FinalEncounter]) -> list[DayPage]:
    """Share encounters among pages; there are none where all fit on one."""
    if len(encounters) <= MOST:
        return []
    ordered = sorted(encounters, key=lambda final: final.clip.date)  # it is stable
    pages: list[DayPage] = []
    for day, group in groupby(ordered, key=lambda final: final.clip.date):
        finals = tuple(group)
        cuts = range(0, len(finals), MOST_ON_A_DAY)
        for part, at in enumerate(cuts, 1):
            name = _file(day, part)
            shown = finals[at : at + MOST_ON_A_DAY]
            pages.append(DayPage(name, day, part, len(cuts), shown))
    return pages


def is_ours(name: str) -> bool:
    """Whether a file in the pages' folder is named like one of them."""
    return re.fullmatch(rf"({_DATE.pattern}|no-date)(-\d+)?\.html", name) is not None


def gallery(
    encounters: Sequence[FinalEncounter], folder: Path, most_bytes: int = MOST_BYTES
) -> Gallery:
    """Return the pictures of encounters; the more there are, the smaller.

    Args:
        encounters: what is shown.
        folder: where the paths of snapshots start.
        most_bytes: after so many, the pictures are small.
    """
    width, total = _LARGE if len(encounters) <= _FEW else _MIDDLE, 0

    def shown(wanted: Iterable[FinalEncounter]) -> Iterator[Picture]:
        nonlocal total
        for final in wanted:
            is_small = final.status in (STATIC, REJECTED) and not is_wrong(final)
            small = is_small or total > most_bytes
            picture = picture_of(final, folder, _SMALL if small else width)
            total += picture.bytes
            yield picture

    def with_status(status: str) -> list[FinalEncounter]:
        return [final for final in encounters if final.status == status]

    counted = sorted(with_status(COUNTED), key=lambda final: final.clip.date)
    rejected = with_status(REJECTED)
    doubtful = sorted(with_status(DOUBTFUL), key=lambda f: f.decided_by != WHOLE_CLIP)
    by_day = groupby(counted, key=lambda final: final.clip.date)
    return Gallery(
        days=tuple((day, tuple(shown(group))) for day, group in by_day),
        wrong=tuple(shown(final for final in rejected if is_wrong(final))),
        doubtful=tuple(shown(doubtful)),
        static=tuple(shown(with_status(STATIC))),
        rejected=tuple(shown(final for final in rejected if not is_wrong(final))),
    )


def _file(day: str, part: int) -> str:
    name = day if _DATE.fullmatch(day) else "no-date"
    return f"{name}-{part}.html" if part > 1 else f"{name}.html"
