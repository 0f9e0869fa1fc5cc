"""How much the counts depend on the threshold: encounters and MaxN at each step."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from typing import Optional

from analysis import StoreError
from analysis.record.clip import Clip
from analysis.record.days import Day, day_of
from analysis.record.results import Results
from analysis.record.thresholds.kept import floor_of, own_threshold
from analysis.record.thresholds.recount import recount
from analysis.values.seen import COUNTED, most
from weir.printable import many

_LAST_STEP = 9
"""The last threshold of the band, in tenths."""


@dataclass(frozen=True)
class Step:
    """What one threshold counts.

    Attributes:
        max_n: None where the models cannot count.
        is_own: whether the runs that are shown count with it.
        by_day: the encounters of each day on which there are any.
    """

    threshold: float
    encounters: int
    max_n: Optional[int]
    is_own: bool
    by_day: Mapping[Day, int]


def band(results: Results) -> list[Step]:
    """Return the counts at each tenth that the record keeps enough for, and at its own.

    Returns:
        The steps, the lowest first; an empty list where there is no footage.
    """
    clips = [clip for clip in results.clips if clip.is_usable]
    if not clips:
        return []
    own = {own_threshold(results.settings[clip.run]) for clip in clips}
    lowest = max(_floor(results, clip) for clip in clips)
    tenths = range(floor(10 * lowest + 1e-9), _LAST_STEP + 1)
    steps = {step / 10 for step in tenths if step / 10 >= lowest} | {
        threshold for threshold in own if threshold >= lowest
    }
    numbers: dict[float, list[Optional[int]]] = {step: [] for step in sorted(steps)}
    by_day: dict[float, Counter[Day]] = defaultdict(Counter)
    for clip in clips:
        kept = results.kept(clip)
        for step, every in numbers.items():
            found = [e.max_n for e, _ in recount(kept, step) if e.status == COUNTED]
            every += found
            by_day[step][day_of(clip)] += len(found)
    can_count = any(clip.can_count for clip in clips)
    return [
        Step(
            step,
            len(found),
            most(found, can_count=can_count),
            is_own={step} == own,
            by_day=by_day[step],
        )
        for step, found in numbers.items()
    ]


def require_kept(results: Results, threshold: float) -> None:
    """Make sure that the record keeps what a threshold would count.

    Raises:
        StoreError: it does not; the text says down to where it does, and why.
    """
    lacking: dict[tuple[float, int], int] = defaultdict(int)
    for clip in results.clips:
        least = _floor(results, clip)
        if clip.is_usable and least > threshold:
            lacking[least, clip.run] += 1
    if lacking:
        parts = (
            f"{many(clips, 'clip')} of run {run} above {least:g}"
            for (least, run), clips in sorted(lacking.items(), reverse=True)
        )
        raise StoreError(
            f"threshold {threshold:g}: the record keeps only what scored higher"
            f" ({', '.join(parts)}); analysis.detector.keep_above says how much is"
            " kept, and `weir-analysis reanalyse` looks again"
        )


def _floor(results: Results, clip: Clip) -> float:
    return floor_of(results.settings[clip.run], clip.kept_above)
