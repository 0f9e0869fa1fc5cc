"""What changed between two runs, encounter by encounter, in the clips of both.

Two encounters are the same when they share half of the shorter one's frames or more;
of several, those that share most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Optional

from analysis.comparison.settings import differences
from analysis.record.clip import Clip
from analysis.record.days import Day, day_of
from analysis.record.results import Results, SeenEncounter
from analysis.values.seen import COUNTED

APPEARED, VANISHED, KIND, STATUS = "appeared", "vanished", "kind", "status"


@dataclass(frozen=True)
class Change:
    """An encounter that is not what it was.

    Attributes:
        what: appeared, vanished, kind or status; kind and status may both have changed.
        before, after: what each run saw; None where it saw nothing.
    """

    what: tuple[str, ...]
    before: Optional[SeenEncounter]
    after: Optional[SeenEncounter]

    @property
    def seen(self) -> SeenEncounter:
        """What is there to be shown: of the later run, else of the earlier."""
        shown = self.after or self.before
        assert shown is not None  # noqa: S101 (a change is of something)
        return shown

    @property
    def touches_counts(self) -> bool:
        """Whether one of the two runs counts it."""
        both = (self.before, self.after)
        return any(seen and seen.encounter.status == COUNTED for seen in both)


@dataclass
class DayChanges:
    """The clips of a day, and the counted encounters in them.

    Attributes:
        before, after: how many each run counted.
        changes: how many of the changes that touch counts are of each sort.
    """

    clips: int = 0
    before: int = 0
    after: int = 0
    changes: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys((APPEARED, VANISHED, KIND, STATUS), 0)
    )


@dataclass(frozen=True)
class Comparison:
    """Two runs, compared in the clips that both have looked at.

    Attributes:
        first, second: the numbers of the runs.
        days: each day with such clips, in order.
        changes: in the order of the clips and their frames.
        settings: a line for each setting that differs.
        only_first, only_second: the clips that just one has; they are not compared.
    """

    first: int
    second: int
    settings: tuple[str, ...]
    days: dict[Day, DayChanges]
    changes: tuple[Change, ...]
    only_first: tuple[Clip, ...]
    only_second: tuple[Clip, ...]

    @property
    def counting(self) -> list[Change]:
        """The changes that touch what is counted."""
        return [change for change in self.changes if change.touches_counts]

    @property
    def others(self) -> list[Change]:
        """The changes among encounters that neither run counts."""
        return [change for change in self.changes if not change.touches_counts]

    @property
    def total(self) -> DayChanges:
        """The sums over all days."""
        total = DayChanges()
        for day in self.days.values():
            total.clips += day.clips
            total.before += day.before
            total.after += day.after
            for what, count in day.changes.items():
                total.changes[what] += count
        return total


def compare(first: Results, second: Results, runs: tuple[int, int]) -> Comparison:
    """Compare the results of two runs.

    Args:
        first, second: the results of each.
        runs: their numbers.
    """
    ours = {clip.sha256: clip for clip in first.clips if clip.is_usable}
    theirs = {clip.sha256: clip for clip in second.clips if clip.is_usable}
    days: dict[Day, DayChanges] = {}
    changes: list[Change] = []
    for sha256, clip in ours.items():
        if sha256 not in theirs:
            continue
        before = list(first.encounters_in(clip))
        after = list(second.encounters_in(theirs[sha256]))
        found = list(changes_in(before, after))
        _add(days.setdefault(day_of(clip), DayChanges()), before, after, found)
        changes += found
    return Comparison(
        *runs,
        differences(first.settings[runs[0]], second.settings[runs[1]]),
        dict(sorted(days.items())),
        tuple(changes),
        tuple(clip for sha256, clip in ours.items() if sha256 not in theirs),
        tuple(clip for sha256, clip in theirs.items() if sha256 not in ours),
    )


def changes_in(
    before: Sequence[SeenEncounter], after: Sequence[SeenEncounter]
) -> Iterator[Change]:
    """Yield what changed in one clip, in the order of the frames."""
    pairs = list(_pairs(before, after))
    met = {id(seen) for pair in pairs for seen in pair}
    changes = [
        *(Change((VANISHED,), seen, None) for seen in before if id(seen) not in met),
        *(Change((APPEARED,), None, seen) for seen in after if id(seen) not in met),
        *(Change(what, *pair) for pair in pairs if (what := _differences(*pair))),
    ]
    yield from sorted(changes, key=lambda c: c.seen.encounter.first_frame)


def _pairs(
    before: Sequence[SeenEncounter], after: Sequence[SeenEncounter]
) -> Iterator[tuple[SeenEncounter, SeenEncounter]]:
    """Yield the encounters that are the same, those that share most frames first."""
    shares = sorted(
        ((_shared(b, a), b, a) for b in before for a in after if _is_same(b, a)),
        key=lambda share: -share[0],
    )
    met: set[int] = set()
    for _, b, a in shares:
        if not met & {id(b), id(a)}:
            met |= {id(b), id(a)}
            yield b, a


def _is_same(one: SeenEncounter, other: SeenEncounter) -> bool:
    shorter = min(_frames(one), _frames(other))
    return 2 * _shared(one, other) >= shorter


def _shared(one: SeenEncounter, other: SeenEncounter) -> int:
    first = max(one.encounter.first_frame, other.encounter.first_frame)
    last = min(one.encounter.last_frame, other.encounter.last_frame)
    return max(0, last - first + 1)


def _frames(seen: SeenEncounter) -> int:
    return seen.encounter.last_frame - seen.encounter.first_frame + 1


def _differences(before: SeenEncounter, after: SeenEncounter) -> tuple[str, ...]:
    b, a = before.encounter, after.encounter
    is_other = (b.label, b.species, set(before.names)) != (
        *(a.label, a.species),
        set(after.names),
    )
    kind = (KIND,) if is_other else ()
    return kind if b.status == a.status else (*kind, STATUS)


def _add(
    day: DayChanges,
    before: Sequence[SeenEncounter],
    after: Sequence[SeenEncounter],
    found: Sequence[Change],
) -> None:
    day.clips += 1
    day.before += sum(seen.encounter.status == COUNTED for seen in before)
    day.after += sum(seen.encounter.status == COUNTED for seen in after)
    for change in found:
        if change.touches_counts:
            for what in change.what:
                day.changes[what] += 1
