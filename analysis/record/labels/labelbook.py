"""The word of people on each encounter, whatever run it is of.

- A decision belongs to an encounter if they share half of the shorter one, or more.
- Of one person's decisions the newer goes before an older one of which it covers half,
  or more. Where several are left, because they speak of different frames, a fish in any
  of them is a fish in the encounter.
- But who said of an encounter that it is no fish, and later of a tenth of it or less
  that there is one, means both: it is none, and the fish is one of its own.
- Of a moment, a "not" on a stretch ten times as long or longer says nothing: whoever
  said it was asked about a scene, and saw other frames.
- Where one person says fish and another says not, the encounter is disputed.
- In a watched stretch there is nothing but what was decided: an encounter that lies in
  it, and shares no frame with a decision, is no fish.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Optional, TypeVar

from analysis.values.label import FISH, NOT, UNSURE, WATCHED, WITHDRAWN, Label

_Said = TypeVar("_Said")

DISPUTED = "disputed"
"""The verdict where people contradict each other."""

_MUCH = 10
"""So many times as long is another scene, and not the same fish."""

_OF_ONE = (FISH, UNSURE, NOT)
"""One person who saw a fish in a part of an encounter saw a fish in it."""

_OF_SEVERAL = (FISH, NOT, UNSURE)
"""Somebody who is sure goes before somebody who is not."""


@dataclass(frozen=True)
class Decision:
    """What people say of one encounter.

    Attributes:
        verdict: fish, not, unsure, or disputed.
        label, species, count: what they call it, and how many; empty and None where
            nobody says, or not all the same.
        people: who decided, in the order of their names.
        at: when the last of them did.
        is_implied: whether it lies in a watched stretch, and nobody named it.
    """

    verdict: str
    label: str
    species: str
    count: Optional[int]
    people: tuple[str, ...]
    at: datetime
    is_implied: bool = False


class LabelBook:
    """The decisions that stand, by clip.

    Args:
        labels: every decision and withdrawal, in any order.
    """

    def __init__(self, labels: Iterable[Label] = ()) -> None:
        self._clips: dict[str, list[Label]] = defaultdict(list)
        for label in standing(labels):
            self._clips[label.sha256].append(label)

    def __iter__(self) -> Iterator[Label]:
        """Yield the labels that stand, clip by clip."""
        for labels in self._clips.values():
            yield from labels

    def of_clip(self, sha256: str) -> Sequence[Label]:
        """Return the labels of a clip that stand, in the order of their frames."""
        return self._clips.get(sha256, ())

    def decision(self, sha256: str, first: int, last: int) -> Optional[Decision]:
        """Return what people say of an encounter; None if nobody says anything."""
        return self._said(self.of_clip(sha256), first, last)

    def of_moment(self, sha256: str, first: int, last: int) -> Optional[Decision]:
        """Return what people say of a moment; None if nobody says anything."""
        far = _MUCH * (last - first + 1)
        labels = self.of_clip(sha256)
        near = [x for x in labels if x.verdict != NOT or x.frames < far]
        return self._said(near, first, last)

    def _said(
        self, labels: Sequence[Label], first: int, last: int
    ) -> Optional[Decision]:
        decided = _decided(labels)
        own: dict[str, list[Label]] = defaultdict(list)
        for label in decided:
            if label.meets(first, last):
                own[label.person].append(label)
        if own:
            words = [_word(of_one, first, last) for of_one in own.values()]
            return _decision(words)
        if any(label.shared(first, last) for label in decided):
            return None
        watched = [
            label
            for label in labels
            if label.verdict == WATCHED
            and label.first_frame <= first
            and last <= label.last_frame
        ]
        return _implied(watched) if watched else None

    def contradictions(self) -> list[tuple[Label, Label]]:
        """Return each pair of decisions in which two people say different things."""
        return [
            (one, other)
            for labels in self._clips.values()
            for one, other in combinations(_current(_decided(labels)), 2)
            if one.person != other.person
            and one.meets(other.first_frame, other.last_frame)
            and _contradict(one, other)
        ]

    def watched(self) -> list[Label]:
        """Return the stretches in which there is nothing but what was decided."""
        return [label for label in self if label.verdict == WATCHED]


def standing(labels: Iterable[Label]) -> list[Label]:
    """Return the newest decision of each person on each stretch that was not withdrawn.

    Returns:
        The decisions, by clip, frames and person.
    """
    labels = list(labels)
    withdrawn = {label.key for label in labels if label.verdict == WITHDRAWN}
    newest: dict[tuple[object, ...], Label] = {}
    for label in labels:
        if label.verdict == WITHDRAWN or label.key in withdrawn:
            continue
        of = (*label.stretch, label.person, label.verdict == WATCHED)
        if of not in newest or newest[of].at < label.at:
            newest[of] = label
    return sorted(newest.values(), key=lambda label: label.key)


def to_export(labels: Iterable[Label]) -> list[Label]:
    """Return what another machine needs to know: what stands, and what was withdrawn.

    Returns:
        The labels by clip, frames and person.
    """
    labels = list(labels)
    withdrawn = [label for label in labels if label.verdict == WITHDRAWN]
    told = [*standing(labels), *withdrawn]
    return sorted(told, key=lambda label: (label.clip, label.key))


def _current(labels: Iterable[Label]) -> list[Label]:
    """Leave out what a newer decision of the same person covers by half, or more."""
    kept: list[Label] = []
    for label in sorted(labels, key=lambda label: label.at, reverse=True):
        newer = (k for k in kept if k.person == label.person)
        if not any(
            2 * k.shared(label.first_frame, label.last_frame) >= label.frames
            for k in newer
        ):
            kept.append(label)
    return kept


def _decided(labels: Iterable[Label]) -> list[Label]:
    return [label for label in labels if label.verdict != WATCHED]


def _word(of_one: Iterable[Label], first: int, last: int) -> Label:
    """Return the one decision of a person that an encounter takes."""
    words, frames = _current(of_one), last - first + 1
    is_rejected = any(
        word.verdict == NOT and 2 * word.shared(first, last) >= frames for word in words
    )
    if is_rejected:
        words = [word for word in words if _MUCH * word.frames > frames] or words
    return min(words, key=lambda label: _OF_ONE.index(label.verdict))


def _decision(words: Sequence[Label]) -> Decision:
    verdicts = {word.verdict for word in words}
    verdict = next(v for v in _OF_SEVERAL if v in verdicts)
    agreeing = [word for word in words if word.verdict == verdict]
    return Decision(
        verdict=DISPUTED if {FISH, NOT} <= verdicts else verdict,
        label=_agreed([word.label for word in agreeing]) or "",
        species=_agreed([word.species for word in agreeing]) or "",
        count=_agreed([word.count for word in agreeing]),
        people=tuple(sorted(word.person for word in words)),
        at=max(word.at for word in words),
    )


def _implied(watched: Sequence[Label]) -> Decision:
    people = tuple(sorted({label.person for label in watched}))
    at = max(label.at for label in watched)
    return Decision(NOT, "", "", None, people, at, is_implied=True)


def _contradict(one: Label, other: Label) -> bool:
    if {one.verdict, other.verdict} == {FISH, NOT}:
        return True
    said = ((one.species, other.species), (one.count, other.count))
    return one.verdict == other.verdict and any(a and b and a != b for a, b in said)


def _agreed(said: Iterable[_Said]) -> Optional[_Said]:
    """Return what all say who say anything; None if they differ, or nobody does."""
    different = {one for one in said if one}
    return different.pop() if len(different) == 1 else None
