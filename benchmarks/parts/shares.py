"""Shares: what part of the pipeline's time each measure takes.

A timer of the process interrupts it a thousand times per second of processor time. Each
time it is noted which of the stages below is at work: the outermost one counts, so that
a close up is part of the moments or encounters for which it is taken.
"""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Optional

STAGES = {
    "look/moved/flat.py": "what moved",
    "look/moved/gauge.py": "what moved",
    "look/cases.py": "encounters: background, close up",
    "look/moments.py": "moments: close up, picture",
    "look/blindness.py": "blind stretches",
    "look/wholeclip.py": "the whole clip's background",
    "look/recent.py": "recent pictures",
    "look/lower.py": "below the threshold",
    "look/water.py": "visibility",
}
_EVERY_S = 0.001


class Shares:
    """Counts which stage is at work, as often as it looks.

    Attributes:
        counts: how often each stage was at work.
        looks: how often it was looked.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.looks = 0

    def of(self, stage: str) -> float:
        """Return the share of a stage, 0 to 1."""
        return self.counts[stage] / max(1, self.looks)

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count within ``with``, on the main thread."""
        before = signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, _EVERY_S, _EVERY_S)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, before)

    def _look(self, _: int, frame: Optional[FrameType]) -> None:
        self.looks += 1
        if stage := stage_of(frame):
            self.counts[stage] += 1


def stage_of(frame: Optional[FrameType]) -> str:
    """Return the outermost stage that is at work; "" for none of them."""
    found = ""
    while frame is not None:
        file = "/".join(frame.f_code.co_filename.split("/")[-3:])
        found = next((STAGES[each] for each in STAGES if file.endswith(each)), found)
        frame = frame.f_back
    return found
