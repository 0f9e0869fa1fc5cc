"""Which encounters a reader should look at first: links to their pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Callable

from analysis.record.final.encounters import FinalEncounter
from analysis.report.sums import is_wrong
from analysis.report.words.measured import shape
from analysis.report.words.together import into
from analysis.values.seen import promise

_MOST = 6


@dataclass(frozen=True)
class Looks:
    """Encounters that a sentence names.

    Attributes:
        named: where the picture of each is, how it is called, and a few words: where
            it is in its clip, and what was measured of it.
        more: how many the sentence leaves out.
    """

    named: tuple[tuple[str, str, str], ...]
    more: int = 0


def wrong(finals: Iterable[FinalEncounter], places: Mapping[str, str]) -> Looks:
    """Return those that the model counts and a person rejected.

    Args:
        finals: all encounters.
        places: the page that each is on, by its name; this one for those not named.
    """
    found = [final for final in finals if is_wrong(final)]
    return Looks(_named(found[:_MOST], places, _score_of), max(0, len(found) - _MOST))


def weakest(finals: Iterable[FinalEncounter], places: Mapping[str, str]) -> Looks:
    """Return those whose shape and close up speak least for a fish, the least first.

    They are at most a half of those that count, that nobody has checked, and of which
    both were measured.

    Args:
        finals: all encounters.
        places: the page that each is on, by its name; this one for those not named.
    """
    unchecked = [each for each in finals if each.counts and each.decision is None]
    speaks = [(said, at) for at, each in enumerate(unchecked) if (said := _for(each))]
    found = [unchecked[at] for _, at in sorted(speaks)[: min(_MOST, len(speaks) // 2)]]
    return Looks(_named(found, places, _shape_of))


def _for(final: FinalEncounter) -> float:
    """Say how much the measures of an encounter speak for a fish; 0 without any."""
    seen = final.seen.encounter if final.seen else None
    if seen is None or seen.elongation is None or seen.zoom_gain is None:
        return 0.0
    return promise(seen.elongation, seen.zoom_gain)


def _place(final: FinalEncounter) -> str:
    return f"at {into(final.clip, final.first_frame, final.first_frame)}"


def _shape_of(final: FinalEncounter) -> str:
    seen = final.seen.encounter if final.seen else None
    return ", ".join(shape(seen.elongation, seen.zoom_gain, "")) if seen else ""


def _score_of(final: FinalEncounter) -> str:
    return "" if final.score is None else f"score {final.score:.2f}"


def _named(
    finals: Sequence[FinalEncounter],
    places: Mapping[str, str],
    why: Callable[[FinalEncounter], str],
) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (
            f"{places.get(each.id, '')}#{each.id}",
            f"{each.clip.clip} frame {each.first_frame}",
            ", ".join(filter(None, (_place(each), why(each)))),
        )
        for each in finals
    )
