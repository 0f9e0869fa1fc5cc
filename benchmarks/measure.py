"""Measuring what a frame costs, on a machine that does other things too."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Callable, Optional, TypeVar

from weir.clock import SystemClock

_Thing = TypeVar("_Thing")

Work = Iterator[Optional[int]]
"""Yields after each stretch how many frames it had; None leaves the stretch out."""


FRAMES_A_DAY = 9_900
"""Frames of a camera that films 15 minutes of each of 11 hours, one a second."""


@dataclass(frozen=True)
class Cost:
    """What some frames cost.

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
        """Processor time for each frame, in milliseconds."""
        return 1000 * self.cpu_s / self.frames

    @property
    def per_second(self) -> float:
        """Frames per second by the clock."""
        return self.frames / self.wall_s

    @property
    def per_core_hour(self) -> float:
        """Frames that one core can do in an hour."""
        return 3600 * self.frames / self.cpu_s

    @property
    def cameras(self) -> float:
        """How many cameras one core keeps up with."""
        return 24 * self.per_core_hour / FRAMES_A_DAY


def best_of(
    works: Mapping[str, Callable[[_Thing], Work]],
    things: Sequence[_Thing],
    rounds: int,
) -> dict[str, Cost]:
    """Measure what each work costs for all things.

    Other programs can only add to a cost. So each work is divided into stretches, and
    of each stretch the cheapest of several rounds counts. The works take turns, so that
    all meet the same disturbances. Stretches are short, because undisturbed moments
    are; and they last about equally long, because a work with longer stretches would be
    disturbed more often, and seem to cost more than it does.

    Args:
        works: each works on a thing, and yields after each stretch; see ``Work``.
        things: what they work on.
        rounds: how often each is measured.
    """
    best: dict[tuple[str, int, int], Cost] = {}
    for _ in range(rounds):
        for number, thing in enumerate(things):
            for name, work in works.items():
                for part, cost in enumerate(_costs(work(thing))):
                    known = best.get((name, number, part), cost)
                    best[name, number, part] = min(cost, known, key=_cpu_s)
    return {name: _sum([best[key] for key in best if key[0] == name]) for name in works}


def in_stretches(frames: Iterable[object], each: int) -> Iterator[int]:
    """Divide work on frames into stretches of ``each`` frames.

    Yields:
        How many frames a stretch had.
    """
    done = 0
    for _ in frames:
        done += 1
        if done == each:
            yield done
            done = 0
    yield done


def _costs(work: Work) -> Iterator[Cost]:
    """Yield the cost of each stretch of a work."""
    clock = SystemClock()
    cpu, wall = time.process_time(), clock.monotonic()
    for frames in work:
        if frames is not None:
            yield Cost(frames, time.process_time() - cpu, clock.monotonic() - wall)
        cpu, wall = time.process_time(), clock.monotonic()


def _cpu_s(cost: Cost) -> float:
    return cost.cpu_s


def _sum(costs: list[Cost]) -> Cost:
    return Cost(
        sum(cost.frames for cost in costs),
        sum(cost.cpu_s for cost in costs),
        sum(cost.wall_s for cost in costs),
    )
