"""Counts what the cluster has done, and how fast it goes."""

from __future__ import annotations

from collections import deque
from typing import Any, Callable

_LATELY_S = 600.0


class Pace:
    """Counts jobs and frames.

    Args:
        monotonic: tells the time.

    Attributes:
        done: how many jobs have ended.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._begun_s = float("inf")
        self._frames: deque[tuple[float, int]] = deque()
        self.done = 0

    def begin(self) -> None:
        """Note that a job was given out."""
        self._begun_s = min(self._begun_s, self._monotonic())

    def end(self, answer: Any) -> None:
        """Note what a job was answered with; of a clip's, how many frames it has."""
        self.done += 1
        self._frames.append((self._monotonic(), len(getattr(answer, "scores", ()))))

    @property
    def frames_per_s(self) -> float:
        """How many frames were looked at in a second, in the last ten minutes."""
        now_s = self._monotonic()
        while self._frames and self._frames[0][0] < now_s - _LATELY_S:
            self._frames.popleft()
        span_s = min(_LATELY_S, now_s - self._begun_s)
        return sum(count for _, count in self._frames) / span_s if span_s > 0 else 0.0
