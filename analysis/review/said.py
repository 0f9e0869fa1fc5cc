"""What people have said of each item, kept up to date as they say more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Optional

from analysis.record.labels.labelbook import DISPUTED, Decision, LabelBook
from analysis.review.items import LOST, MOMENT, Item
from analysis.values.label import UNSURE, WATCHED, WITHDRAWN, Key, Label

OPEN, DECIDED, AGAIN, CONFLICT = "open", "decided", "again", "conflict"
"""The states of an item: nobody decided; somebody did; somebody was not sure, or the
newest run does not see it; and people contradict each other."""


class Said:
    """The decisions on items, computed anew only for clips of which more was said.

    Args:
        labels: every decision and withdrawal.
    """

    def __init__(self, labels: Iterable[Label] = ()) -> None:
        self._labels: dict[str, list[Label]] = defaultdict(list)
        self._books: dict[str, LabelBook] = {}
        self._states: dict[str, str] = {}
        self._ids: dict[str, list[str]] = defaultdict(list)
        self._trails: dict[str, dict[Key, Label]] = defaultdict(dict)
        self.add(labels)

    def add(self, labels: Iterable[Label]) -> None:
        """Take what was said, or taken back, since."""
        for label in labels:
            self._labels[label.sha256].append(label)
            self._books.pop(label.sha256, None)
            trail = self._trails[label.person]
            if label.verdict == WITHDRAWN:
                trail.pop(label.key, None)
            else:
                trail[label.key] = label
            for known in self._ids.pop(label.sha256, ()):
                self._states.pop(known, None)

    def book(self, sha256: str) -> LabelBook:
        """Return the labels of one clip that stand."""
        if sha256 not in self._labels:
            return _NOTHING
        if sha256 not in self._books:
            self._books[sha256] = LabelBook(self._labels[sha256])
        return self._books[sha256]

    def last_of(self, person: str) -> Optional[Label]:
        """Return the decision of a person that was added last and stands."""
        trail = self._trails[person]
        return trail[next(reversed(trail))] if trail else None

    def species(self) -> Iterator[str]:
        """Yield every species that anybody said, as often as it was said."""
        for trail in self._trails.values():
            yield from (label.species for label in trail.values() if label.species)

    def decision(self, item: Item) -> Optional[Decision]:
        """Return what people say of an item; None if nobody says anything."""
        book = self.book(item.sha256)
        ask = book.of_moment if item.sort == MOMENT else book.decision
        return ask(item.sha256, item.first, item.last)

    def of_item(self, item: Item) -> Sequence[Label]:
        """Return the labels that speak of an item, but for watched stretches."""
        labels = self.book(item.sha256).of_clip(item.sha256)
        return [x for x in labels if x.verdict != WATCHED and item.meets(x)]

    def state(self, item: Item) -> str:
        """Return the state of an item."""
        if item.id not in self._states:
            self._states[item.id] = self._state(item)
            self._ids[item.sha256].append(item.id)
        return self._states[item.id]

    def _state(self, item: Item) -> str:
        decision = self.decision(item)
        if decision is None:
            return OPEN
        if decision.verdict == DISPUTED or self._is_contradicted(item):
            return CONFLICT
        if decision.verdict == UNSURE or item.sort == LOST:
            return AGAIN
        return DECIDED

    def _is_contradicted(self, item: Item) -> bool:
        pairs = self.book(item.sha256).contradictions()
        return any(item.meets(one) and item.meets(other) for one, other in pairs)


_NOTHING = LabelBook()
