"""Shows how far a reanalysis has come: on a terminal a bar, elsewhere lines."""

from __future__ import annotations

import logging
from collections.abc import Collection
from pathlib import Path

from analysis import events
from analysis.progress import Done, ProgressLine, time_left
from analysis.work import announce
from weir.clock import Clock
from weir.journal import tell
from weir.printable import many
from weir.service import Service

logger = logging.getLogger(__name__)

_TELL_S = 60.0


class Pace:
    """Measures how fast clips are looked at, and shows it.

    Args:
        sizes: the bytes of each clip that is to be looked at.
        folder: the folder of the analysis.
        clock: measures.
        service: is told the same, for ``systemctl status``.

    Attributes:
        line: the bar.
    """

    def __init__(
        self, sizes: Collection[int], folder: Path, clock: Clock, service: Service
    ) -> None:
        self._total, self._bytes, self._folder = len(sizes), sum(sizes), folder
        self._clock, self._service = clock, service
        self._began_s = self._told_s = clock.monotonic()
        self._no_room = ""
        self.line = ProgressLine()

    def show(self, done: int, bytes_done: int) -> None:
        """Show that so many clips, with so many bytes, have ended."""
        now_s = self._clock.monotonic()
        left_bytes = max(0, self._bytes - bytes_done)
        worked = Done(done, self._total, bytes_done, left_bytes)
        left = time_left(worked, now_s - self._began_s)
        self.line.show(worked, *([f"{left} left"] if left else []))
        words = f"looked again at {done} of {many(self._total, 'clip')}"
        self._service.status(f"{words}, {left} left" if left else words)
        if not self.line.is_drawn and now_s - self._told_s >= _TELL_S:
            self._told_s = now_s
            left, clips = left or "unknown time", self._total
            tell(logger, events.AGAIN_PROGRESS, done=done, clips=clips, left=left)

    def wait_for_room(self, reason: str) -> None:
        """Say once that there is too little room, and when there is enough again."""
        announce.room(self._folder, self._no_room, reason)
        self._no_room = reason
