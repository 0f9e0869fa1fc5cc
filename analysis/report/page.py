"""The report: what was counted, the effort behind it, and a picture of every encounter.

It is one HTML file that loads nothing: styles, charts and pictures are inside. Where
there are very many encounters, their pictures are on pages of their own, a day each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from analysis.record.days import effort_by_day
from analysis.record.final.encounters import (
    REJECTED,
    FinalEncounter,
    final_encounters,
)
from analysis.record.hours import sums_by_hour
from analysis.record.labels.labelscore import Tally
from analysis.record.results import Results, time_text
from analysis.record.runs.shown import MEND, shown_runs
from analysis.record.thresholds.band import band
from analysis.report.charts import timeline
from analysis.report.charts.colours import known_kinds
from analysis.report.daypages import write_days
from analysis.report.gallery import FOLDER, day_pages, gallery
from analysis.report.logs import camera_logs
from analysis.report.overlooked import overlooked
from analysis.report.rendering import render
from analysis.report.sums import (
    clip_rows,
    day_rows,
    kind_rows,
    named_by_model,
    named_by_people,
    total_of,
    usable,
)
from analysis.report.words.bestday import about_days, best
from analysis.report.words.headline import (
    blindness,
    final_words,
    how_sure,
    missed,
    result,
)
from analysis.report.words.judged import caveat
from analysis.report.words.limits import limits
from analysis.report.words.looks import weakest, wrong
from analysis.report.words.together import together
from weir import __version__, atomic

FILE_NAME = "report.html"
_MOST_UNREAD = 200
_MOST_ROWS = 1000


def write_report(
    results: Results, results_folder: Path, output: Path, waiting: str = ""
) -> Path:
    """Write ``report.html``, and return its path.

    Args:
        results: what the page shows.
        results_folder: the folder that the snapshots' paths start from.
        output: the folder that the page goes to.
        waiting: how much footage is not among the results yet; empty for none.
    """
    target = output / FILE_NAME
    finals = list(final_encounters(results))
    pages = day_pages(finals)
    write_days(pages, results_folder, output / FOLDER, FILE_NAME)
    content = _content(results, finals, results_folder)
    places = {
        final.id: f"{FOLDER}/{page.name}" for page in pages for final in page.encounters
    }
    content.update(
        waiting=waiting,
        wrong=wrong(finals, places),
        weakest=weakest(finals, places),
        pages=[(f"{FOLDER}/{page.name}", page) for page in pages],
        gallery_=gallery([] if pages else finals, results_folder),
    )
    atomic.write_text(target, render("report", "report.html", content))
    return target


def _content(
    results: Results, finals: Sequence[FinalEncounter], folder: Path
) -> dict[str, Any]:
    tally, steps = Tally.of(results.counted()), band(results)
    effort, total = effort_by_day(results), total_of(results.clips, finals)
    days = day_rows(results.clips, finals, effort)
    with_footage = frozenset(clip.date for clip in results.clips if clip.is_usable)
    counts, clips = {row.day: row.counts for row in days}, clip_rows(results)
    by_model = {row.day: row.by_model for row in days}
    most_on = best({day: there.encounters for day, there in counts.items()}).days
    about = about_days(
        counts,
        by_model,
        [(step.threshold, step.by_day) for step in steps],
        {row.day: row.usable for row in days},
    )
    blind, known = blindness(results), known_kinds(results.settings.values())
    moved = overlooked(results, folder, finals)
    is_decided = bool(total.counts.confirmed or total.counts.rejected)
    most = about.pop(0) if is_decided and total.counts.encounters else ""
    people, confirmed = missed(results), total.counts.confirmed
    in_parts = people.is_in_parts(confirmed)
    if len(clips) > _MOST_ROWS:  # then those that failed must not be among the others
        clips.sort(key=lambda row: row[0].is_usable)
    return {
        "version": __version__,
        "places": sorted({(c.deployment, c.camera) for c in results.clips}),
        "dates": timeline.days_of(results.clips),
        "checked": tally.in_words,
        "is_checked": any(final.decision for final in finals),
        "how_sure": how_sure(tally),
        "result": result(
            total.counts, most, total.added, tally.counted, in_parts=in_parts
        ),
        "about_days": [*about, *filter(None, [together(most_on, finals)])],
        "missed": people.in_words(confirmed),
        "final": final_words(total.counts),
        "blindness": blind.in_words,
        "blind_hours": blind.blind / 60,
        "limits": limits(results),
        "total": total,
        "others": _others(finals),
        "usable": usable,
        "day_chart": timeline.by_day(
            finals, effort, timeline.days_of(results.clips), with_footage, known
        ),
        "hour_chart": timeline.by_hour(finals, sums_by_hour(results), known),
        "days": days[:_MOST_ROWS],
        "days_more": max(0, len(days) - _MOST_ROWS),
        "effort": list(effort.items())[:_MOST_ROWS],
        "effort_more": max(0, len(effort) - _MOST_ROWS),
        "kinds": kind_rows(finals),
        "named_by_people": named_by_people(finals),
        "named_by_model": named_by_model(finals),
        "threshold": results.threshold,
        "band": steps,
        "without_lower": sum(
            c.is_usable and c.kept_above is None for c in results.clips
        ),
        "clips": clips[:_MOST_ROWS],
        "clips_more": max(0, len(clips) - _MOST_ROWS),
        "time_text": time_text,
        "moved": moved,
        "caveat": caveat(effort, moved.by_day) if is_decided else "",
        "superseded": results.superseded[:_MOST_UNREAD],
        "superseded_more": max(0, len(results.superseded) - _MOST_UNREAD),
        "doubts": results.doubts,
        "doubtful": [clip for clip in results.clips if clip.is_rate_doubtful],
        "unread": results.unread[:_MOST_UNREAD],
        "unread_more": max(0, len(results.unread) - _MOST_UNREAD),
        "logs": camera_logs(results.log()),
        "runs": shown_runs(results),
        "mend": MEND,
    }


def _others(finals: Sequence[FinalEncounter]) -> str:
    """Say how many encounters that do not count are of which status."""
    statuses = Counter(final.status for final in finals if not final.counts)
    words = {REJECTED: "rejected by a person"}
    return ", ".join(f"{n} {words.get(it, it)}" for it, n in statuses.most_common())
