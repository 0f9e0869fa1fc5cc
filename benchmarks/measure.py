"""Measuring what a frame costs, on a machine that also does other things."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Callable, TypeVar

from weir.clock import SystemClock

_Thing = TypeVar("_Thing")

FRAMES_A_DAY = 9_900
"""Of a camera that films 15 minutes of each of 11 hours, once a second."""


@dataclass(frozen=True)
class Cost:
    """What frames cost.

    Attributes:
        frames: how many there were.
        cpu_s: processor time of all threads.
        wall_s: time by the clock.
    """

    frames: int
    cpu_s: float
    wall_s: float

    @property
    def cpu_ms(self) -> float:
        """Processor time for each frame."""
        return 1000 * self.cpu_s / self.frames

    @property
    def per_second(self) -> float:
        """Frames by the clock."""
        return self.frames / self.wall_s

    @property
    def per_core_hour(self) -> float:
        """Frames that a core works in an hour."""
        return 3600 * self.frames / self.cpu_s

    @property
    def cameras(self) -> float:
        """Cameras that a core keeps up with."""
        return 24 * self.per_core_hour / FRAMES_A_DAY


def once(work: Callable[[], int]) -> Cost:
    """The cost of work that returns how many frames it did."""
    clock = SystemClock()
    cpu, wall = time.process_time(), clock.monotonic()
    frames = work()
    return Cost(frames, time.process_time() - cpu, clock.monotonic() - wall)


def best_of(
    works: Mapping[str, Callable[[_Thing], int]], things: Sequence[_Thing], rounds: int
) -> dict[str, Cost]:
    """What each work costs on all things: of each the cheapest of several rounds.

    Whatever else the machine does only adds; by turns, it adds to all alike. Of short
    spells the cheapest is nearer to what the work itself takes than of long ones.
    """
    best: dict[tuple[str, int], Cost] = {}
    for _ in range(rounds):
        for number, thing in enumerate(things):
            for name, work in works.items():
                cost = once(partial(work, thing))
                known = best.get((name, number), cost)
                best[name, number] = min(cost, known, key=lambda each: each.cpu_s)
    return {
        name: _sum([best[name, number] for number in range(len(things))])
        for name in works
    }


def _sum(costs: list[Cost]) -> Cost:
    return Cost(
        sum(cost.frames for cost in costs),
        sum(cost.cpu_s for cost in costs),
        sum(cost.wall_s for cost in costs),
    )
