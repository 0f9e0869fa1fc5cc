"""The report's charts: what was counted by day and by hour, with the effort beneath."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Callable, Optional

from analysis.record.clip import Clip
from analysis.record.days import DayEffort
from analysis.record.final.encounters import CONFIRMED, MACHINE_ONLY, FinalEncounter
from analysis.record.hours import Hour, HourSums
from analysis.report.charts.colours import Paint, paints
from analysis.report.charts.stacked import (
    DOUBT,
    OPEN,
    SURE,
    WRONG,
    Chart,
    Rows,
    Series,
    stacked,
)
from analysis.report.sums import is_by_model, named_by_people, usable
from analysis.values.seen import DOUBTFUL

_VISIBLE, _BLIND, _UNSEEN = (
    Paint("#8a9ba6"),
    Paint("#b5433a", "stripes"),
    Paint("#c9d3d9"),
)
_LONGEST_GAP_DAYS = 400
_LOOKS = (SURE, OPEN, WRONG, DOUBT)
_SAID = {
    SURE: "confirmed as fish by a person",
    OPEN: "counted by the model, not checked",
    WRONG: "counted by the model, rejected by a person",
    DOUBT: "doubtful, not counted",
}


def by_day(
    finals: Sequence[FinalEncounter],
    effort: Mapping[tuple[str, str, str], DayEffort],
    days: Sequence[str],
    with_footage: frozenset[str],
    known: Collection[str] = (),
) -> Chart:
    """Draw the encounters of each day, and beneath them the hours of footage.

    Args:
        finals: all encounters.
        effort: that of each day.
        days: the columns.
        with_footage: those of them that have any.
        known: the kinds that the models might name, whose colours are settled first.
    """
    told: dict[str, float] = defaultdict(float)
    blind: dict[str, float] = defaultdict(float)
    unseen: dict[str, float] = defaultdict(float)
    for (_, _, day), part in effort.items():
        blind[day] += (part.blind or 0.0) / 60
        told[day] += usable(part.visible, part.blind) / 60
        unseen[day] += (part.analysed - part.visible) / 60
    return stacked(
        days,
        [
            _encounters(finals, lambda final: final.clip.date, known),
            _effort(told, blind, unseen),
        ],
        without=frozenset(days) - with_footage,
    )


def by_hour(
    finals: Sequence[FinalEncounter],
    hours: Mapping[Hour, HourSums],
    known: Collection[str] = (),
) -> Optional[Chart]:
    """Draw the encounters of each hour of the day, in local time.

    Returns:
        None where no footage has a time of day.
    """
    told: dict[str, float] = defaultdict(float)
    blind: dict[str, float] = defaultdict(float)
    unseen: dict[str, float] = defaultdict(float)
    for (_, _, _, hour), sums in hours.items():
        if hour is not None:
            blind[_clock(hour)] += (sums.blind or 0.0) / 60
            told[_clock(hour)] += usable(sums.visible, sums.blind) / 60
            unseen[_clock(hour)] += (sums.analysed - sums.visible) / 60
    if not told:
        return None
    columns = [_clock(hour) for hour in range(24)]
    return stacked(
        columns,
        [
            _encounters(finals, _hour_of, known),
            _effort(told, blind, unseen),
        ],
        without=frozenset(columns) - frozenset(told),
    )


def days_of(clips: Iterable[Clip]) -> list[str]:
    """Return every day from the first footage to the last, and "" for unknown dates."""
    clips = list(clips)
    known = sorted({clip.date for clip in clips if clip.date})
    unknown = [""] if any(not clip.date for clip in clips) else []
    if not known:
        return unknown
    first, last = date.fromisoformat(known[0]), date.fromisoformat(known[-1])
    if (last - first).days > _LONGEST_GAP_DAYS:
        return known + unknown
    span = range((last - first).days + 1)
    return [(first + timedelta(days=n)).isoformat() for n in span] + unknown


def _encounters(
    finals: Sequence[FinalEncounter],
    column: Callable[[FinalEncounter], str],
    known: Collection[str],
) -> Rows:
    return Rows("encounters", "seen", _kinds(finals, column, known), least=4)


def _kinds(
    finals: Sequence[FinalEncounter],
    column: Callable[[FinalEncounter], str],
    known: Collection[str],
) -> list[Series]:
    """Return what each kind adds to each column, split by what people say of it."""
    values: dict[tuple[str, str], dict[str, float]] = defaultdict(
        lambda: defaultdict(float)
    )
    is_checked = any(final.decision for final in finals)
    for final in finals:
        if look := _look(final):
            shown = SURE if look == OPEN and not is_checked else look
            values[final.species or final.label, shown][column(final)] += 1
    kinds = paints((kind for kind, _ in values), known)
    named = {
        kind: f"{kind} (named by the model)"
        for kind in {final.species for final in finals} - named_by_people(finals) - {""}
        if is_checked
    }
    found: list[Series] = []
    for look in _LOOKS:
        for kind, paint in kinds.items():
            if (kind, look) in values:
                words = name = named.get(kind, kind)
                if is_checked or look == DOUBT:
                    words = f"{name}, {_SAID[look]}"
                if any(series.name == name for series in found):
                    name = ""
                found.append(Series(name, values[kind, look], paint, look, words))
    return found


def _look(final: FinalEncounter) -> Optional[str]:
    """Return how an encounter is drawn; None where nobody counts or doubts it."""
    if final.counts:
        return {CONFIRMED: SURE, MACHINE_ONLY: OPEN}[final.standing]
    if final.status == DOUBTFUL:
        return DOUBT
    return WRONG if is_by_model(final) else None


def _effort(
    told: Mapping[str, float],
    blind: Mapping[str, float],
    unseen: Mapping[str, float],
) -> Rows:
    parts = (
        ("usable", told, _VISIBLE),
        ("blind", blind, _BLIND),
        ("not visible", unseen, _UNSEEN),
    )
    series = [
        Series(name, {c: round(v, 3) for c, v in values.items()}, paint)
        for name, values, paint in parts
        if any(round(value, 3) > 0 for value in values.values())
    ]
    return Rows("hours of footage", "h", series, height=80)


def _hour_of(final: FinalEncounter) -> str:
    clip = final.clip
    moment = clip.local(clip.time_of(final.first_frame))
    return "" if moment is None else _clock(moment.hour)


def _clock(hour: int) -> str:
    return f"{hour:02d}:00"
