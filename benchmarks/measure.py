"""Measuring what a frame costs, on a machine that also does other things."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Callable, TypeVar

from weir.clock import SystemClock

_Thing = TypeVar("_Thing")

_STRETCH = (
    48  # frames: a tenth of a second, and as many as the pipeline works at a time
)

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


def best_of(
    works: Mapping[str, Callable[[_Thing], Iterator[int]]],
    things: Sequence[_Thing],
    rounds: int,
) -> dict[str, Cost]:
    """What each work costs on all things, one stretch of it after the other.

    Whatever else the machine does only adds. So of each stretch the cheapest of several
    rounds counts, and by turns all works meet the same weather. Stretches are short,
    because the machine's quiet moments are: of long ones none would be undisturbed, and
    the longest work would seem the dearest.

    Args:
        works: each does a thing, and gives after each stretch how many frames it had.
        things: what is worked.
        rounds: how often.
    """
    best: dict[tuple[str, int, int], Cost] = {}
    for _ in range(rounds):
        for number, thing in enumerate(things):
            for name, work in works.items():
                for part, cost in enumerate(_costs(work(thing))):
                    known = best.get((name, number, part), cost)
                    best[name, number, part] = min(cost, known, key=_cpu_s)
    return {name: _sum([best[key] for key in best if key[0] == name]) for name in works}


def in_stretches(frames: Iterable[object]) -> Iterator[int]:
    """Let work on frames pause now and then, to be timed; its frames since the last."""
    done = 0
    for _ in frames:
        done += 1
        if done == _STRETCH:
            yield done
            done = 0
    yield done


def _costs(work: Iterator[int]) -> Iterator[Cost]:
    """Of each stretch of a work."""
    clock = SystemClock()
    cpu, wall = time.process_time(), clock.monotonic()
    for frames in work:
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
