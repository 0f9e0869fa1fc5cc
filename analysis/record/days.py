"""Sums by day: the final encounters, and the effort behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Callable, Optional, TypeVar

from analysis.record.clip import Clip
from analysis.record.final.encounters import FinalEncounter, final_encounters
from analysis.record.final.kinds import rows_of
from analysis.record.final.sums import Counts, Kind
from analysis.record.results import Effort, Results
from analysis.values.seen import STATIC

_Group = TypeVar("_Group")

Day = tuple[str, str, str]
"""Deployment, camera and local date (ISO; empty if it is unknown)."""


@dataclass
class DayEffort:
    """The minutes of one camera on one day.

    Attributes:
        planned, filmed: minutes by the ledger; None if no ledger has come.
        delivered: minutes of footage that arrived.
        analysed: minutes of frames that were decoded.
        visible: minutes of frames in which a fish could have been seen.
        blind: minutes in which the model called the empty background a target; None
            where nobody looked for it.
        missed: minutes that were not filmed, by reason.
        clips: the number of clips that arrived.
        runs: the runs that looked at these clips.
    """

    planned: Optional[float] = None
    filmed: Optional[float] = None
    delivered: float = 0.0
    analysed: float = 0.0
    visible: float = 0.0
    blind: Optional[float] = None
    missed: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    clips: int = 0
    runs: set[int] = field(default_factory=set)

    @property
    def missed_reason(self) -> str:
        """The reasons with their minutes, like ``drive full 12.5; camera 3``."""
        ranked = sorted(self.missed.items(), key=lambda item: (-item[1], item[0]))
        return "; ".join(f"{reason} {minutes:g}" for reason, minutes in ranked)


@dataclass(frozen=True)
class DayCount:
    """The encounters of one label and species on one day.

    They are 0 on days without any. MaxN is of that label and species alone. An
    encounter of two kinds is one of each.
    """

    day: Day
    label: str
    species: str
    counts: Counts


def effort_by_day(results: Results) -> dict[Day, DayEffort]:
    """Return the effort of every day with footage or with a plan, in order."""
    days: dict[Day, DayEffort] = defaultdict(DayEffort)
    for entry in results.effort:
        _add_slot(days, entry)
    for clip in results.clips:
        _add_clip(days[day_of(clip)], clip)
    for effort in days.values():
        effort.missed = {r: round(m, 2) for r, m in effort.missed.items() if m}
    return dict(sorted(days.items()))


def counts_by_day(results: Results) -> list[DayCount]:
    """Return the counts of every day with footage, also 0 for each kind not seen.

    A kind is known where its deployment has ever seen it, and each target is.
    """
    days: dict[Day, dict[Kind, Counts]] = {
        day: {} for day in sorted(_days_with_footage(results.clips))
    }
    known: dict[str, set[Kind]] = defaultdict(set)
    sums = kind_sums(final_encounters(results), lambda f: day_of(f.clip))
    for (day, *kind), counts in sums.items():
        days[day][kind[0], kind[1]] = counts
        known[day[0]].add((kind[0], kind[1]))
    countable = _countable_days(results.clips)
    for deployment in {day[0] for day in days}:
        kinds = known[deployment]
        labels = {label for label, _ in kinds}
        kinds |= {(target, "") for target in results.targets() if target not in labels}
    return [
        DayCount(day, *kind, found.get(kind) or Counts(can_count=day in countable))
        for day, found in days.items()
        for kind in sorted(known[day[0]] or {("", "")})
    ]


def totals_by_day(results: Results) -> dict[Day, Counts]:
    """Return each day's encounters, and its MaxN of all kinds together, in order."""
    countable = _countable_days(results.clips)
    totals = {
        day: Counts(can_count=day in countable)
        for day in sorted(_days_with_footage(results.clips))
    }
    for final in final_encounters(results):
        totals[day_of(final.clip)].add(final)
        totals[day_of(final.clip)].add_most(final, final.max_n)
    return totals


def kind_sums(
    finals: Iterable[FinalEncounter],
    group: Callable[[FinalEncounter], _Group],
) -> dict[tuple[_Group, str, str], Counts]:
    """Return the counts of each label and species in each group.

    What is static makes no kind known: nothing was there.
    """
    sums: dict[tuple[_Group, str, str], Counts] = {}
    for final in finals:
        if final.status == STATIC:
            continue
        for row in rows_of([final]):
            key = (group(final), row.label, row.species)
            counts = sums.setdefault(key, Counts(can_count=False))
            counts.can_count |= final.clip.can_count
            counts.add(row)
            counts.add_most(row, row.max_n)
    return sums


def day_of(clip: Clip) -> Day:
    """Return the day that a clip belongs to."""
    return (clip.deployment, clip.camera, clip.date)


def _days_with_footage(clips: Iterable[Clip]) -> set[Day]:
    return {day_of(clip) for clip in clips if clip.is_usable}


def _countable_days(clips: Iterable[Clip]) -> set[Day]:
    """Return the days of which a model that can count saw footage."""
    return _days_with_footage(clip for clip in clips if clip.can_count)


def _add_slot(days: dict[Day, DayEffort], entry: Effort) -> None:
    line = entry.line
    effort = days[(line.deployment, line.camera, entry.date)]
    effort.planned = (effort.planned or 0.0) + line.planned_s / 60
    effort.filmed = (effort.filmed or 0.0) + line.filmed_s / 60
    for reason, seconds in line.missed:
        effort.missed[reason] += seconds / 60


def _add_clip(effort: DayEffort, clip: Clip) -> None:
    effort.clips += 1
    effort.runs.add(clip.run)
    effort.delivered += clip.delivered_minutes
    effort.analysed += clip.minutes(clip.frames_decoded)
    effort.visible += clip.visible_minutes
    if clip.blind_minutes is not None:
        effort.blind = (effort.blind or 0.0) + clip.blind_minutes
