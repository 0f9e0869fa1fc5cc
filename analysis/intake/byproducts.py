"""Tells of files that recorders wrote beside their clips: one line a delivery.

A memory card holds a thumbnail, a small copy and a track for each clip. Each file of a
folder is a delivery of its own, so what a folder brought is told when all of it has
been opened.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path, PurePosixPath

from analysis import events
from analysis.intake.delivery import Delivery
from weir.clip import encodable
from weir.journal import tell

logger = logging.getLogger(__name__)

_NAMED = 3  # so many names show which files are meant


class Byproducts:
    """Remembers the by-products that came, by their delivery or folder."""

    def __init__(self) -> None:
        self._names: dict[Path, list[str]] = {}

    def note(self, delivery: Delivery) -> None:
        """Remember what a delivery brought beside clips."""
        if names := delivery.contents.byproducts:
            whole = delivery.dropped if delivery.is_zip else delivery.dropped.parent
            self._names.setdefault(whole, []).extend(names)

    def tell(self, claimed: Collection[Path] = ()) -> None:
        """Log each delivery and folder of which nothing waits to be opened.

        Args:
            claimed: what waits.
        """
        if self._names:
            waiting = {path.parent for path in claimed}
            for whole in [w for w in self._names if w not in waiting]:
                names = self._names.pop(whole)
                tell(
                    logger,
                    events.BYPRODUCTS,
                    archive=encodable(str(whole)),
                    files=len(names),
                    kinds=_kinds(names),
                    names=_some(names),
                )


def _kinds(names: Iterable[str]) -> str:
    counts = Counter(PurePosixPath(name).suffix.lower() or "none" for name in names)
    return " ".join(sorted(counts))


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(encodable(name) for name in sorted(names)[:_NAMED]) + more
