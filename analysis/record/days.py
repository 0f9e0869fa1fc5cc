"""Sums by day: the encounters that were counted, and the effort behind them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Callable, Optional, TypeVar

from analysis.record.clip import Clip
from analysis.record.results import Effort, Results, SeenEncounter

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
    """The number of counted encounters of one label and species on one day.

    It is 0 on days without any. ``max_n`` is of that label and species alone. A label
    that was only seen within encounters of others has a MaxN and no encounter.
    """

    day: Day
    label: str
    species: str
    encounters: int
    max_n: int


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
    """Return the counts of every day with footage, also 0 for each target not seen."""
    sums = kind_sums(results, results.counted(), lambda seen: day_of(seen.clip))
    counts = [DayCount(*key, *sum_) for key, sum_ in sums.items()]
    seen = {(count.day, count.label) for count in counts}
    with_fish = {count.day for count in counts}
    for day in _days_with_footage(results.clips):
        targets = results.targets() or (() if day in with_fish else ("",))
        missing = [target for target in targets if (day, target) not in seen]
        counts += [DayCount(day, target, "", 0, 0) for target in missing]
    return sorted(counts, key=lambda c: (c.day, c.label, c.species))


def totals_by_day(results: Results) -> dict[Day, tuple[int, int]]:
    """Return each day's encounters, and its MaxN of all kinds together, in order."""
    totals = dict.fromkeys(_days_with_footage(results.clips), (0, 0))
    for seen in results.counted():
        count, max_n = totals[day_of(seen.clip)]
        totals[day_of(seen.clip)] = (count + 1, max(max_n, seen.encounter.max_n))
    return dict(sorted(totals.items()))


def kind_sums(
    results: Results,
    encounters: Iterable[SeenEncounter],
    group: Callable[[SeenEncounter], _Group],
) -> dict[tuple[_Group, str, str], tuple[int, int]]:
    """Return the encounters and the MaxN of each label and species in each group.

    An encounter counts once, for its own label and species. Other labels within it
    count for their own MaxN, because the detector told them apart. Another species
    within it is only the classifier's doubt about one frame, and is left out.
    """
    sums: dict[tuple[_Group, str, str], tuple[int, int]] = {}
    for seen in encounters:
        own = (seen.encounter.label, seen.encounter.species)
        most = results.max_n_by_kind(seen)
        others = [kind for kind in most if kind[0] != own[0]]
        for kind in (own, *others):
            key = (group(seen), *kind)
            count, max_n = sums.get(key, (0, 0))
            sums[key] = (count + (kind == own), max(max_n, most.get(kind, 1)))
    return sums


def day_of(clip: Clip) -> Day:
    """Return the day that a clip belongs to."""
    return (clip.deployment, clip.camera, clip.date)


def _days_with_footage(clips: Iterable[Clip]) -> set[Day]:
    return {day_of(clip) for clip in clips if clip.is_usable}


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
