"""Shows how far a reanalysis has come: on a terminal a bar, elsewhere lines."""

from __future__ import annotations

import logging
from pathlib import Path

from analysis import events
from analysis.progress import ProgressLine, time_left
from analysis.work import announce
from weir.clock import Clock
from weir.journal import tell
from weir.service import Service

logger = logging.getLogger(__name__)

_TELL_S = 60.0


class Pace:
    """Measures how fast clips are looked at, and shows it.

    Args:
        total: how many clips there are to look at.
        folder: the folder of the analysis.
        clock: measures.
        service: is told the same, for ``systemctl status``.

    Attributes:
        line: the bar.
    """

    def __init__(
        self, total: int, folder: Path, clock: Clock, service: Service
    ) -> None:
        self._total, self._folder = total, folder
        self._clock, self._service = clock, service
        self._began_s = self._told_s = clock.monotonic()
        self._no_room = ""
        self.line = ProgressLine()

    def show(self, done: int) -> None:
        """Show that so many clips have ended."""
        now_s = self._clock.monotonic()
        left = time_left(done, self._total, now_s - self._began_s)
        self.line.show(done, self._total, f"{left} left" if left else "")
        words = f"looked again at {done} of {self._total} clips"
        self._service.status(f"{words}, {left} left" if left else words)
        if not self.line.is_drawn and now_s - self._told_s >= _TELL_S:
            self._told_s = now_s
            left, clips = left or "unknown time", self._total
            tell(logger, events.AGAIN_PROGRESS, done=done, clips=clips, left=left)

    def wait_for_room(self, reason: str) -> None:
        """Say once that there is too little room, and when there is enough again."""
        announce.room(self._folder, self._no_room, reason)
        self._no_room = reason
