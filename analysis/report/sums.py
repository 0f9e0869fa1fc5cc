"""The figures of the report: of all footage, of each day, each clip and each kind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Optional

from analysis.record.clip import Clip
from analysis.record.days import Day, DayEffort, day_of, kind_sums
from analysis.record.final.encounters import CONFIRMED, REJECTED, FinalEncounter
from analysis.record.final.sums import ClipSums, Counts, clip_sums
from analysis.record.results import Results
from analysis.values.seen import COUNTED


@dataclass(frozen=True)
class Total:
    """The figures at the head of the page.

    Attributes:
        counts: the encounters of all kinds together.
        added: those that a person confirmed, and that the model does not count.
        others: those that do not count.
        hours_usable: those of ``usable`` minutes.
    """

    counts: Counts
    added: int
    others: int
    clips: int
    failed: int
    salvaged: int
    hours_analysed: float
    hours_visible: float
    hours_usable: float


@dataclass(frozen=True)
class DayRow:
    """A line of the table of days.

    Attributes:
        counts: its encounters, all kinds together.
        by_model: how many the model counts by itself.
        wrong: how many of these a person rejected.
        effort: the footage behind it.
    """

    day: Day
    counts: Counts
    by_model: int
    wrong: int
    effort: DayEffort

    @property
    def usable(self) -> float:
        """The minutes in which it can be told whether there is a fish."""
        return usable(self.effort.visible, self.effort.blind)

    @property
    def rate(self) -> str:
        """Encounters in a usable hour; empty if unknown."""
        hours = self.usable / 60
        return f"{self.counts.encounters / hours:.1f}" if hours > 0 else ""


def total_of(clips: Sequence[Clip], finals: Iterable[FinalEncounter]) -> Total:
    """Return the figures at the head of the page."""
    finals = list(finals)
    return Total(
        counts=_counts(
            finals, can_count=not clips or any(clip.can_count for clip in clips)
        ),
        added=sum(f.standing == CONFIRMED and not is_by_model(f) for f in finals),
        others=sum(not final.counts for final in finals),
        clips=len(clips),
        failed=sum(not clip.is_usable for clip in clips),
        salvaged=sum(clip.status == "salvaged" for clip in clips),
        hours_analysed=sum(c.minutes(c.frames_decoded) for c in clips) / 60,
        hours_visible=sum(c.visible_minutes for c in clips) / 60,
        hours_usable=sum(usable(c.visible_minutes, c.blind_minutes) for c in clips)
        / 60,
    )


def usable(visible: float, blind: Optional[float]) -> float:
    """Return the visible minutes without the blind ones: effort that tells something.

    Args:
        visible: minutes in which a fish could have been seen.
        blind: minutes in which the model calls the empty background a fish; None where
            nobody looked for it.
    """
    return max(0.0, visible - (blind or 0.0))


def day_rows(
    clips: Iterable[Clip],
    finals: Iterable[FinalEncounter],
    effort: Mapping[Day, DayEffort],
) -> list[DayRow]:
    """Return a line for each day with footage that could be analysed, in order."""
    days: dict[Day, list[FinalEncounter]] = {
        day_of(clip): [] for clip in clips if clip.is_usable
    }
    for final in finals:
        days[day_of(final.clip)].append(final)
    return [
        DayRow(
            day,
            _counts(there),
            sum(is_by_model(final) for final in there),
            sum(is_wrong(final) for final in there),
            effort[day],
        )
        for day, there in sorted(days.items())
    ]


def is_by_model(final: FinalEncounter) -> bool:
    """Whether the model counts an encounter by itself."""
    return final.seen is not None and final.seen.encounter.status == COUNTED


def is_wrong(final: FinalEncounter) -> bool:
    """Whether the model counts what a person rejected."""
    return is_by_model(final) and final.status == REJECTED


def clip_rows(results: Results) -> list[tuple[Clip, ClipSums]]:
    """Return each clip, with the sums of its encounters."""
    return [(clip, clip_sums(results, clip)) for clip in results.clips]


def kind_rows(
    counted: Iterable[FinalEncounter],
) -> list[tuple[str, str, Counts]]:
    """Return label, species and their counts, the most frequent first."""
    sums = kind_sums(counted, lambda _: None)
    rows = [(label, species, counts) for (_, label, species), counts in sums.items()]
    return sorted(rows, key=lambda row: (-row[2].encounters, row[0], row[1]))


def named_by_people(finals: Iterable[FinalEncounter]) -> frozenset[str]:
    """Return the species that people said; the others are named by a model alone."""
    return frozenset(final.decision.species for final in finals if final.decision)


def named_by_model(finals: Iterable[FinalEncounter]) -> int:
    """Return how many a person confirmed as fish without saying of which species."""
    return sum(
        final.standing == CONFIRMED
        and bool(final.species)
        and not (final.decision and final.decision.species)
        for final in finals
    )


def _counts(finals: Iterable[FinalEncounter], *, can_count: bool = True) -> Counts:
    counts = Counts(can_count=can_count)
    for final in finals:
        counts.add(final)
        counts.add_most(final, final.max_n)
    return counts
