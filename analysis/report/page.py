"""The report: what was counted, the effort behind it, and a picture of every encounter.

It is one HTML file that loads nothing: styles, charts and pictures are inside.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from analysis.record.clip import Clip
from analysis.record.days import counts_by_day, effort_by_day, kind_sums
from analysis.record.final.encounters import (
    REJECTED,
    FinalEncounter,
    final_encounters,
)
from analysis.record.final.sums import ClipSums, Counts, clip_sums
from analysis.record.labels.labelscore import Tally
from analysis.record.results import Results, time_text
from analysis.record.runs.shown import MEND, shown_runs
from analysis.record.thresholds.band import band
from analysis.report.chart import Chart, stacked
from analysis.report.logs import camera_logs
from analysis.report.picture import picture_of
from analysis.report.rendering import render
from weir import __version__, atomic

FILE_NAME = "report.html"
_LONGEST_GAP_DAYS = 400
_MOST_UNREAD = 200


@dataclass(frozen=True)
class Total:
    """The figures at the head of the page.

    Attributes:
        counts: the encounters of all kinds together.
        static: those that do not count, and nobody rejected.
    """

    counts: Counts
    static: int
    clips: int
    failed: int
    salvaged: int
    hours_analysed: float
    hours_visible: float


def write_report(results: Results, results_folder: Path, output: Path) -> Path:
    """Write ``report.html``, and return its path.

    Args:
        results: what the page shows.
        results_folder: the folder that the snapshots' paths start from.
        output: the folder that the page goes to.
    """
    target = output / FILE_NAME
    content = _content(results, results_folder)
    atomic.write_text(target, render("report", "report.html", content))
    return target


def _content(results: Results, folder: Path) -> dict[str, Any]:
    finals = list(final_encounters(results))
    counted = [final for final in finals if final.counts]
    others = [final for final in finals if not final.counts]
    static = [final for final in others if final.status != REJECTED]
    rejected = [final for final in others if final.status == REJECTED]
    return {
        "version": __version__,
        "places": sorted({(c.deployment, c.camera) for c in results.clips}),
        "dates": _dates(results.clips),
        "checked": Tally.of(results.counted()).in_words,
        "total": _total(results.clips, finals, len(static)),
        "fish_chart": _fish_chart(results),
        "effort_chart": _effort_chart(results),
        "effort": effort_by_day(results),
        "kinds": _kinds(results, counted),
        "threshold": results.threshold,
        "band": band(results),
        "without_lower": sum(
            c.is_usable and c.kept_above is None for c in results.clips
        ),
        "clips": clip_rows(results),
        "time_text": time_text,
        "pictures": [picture_of(final, folder) for final in counted],
        "static_pictures": [picture_of(final, folder) for final in static],
        "rejected_pictures": [picture_of(final, folder) for final in rejected],
        "superseded": results.superseded[:_MOST_UNREAD],
        "superseded_more": max(0, len(results.superseded) - _MOST_UNREAD),
        "doubtful": [clip for clip in results.clips if clip.is_rate_doubtful],
        "unread": results.unread[:_MOST_UNREAD],
        "unread_more": max(0, len(results.unread) - _MOST_UNREAD),
        "logs": camera_logs(results.log()),
        "runs": shown_runs(results),
        "mend": MEND,
    }


def _total(
    clips: Sequence[Clip], finals: Iterable[FinalEncounter], static: int
) -> Total:
    counts = Counts()
    for final in finals:
        counts.add(final)
        counts.add_most(final, final.max_n)
    return Total(
        counts=counts,
        static=static,
        clips=len(clips),
        failed=sum(not clip.is_usable for clip in clips),
        salvaged=sum(clip.status == "salvaged" for clip in clips),
        hours_analysed=sum(c.minutes(c.frames_decoded) for c in clips) / 60,
        hours_visible=sum(c.visible_minutes for c in clips) / 60,
    )


def _fish_chart(results: Results) -> Chart:
    """Draw the encounters of each day by species or label, and shade empty days."""
    series: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for count in counts_by_day(results):
        if met := count.counts.encounters:
            series[count.species or count.label][count.day[2]] += met
    with_footage = {clip.date for clip in results.clips if clip.is_usable}
    days = _dates(results.clips)
    without = frozenset(days) - with_footage
    return stacked(days, dict(sorted(series.items())), unit="seen", without=without)


def _effort_chart(results: Results) -> Chart:
    """Draw the hours analysed on each day, split by whether a fish could be seen."""
    visible: dict[str, float] = defaultdict(float)
    blind: dict[str, float] = defaultdict(float)
    for (_, _, day), effort in effort_by_day(results).items():
        visible[day] += round(effort.visible / 60, 3)
        blind[day] += round((effort.analysed - effort.visible) / 60, 3)
    series = {"fish could be seen": visible, "nothing could be seen": blind}
    days = _dates(results.clips)
    with_footage = {clip.date for clip in results.clips}
    return stacked(days, series, unit="h", without=frozenset(days) - with_footage)


def clip_rows(results: Results) -> list[tuple[Clip, ClipSums]]:
    """Return each clip, with the sums of its encounters."""
    return [(clip, clip_sums(results, clip)) for clip in results.clips]


def _dates(clips: Iterable[Clip]) -> list[str]:
    """Return every day from the first footage to the last, and "" for unknown dates."""
    known = sorted({clip.date for clip in clips if clip.date})
    unknown = [""] if any(not clip.date for clip in clips) else []
    if not known:
        return unknown
    first, last = date.fromisoformat(known[0]), date.fromisoformat(known[-1])
    if (last - first).days > _LONGEST_GAP_DAYS:
        return known + unknown
    span = range((last - first).days + 1)
    return [(first + timedelta(days=n)).isoformat() for n in span] + unknown


def _kinds(
    results: Results, counted: list[FinalEncounter]
) -> list[tuple[str, str, Counts]]:
    """Return label, species and their counts, the most frequent first."""
    sums = kind_sums(results, counted, lambda _: None)
    rows = [(label, species, counts) for (_, label, species), counts in sums.items()]
    return sorted(rows, key=lambda row: (-row[2].encounters, row[0], row[1]))
