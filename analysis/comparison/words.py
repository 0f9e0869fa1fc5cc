"""A comparison as text: by day, and each change that touches what is counted."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.comparison.changes import (
    APPEARED,
    KIND,
    STATUS,
    VANISHED,
    Change,
    Comparison,
    DayChanges,
)
from analysis.record.labels.labelbook import DISPUTED
from analysis.record.labels.labelscore import LabelScore, Share
from analysis.record.results import SeenEncounter, time_text
from analysis.values.label import NOT
from weir.printable import many

_MOST_LISTED = 100
HEADS = {
    APPEARED: "appeared",
    VANISHED: "vanished",
    KIND: "other kind",
    STATUS: "other status",
}
"""What the numbers of changes are called."""

_SAID = {DISPUTED: "people disagree", NOT: "people say no fish"}
_HEADS = ("clips", "before", "after", *HEADS.values())


def words(comparison: Comparison) -> Iterator[str]:
    """Yield the lines that a person reads."""
    total, clips_both = comparison.total, many(comparison.total.clips, "clip")
    yield (
        f"run {comparison.first} -> run {comparison.second}: {clips_both} in both,"
        f" {many(total.before, 'encounter')} counted before, {total.after} after"
    )
    for run, clips in (
        (comparison.first, comparison.only_first),
        (comparison.second, comparison.only_second),
    ):
        if clips:
            yield f"{many(len(clips), 'clip')} only in run {run}, not compared"
    yield from comparison.settings
    if others := len(comparison.others):
        yield f"{many(others, 'change')} among encounters that neither counts"
    yield ""
    yield "  ".join([f"{'day':<40}", *_HEADS])
    for (deployment, camera, date), day in comparison.days.items():
        yield _row(f"{deployment} {camera} {date or 'without date'}", day)
    yield _row("all", total)
    yield from _listed(comparison.counting)


def change_words(change: Change) -> str:
    """Say in a line where a change is, and what it is."""
    seen = change.seen
    clip, encounter = seen.clip, seen.encounter
    moment = time_text(clip.time_of(encounter.first_frame)) or clip.date
    first, last = encounter.first_frame, encounter.last_frame
    frames = f"frame {first}" if first == last else f"frames {first} to {last}"
    what = " and ".join(change.what)
    return f"{moment} {clip.clip} {frames}: {what}: {_both(change)}{_said(seen)}"


def agreement(first: tuple[int, LabelScore], second: tuple[int, LabelScore]) -> str:
    """Say which of two runs agrees better with what people said of the same clips.

    A run is wrong where it missed a fish that somebody saw, and where it counted what
    somebody called no fish.
    """
    lines = [
        f"run {run}: {score.missed} of {score.said} fish missed, {score.tally.wrong}"
        f" counted that are none, precision {_percent(score.tally.precision)},"
        f" {_recall(score.recall)}"
        for run, score in (first, second)
    ]
    wrong = {run: s.missed + s.tally.wrong for run, s in (first, second)}
    rests = (
        f"on {many(first[1].clips, 'clip')} of {many(first[1].days, 'day')} with labels"
    )
    if not first[1].clips:
        verdict = "nobody has said anything of these clips"
    elif len(set(wrong.values())) == 1:
        verdict = f"both agree equally well with people, {rests}"
    else:
        better = min(wrong, key=lambda run: wrong[run])
        verdict = f"run {better} agrees better with people, {rests}"
    return "\n".join([*lines, verdict])


def _row(name: str, day: DayChanges) -> str:
    cells = (day.clips, day.before, day.after, *day.changes.values())
    return "  ".join(
        [f"{name:<40}", *(f"{cell:>{len(head)}}" for cell, head in zip(cells, _HEADS))]
    )


def _listed(changes: list[Change]) -> Iterator[str]:
    if changes:
        yield ""
        yield from map(change_words, changes[:_MOST_LISTED])
    if len(changes) > _MOST_LISTED:
        yield f"and {len(changes) - _MOST_LISTED} more; --output DIR shows them"


def _both(change: Change) -> str:
    if change.before and change.after:
        return f"{_one(change.before)} -> {_one(change.after)}"
    return _one(change.seen)


def _one(seen: SeenEncounter) -> str:
    encounter = seen.encounter
    names = " with ".join(seen.names)
    return f"{names} {encounter.score:.2f} {encounter.status}"


def _said(seen: SeenEncounter) -> str:
    """Say what people call it, to be put behind other words."""
    if seen.decision is None:
        return ""
    verdict = seen.decision.verdict
    return "; " + _SAID.get(verdict, f"people say {verdict}")


def _recall(recall: Share) -> str:
    if not recall.whole:
        return "recall unknown (no fish in a watched stretch)"
    return f"recall {_percent(recall)} in watched stretches"


def _percent(share: Share) -> str:
    return "-" if share.value is None else f"{100 * share.value:.0f} %"
