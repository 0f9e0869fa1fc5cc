"""What the daemon's line reckons with: the work at hand, and no hour without any."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from analysis.daemon import AnalysisDaemon
from analysis.intake.folders import Folders
from analysis.progress import Done


class River:
    """A clock, a service and a workload: a batch, ten idle hours, and another batch.

    Attributes:
        shown: what the line showed, turn by turn.
    """

    def __init__(self) -> None:
        self.shown: list[tuple[Done, tuple[str, ...]]] = []
        ended = SimpleNamespace(ended=0, frames=0, bytes=0)
        self.workload: Any = SimpleNamespace(
            no_room="", is_waiting=False, in_work=ended, now_working="a.zip"
        )
        self.workload.resume = lambda: None
        self.workload.step = self._step
        self._now_s, self._turn = 0.0, 0
        self.service: Any = SimpleNamespace(alive=lambda: None, stopping=self)
        self.service.status = lambda _: None

    @property
    def requested(self) -> bool:
        """Whether it is over."""
        return self._turn == 4

    def monotonic(self) -> float:
        """The time, in seconds."""
        return self._now_s

    def show(self, done: Done, *notes: str) -> None:
        """Take what the line shows."""
        self.shown.append((done, notes))

    def clear(self) -> None:
        """Nothing to do."""

    def _step(self, _wait_s: float) -> None:
        self._turn += 1
        work, (now_s, ended, left) = self.workload, _TURNS[self._turn - 1]
        self._now_s, work.is_idle = now_s, not left
        work.clips_left, work.bytes_left = left, 100 * left
        work.in_work.ended, work.in_work.frames = ended, 1000 * ended
        work.in_work.bytes = 100 * ended


_TURNS = [(0.0, 0, 4), (40.0, 4, 0), (36_040.0, 4, 0), (36_060.0, 6, 3)]
"""The time, the clips that have ended since the start, and those that are left."""


def test_the_line_is_of_the_work_since_there_was_none(tmp_path: Path) -> None:
    """Neither idle hours nor what ended before them make the time that is left."""
    river: Any = River()
    lookout: Any = SimpleNamespace(waiting=(), look=lambda _: None)
    lookout.scan = SimpleNamespace(settling=())
    daemon = AnalysisDaemon(
        Folders(tmp_path),
        lookout,
        river.workload,
        # Nothing else of it is asked here.
        inheritance=SimpleNamespace(is_over=True),  # type: ignore[arg-type]
        clock=river,
        service=river.service,
    )
    daemon.progress = river
    daemon.run()

    assert river.shown[-1] == (
        Done(2, 5, 200, 300),
        ("30 s left", "100 frames/s", "a.zip"),
    )
