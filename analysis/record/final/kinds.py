"""The rows of an encounter: one for its own kind, and one for each that swam beside it.

Every sum over kinds is made of these rows, every sum over all kinds of encounters, so
that a visit of two kinds is one visit. A kind beside counts where the encounter does,
and it is more than a slip; else it is doubtful, and never left out. Where a person said
how many there were in all, the others are doubtful, too. A person who names a kind
that is surely beside the own one speaks of that kind: its row is confirmed, and the own
one is as the machine says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Optional

from analysis.record.final.encounters import FinalEncounter, named_in
from analysis.record.looks.kinds import SeenKind
from analysis.values.label import FISH
from analysis.values.seen import COUNTED, DOUBTFUL


def rows_of(finals: Iterable[FinalEncounter]) -> Iterator[FinalEncounter]:
    """Yield each encounter as its own kind, and then the kinds beside it."""
    for final in finals:
        own_row = replace(final, max_n=_own_max_n(final))
        if not final.seen:
            yield own_row
        else:
            found, named = final.seen.encounter, named_in(final.seen)
            if named:
                own_row = replace(own_row, status=found.status, decision=None)
            yield own_row
            own = ((found.label, found.species), (final.label, final.species))
            for kind in final.seen.kinds:
                if kind == named:
                    yield _confirmed(final, kind)
                elif (kind.label, kind.species) not in own:
                    yield _beside(final, kind)


def _own_max_n(final: FinalEncounter) -> Optional[int]:
    """Return the most of its own kind in one frame, or what a person said."""
    if final.seen is None or not final.seen.kinds or _said_how_many(final):
        return final.max_n
    found = final.seen.encounter
    numbers = {(kind.label, kind.species): kind.max_n for kind in final.seen.kinds}
    return numbers.get((found.label, found.species), 1)


def _beside(final: FinalEncounter, kind: SeenKind) -> FinalEncounter:
    """Return the row of a kind beside others.

    A person's "fish" is said of the encounter, and tells nothing of this kind.
    """
    assert final.seen is not None  # noqa: S101 - it is of what the machine found
    is_fish = final.review == FISH
    decision = None if is_fish and not _said_how_many(final) else final.decision
    row = replace(_of_kind(final, kind), decision=decision)
    if final.status == COUNTED and _said_how_many(final):
        return replace(row, status=DOUBTFUL)
    is_machines = is_fish or final.status == final.seen.encounter.status
    return replace(row, status=row.machine_status if is_machines else final.status)


def _confirmed(final: FinalEncounter, kind: SeenKind) -> FinalEncounter:
    """Return the row of a kind that a person named."""
    row = _of_kind(final, kind)
    said = final.decision.count if final.decision else None
    return replace(row, max_n=said or kind.max_n)


def _of_kind(final: FinalEncounter, kind: SeenKind) -> FinalEncounter:
    return replace(
        final,
        first_frame=kind.first_frame,
        last_frame=kind.last_frame,
        label=kind.label,
        species=kind.species,
        max_n=kind.max_n,
        beside=kind,
    )


def _said_how_many(final: FinalEncounter) -> bool:
    is_of_one = final.seen is not None and named_in(final.seen) is not None
    return bool(final.decision and final.decision.count and not is_of_one)
