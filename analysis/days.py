"""Sums by day: what was counted, and the effort behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Optional

from analysis.results import Clip, Effort, Results, is_usable

Day = tuple[str, str, str]
"""Deployment, camera, local date (ISO; empty when unknown)."""


@dataclass
class DayEffort:
    """Minutes of one day of one camera.

    Attributes:
        planned, filmed: by the ledger; None where no ledger came.
        delivered: of the footage that arrived.
        analysed: of the frames that were decoded.
        visible: of those in which a fish could have been seen.
        missed: minutes that were not filmed, by reason.
        clips: clips that arrived.
    """

    planned: Optional[float] = None
    filmed: Optional[float] = None
    delivered: float = 0.0
    analysed: float = 0.0
    visible: float = 0.0
    missed: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    clips: int = 0

    @property
    def missed_reason(self) -> str:
        """The reasons with their minutes, like ``drive full 12.5; camera 3``."""
        ranked = sorted(self.missed.items(), key=lambda item: (-item[1], item[0]))
        return "; ".join(f"{reason} {minutes:g}" for reason, minutes in ranked)


@dataclass(frozen=True)
class DayCount:
    """Counted encounters of one label and species on one day; 0 for none."""

    day: Day
    label: str
    species: str
    encounters: int
    max_n: int


def effort_by_day(results: Results) -> dict[Day, DayEffort]:
    """Every day with footage or with a plan, in order."""
    days: dict[Day, DayEffort] = defaultdict(DayEffort)
    for entry in results.effort:
        _add_slot(days, entry)
    for clip in results.clips:
        _add_clip(days[day_of(clip)], clip)
    for effort in days.values():
        effort.missed = {r: round(m, 2) for r, m in effort.missed.items() if m}
    return dict(sorted(days.items()))


def counts_by_day(results: Results) -> list[DayCount]:
    """Counts for every day with footage; without fish a 0 for each target."""
    found: dict[tuple[Day, str, str], list[int]] = defaultdict(list)
    for seen in results.counted():
        encounter = seen.encounter
        key = (day_of(seen.clip), encounter.label, encounter.species)
        found[key].append(encounter.max_n)
    counts = [DayCount(*key, len(ns), max(ns)) for key, ns in found.items()]
    with_fish = {count.day for count in counts}
    targets = results.targets() or ("",)
    for day in _days_with_footage(results.clips) - with_fish:
        counts += [DayCount(day, target, "", 0, 0) for target in targets]
    return sorted(counts, key=lambda c: (c.day, c.label, c.species))


def day_of(clip: Clip) -> Day:
    """The day that a clip belongs to."""
    return (clip.deployment, clip.camera, clip.date)


def _days_with_footage(clips: Iterable[Clip]) -> set[Day]:
    return {day_of(clip) for clip in clips if is_usable(clip)}


def _add_slot(days: dict[Day, DayEffort], entry: Effort) -> None:
    line = entry.line
    effort = days[(line.deployment, line.camera, entry.date)]
    effort.planned = (effort.planned or 0.0) + line.planned_s / 60
    effort.filmed = (effort.filmed or 0.0) + line.filmed_s / 60
    for reason, seconds in line.missed:
        effort.missed[reason] += seconds / 60


def _add_clip(effort: DayEffort, clip: Clip) -> None:
    effort.clips += 1
    effort.delivered += clip.delivered_minutes
    effort.analysed += clip.minutes(clip.frames_decoded)
    effort.visible += clip.visible_minutes
