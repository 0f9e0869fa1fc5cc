"""Leases: who looks at which item, so that two people do not look at the same one."""

from __future__ import annotations

from collections.abc import Iterable

LEASE_S = 60.0
"""How long an item is a person's after it was last asked for."""


class Leases:
    """Says whose an item is for now. Times are seconds of a clock that never jumps."""

    def __init__(self) -> None:
        self._until: dict[str, tuple[str, float]] = {}

    def is_free(self, item: str, person: str, now_s: float) -> bool:
        """Whether a person may be given an item."""
        holder, until_s = self._until.get(item, (person, 0.0))
        return holder == person or until_s <= now_s

    def take(self, items: Iterable[str], person: str, now_s: float) -> None:
        """Give items to a person, and let what ran out go.

        An item that is somebody else's stays theirs.
        """
        if len(self._until) > 1000:
            self._until = {k: v for k, v in self._until.items() if v[1] > now_s}
        for item in items:
            if self.is_free(item, person, now_s):
                self._until[item] = (person, now_s + LEASE_S)

    def drop(self, items: Iterable[str]) -> None:
        """Let items go that were decided."""
        for item in items:
            self._until.pop(item, None)
