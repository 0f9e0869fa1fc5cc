"""The tables of sums: by day, by hour and by camera, and of each kind by clip."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from analysis.exports.cells import Cell, Table, number
from analysis.record.days import (
    counts_by_day,
    day_of,
    effort_by_day,
    kind_sums,
    totals_by_day,
)
from analysis.record.final.encounters import final_encounters
from analysis.record.final.sums import Counts
from analysis.record.hours import sums_by_hour
from analysis.record.places import places
from analysis.record.results import Results
from analysis.record.runs.shown import runs_text

_SURE = ("confirmed", "machine_only", "open", "rejected", "confirmed_max_n")
"""How sure the encounters of a sum are; the first two add up to ``encounters``."""

DAILY = (
    *("deployment", "camera", "date", "label", "species", "encounters", "max_n"),
    *("hours_analysed", "visible_minutes", "blind_minutes", "run"),
    *_SURE,
)
DAILY_TOTALS = (
    *("deployment", "camera", "date", "encounters", "max_n"),
    *("hours_analysed", "visible_minutes", "blind_minutes", "run"),
    *_SURE,
)
EFFORT = (
    *("deployment", "camera", "date", "planned_minutes", "filmed_minutes"),
    *("delivered_minutes", "analysed_minutes", "visible_minutes", "missed_reason"),
    *("blind_minutes", "run"),
)
HOURLY = (
    *("deployment", "camera", "date", "hour", "encounters", "max_n"),
    *("analysed_minutes", "visible_minutes", "run"),
    *(*_SURE, "blind_minutes"),
)
CLIP_KINDS = (
    *("deployment", "camera", "date", "clip", "sha256", "label", "species"),
    *("encounters", "max_n", "run"),
    *_SURE,
)
KINDS = (
    *("deployment", "camera", "label", "species", "encounters", "max_n", "run"),
    *_SURE,
)
DEPLOYMENTS = (
    *("deployment", "camera", "site", "latitude", "longitude", "timezone"),
    *("first_footage", "last_footage", "clips"),
)


def day_tables(results: Results) -> dict[str, Table]:
    """Return the tables by the names of their files."""
    return {
        "daily.csv": (DAILY, _daily(results)),
        "daily_totals.csv": (DAILY_TOTALS, _daily_totals(results)),
        "clip_kinds.csv": (CLIP_KINDS, _clip_kinds(results)),
        "kinds.csv": (KINDS, _kinds(results)),
        "effort.csv": (EFFORT, _effort(results)),
        "hourly.csv": (HOURLY, _hourly(results)),
        "deployments.csv": (DEPLOYMENTS, _deployments(results)),
    }


def _daily(results: Results) -> Iterator[Sequence[Cell]]:
    effort = effort_by_day(results)
    for count in counts_by_day(results):
        day = effort[count.day]
        yield (
            *count.day,
            count.label,
            count.species,
            count.counts.encounters,
            count.counts.max_n,
            number(day.analysed / 60, 4),
            number(day.visible, 2),
            number(day.blind, 2),
            runs_text(day.runs),
            *_sure(count.counts),
        )


def _daily_totals(results: Results) -> Iterator[Sequence[Cell]]:
    effort = effort_by_day(results)
    for key, counts in totals_by_day(results).items():
        day = effort[key]
        yield (
            *key,
            counts.encounters,
            counts.max_n,
            number(day.analysed / 60, 4),
            number(day.visible, 2),
            number(day.blind, 2),
            runs_text(day.runs),
            *_sure(counts),
        )


def _clip_kinds(results: Results) -> Iterator[Sequence[Cell]]:
    sums = kind_sums(
        final_encounters(results),
        lambda final: (*day_of(final.clip), final.clip.clip, final.clip.sha256),
    )
    runs = {clip.sha256: clip.run for clip in results.clips}
    for (clip, label, species), counts in sorted(sums.items(), key=lambda row: row[0]):
        run = runs_text([runs[clip[-1]]])
        sums_of = (counts.encounters, counts.max_n, run, *_sure(counts))
        yield (*clip, label, species, *sums_of)


def _kinds(results: Results) -> Iterator[Sequence[Cell]]:
    finals = list(final_encounters(results))
    sums = kind_sums(finals, lambda final: day_of(final.clip)[:2])
    runs: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for clip in results.clips:
        if clip.is_usable:
            runs[day_of(clip)[:2]].add(clip.run)
    for (place, label, species), counts in sorted(sums.items(), key=lambda row: row[0]):
        run = runs_text(runs[place])
        sums_of = (counts.encounters, counts.max_n, run, *_sure(counts))
        yield (*place, label, species, *sums_of)


def _sure(counts: Counts) -> Sequence[Cell]:
    """Return how sure the encounters of a sum are."""
    return (
        *(counts.confirmed, counts.machine_only, counts.open, counts.rejected),
        counts.confirmed_max_n,
    )


def _effort(results: Results) -> Iterator[Sequence[Cell]]:
    for day, effort in effort_by_day(results).items():
        yield (
            *day,
            number(effort.planned, 2),
            number(effort.filmed, 2),
            number(effort.delivered, 2),
            number(effort.analysed, 2),
            number(effort.visible, 2),
            effort.missed_reason,
            number(effort.blind, 2),
            runs_text(effort.runs),
        )


def _hourly(results: Results) -> Iterator[Sequence[Cell]]:
    for (deployment, camera, day, hour), sums in sums_by_hour(results).items():
        yield (
            deployment,
            camera,
            day,
            "" if hour is None else hour,
            sums.counts.encounters,
            sums.counts.max_n,
            number(sums.analysed, 2),
            number(sums.visible, 2),
            runs_text(sums.runs),
            *_sure(sums.counts),
            number(sums.blind, 2),
        )


def _deployments(results: Results) -> Iterator[Sequence[Cell]]:
    for place in places(results.clips):
        yield (
            place.deployment,
            place.camera,
            place.site,
            number(place.latitude),
            number(place.longitude),
            "; ".join(f"UTC{offset}" for offset in place.utc_offsets),
            place.first,
            place.last,
            place.clips,
        )
