"""On which day most fish were seen, and how sure that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.record.days import Day
from analysis.record.final.sums import Counts

_MOST_NAMED = 3


@dataclass(frozen=True)
class Best:
    """The days with the most, and how many."""

    days: tuple[Day, ...]
    count: int


def best(counts: Mapping[Day, int]) -> Best:
    """Return the days with the highest count; none where nothing was counted."""
    most = max(counts.values(), default=0)
    days = tuple(day for day, count in counts.items() if count == most) if most else ()
    return Best(days, most)


@dataclass(frozen=True)
class Naming:
    """Names days, with their cameras where there are several."""

    with_place: bool
    most: int = _MOST_NAMED

    @classmethod
    def among(cls, days: Iterable[Day]) -> Naming:
        """Return how to name days; by their cameras, too, where there are several."""
        return cls(with_place=len({day[:2] for day in days}) > 1)

    def of(self, days: Sequence[Day]) -> str:
        """Name some days in a row."""
        named = [self._one(day) for day in days[: self.most]]
        more = [f"{len(days) - self.most} more"] if len(days) > self.most else []
        *first, last = [*named, *more]
        return f"{', '.join(first)} and {last}" if first else last

    def _one(self, day: Day) -> str:
        deployment, camera, date = day
        date = date or "a day without date"
        return f"{date} ({deployment} {camera})" if self.with_place else date


def about_days(
    days: Mapping[Day, Counts],
    by_model: Mapping[Day, int],
    others: Sequence[tuple[float, Mapping[Day, int]]],
    usable: Mapping[Day, float],
) -> list[str]:
    """Say which day has the most, and what speaks against it.

    Args:
        days: the encounters of each day, a person's word first.
        by_model: how many the model counts by itself on each day.
        others: what each threshold would count on each day, the lowest first.
        usable: the minutes of each day in which a fish can be told.

    Returns:
        Sentences; none where nothing was counted.
    """
    naming = Naming.among(days)
    most = best({day: counts.encounters for day, counts in days.items()})
    model = best(by_model)
    is_checked = any(counts.confirmed or counts.rejected for counts in days.values())
    if not is_checked:
        said = _alone(model, sum(by_model.values()), naming)
        said += _by_effort(days, most, usable, naming)
    else:
        said = [
            *_people(days, most, naming),
            *_by_effort(days, most, usable, naming),
            *_rivals(days, most, naming),
            *_model(by_model, most, naming),
        ]
    return [*said, *_thresholds(model, others, naming)] if model.days else said


def _alone(model: Best, total: int, naming: Naming) -> list[str]:
    """Say on which day the model counts most, where nobody looked."""
    if not model.days:
        return []
    each = " each," if len(model.days) > 1 else ""
    words = (
        f"The model counts most on {naming.of(model.days)}: {model.count}{each} of"
        f" {total} in all. Nobody has checked them."
    )
    return [words]


def _people(days: Mapping[Day, Counts], most: Best, naming: Naming) -> Iterator[str]:
    """Say on which day most count, a person's word first."""
    if not most.days:
        return
    each = " each" if len(most.days) > 1 else ""
    confirmed = sum(days[day].confirmed for day in most.days)
    sure = f"{confirmed} of these confirmed by a person"
    if confirmed == most.count * len(most.days):
        sure = "all confirmed by a person"
    yield (
        f"Most fish were seen on {naming.of(most.days)}: {most.count}{each}, {sure}."
    )


def _by_effort(
    days: Mapping[Day, Counts],
    most: Best,
    usable: Mapping[Day, float],
    naming: Naming,
) -> Iterator[str]:
    """Name the day with the most for its footage, where that is another."""
    rates = {
        day: round(60 * counts.encounters / usable[day], 1)
        for day, counts in days.items()
        if counts.encounters and usable.get(day)
    }
    top = max(rates.values(), default=0.0)
    found = tuple(day for day, rate in rates.items() if rate == top)
    if found and found != most.days:
        minutes = " and ".join(f"{usable[day]:.0f}" for day in found[:_MOST_NAMED])
        yield (
            f"For a usable hour, most are counted on {naming.of(found)}: {top:.1f} an"
            f" hour, though of {minutes} minutes of footage alone."
        )


def _rivals(days: Mapping[Day, Counts], most: Best, naming: Naming) -> Iterator[str]:
    """Say whether what nobody has confirmed could still change that."""
    if not most.days:
        return
    sure = max(days[day].confirmed for day in most.days)
    rivals = [
        day
        for day, counts in days.items()
        if day not in most.days and counts.encounters + counts.open >= sure
    ]
    if rivals:
        might = f"{naming.of(rivals)} might have more"
        yield f"What is still open could change that: {might}."
    else:
        yield (
            "Even if all that the model called and nobody judged were fish, no other"
            " day would have as many."
        )


def _model(by_model: Mapping[Day, int], most: Best, naming: Naming) -> Iterator[str]:
    """Say what the model alone counts on these days, and on which it counts most."""
    model, said = best(by_model), []
    if 0 < len(most.days) <= _MOST_NAMED:
        counted = (f"{by_model[day]} on {naming.of([day])}" for day in most.days)
        said.append(" and ".join(counted))
    if model.days and model.days != most.days:
        each = " each" if len(model.days) > 1 else ""
        said.append(f"most on {naming.of(model.days)}: {model.count}{each}")
    if said:
        yield f"Before any person's word, the model counts {', and '.join(said)}."


def _thresholds(
    found: Best, others: Sequence[tuple[float, Mapping[Day, int]]], naming: Naming
) -> Iterator[str]:
    """Say at which other thresholds the model counts most on another day."""
    if len(others) <= 1:
        return
    each = [(threshold, best(counts)) for threshold, counts in others]
    different = [(t, it) for t, it in each if it.days and it.days != found.days]
    if not different:
        days = "that day" if len(found.days) == 1 else "these days"
        yield (
            f"With every threshold from {others[0][0]:g} to {others[-1][0]:g} the model"
            f" counts most on {days}."
        )
        return
    by_days: dict[tuple[Day, ...], list[str]] = defaultdict(list)
    for threshold, it in different:
        by_days[it.days].append(f"{threshold:g}")
    listed = "; ".join(
        f"{_instead(found.days, days, naming)} with {', '.join(thresholds)}"
        for days, thresholds in by_days.items()
    )
    yield f"With other thresholds the model counts most on other days: {listed}."


def _instead(days: Sequence[Day], others: Sequence[Day], naming: Naming) -> str:
    """Say which days have the most, by those alone that are not the same."""
    new = [day for day in others if day not in days]
    gone = [day for day in days if day not in others]
    if not new:
        return f"{naming.of(others)} alone"
    if not gone:
        return f"{naming.of(new)} as well"
    return f"{naming.of(new)} in place of {naming.of(gone)}"
