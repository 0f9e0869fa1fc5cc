"""Counts a clip again with another threshold, from what the record keeps.

Frames are joined by the rule that the run had, so with the run's own threshold this is
what it counted. What was judged of pictures is not judged again. An encounter counts
if it shares a frame with one that counts, or would below the threshold; else it is
what the stored one is of which it shares most. Its species is of that one, too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Optional

import numpy as np
import numpy.typing as npt

from analysis.record.thresholds.kept import Kept, bar, own_threshold
from analysis.values.facts import detects_whole_frames
from analysis.values.seen import BELOW, COUNTED, Encounter
from analysis.values.verifying import VERIFIER

Stored = tuple[Encounter, str]
"""An encounter, and the path of its picture; empty without one."""

_Numbers = npt.NDArray[np.int64]


def recount(kept: Kept, threshold: float) -> list[Stored]:
    """Return the encounters that a threshold makes, numbered from 1."""
    above = np.flatnonzero(kept.scores > bar(kept.settings, threshold))
    firsts = [encounter.first_frame for encounter, _ in kept.encounters]
    found: list[Stored] = []
    for run in _runs(above, kept, firsts) if above.size else ():
        run = _between_looks(run, kept)
        sound = run if kept.trusted is None else run[kept.trusted[kept.frames[run]]]
        if sound.size:
            ends = int(kept.frames[run[0]]), int(kept.frames[run[-1]])
            # Those that share frames with it, and one on either side.
            low = max(0, bisect_right(firsts, ends[0]) - 1)
            near = kept.encounters[low : bisect_right(firsts, ends[1]) + 1]
            found.append(_encounter(len(found) + 1, ends, sound, kept, near))
    every = sorted([*found, *_raised(kept, found)], key=lambda one: one[0].first_frame)
    return [(replace(one, number=n), name) for n, (one, name) in enumerate(every, 1)]


def _raised(kept: Kept, found: Sequence[Stored]) -> list[Stored]:
    """Return what a verifier alone found: no threshold of the detector changes it."""
    own = kept.frames[kept.scores > bar(kept.settings, own_threshold(kept.settings))]
    return [
        (one, picture)
        for one, picture in kept.encounters
        if _is_verified(one)
        and not ((own >= one.first_frame) & (own <= one.last_frame)).any()
        and not any(_shared(f.first_frame, f.last_frame, one) > 0 for f, _ in found)
    ]


def _runs(above: _Numbers, kept: Kept, firsts: Sequence[int]) -> list[_Numbers]:
    """Join targets to encounters, but never two encounters that touch.

    Frames are missing where they touch.

    Args:
        above: the numbers of the targets that count.
        kept: what is kept of the clip.
        firsts: the first frame of each encounter of the run.
    """
    frames = kept.frames[above]
    ends = np.diff(frames) > kept.gap_frames + 1
    if firsts:
        lasts = np.array([encounter.last_frame for encounter, _ in kept.encounters])
        owner = np.searchsorted(firsts, frames, "right") - 1
        is_owned = (owner >= 0) & (frames <= lasts[owner])
        ends |= (np.diff(owner) != 0) & is_owned[1:] & is_owned[:-1]
    return np.split(above, np.flatnonzero(ends) + 1)


def _between_looks(run: _Numbers, kept: Kept) -> _Numbers:
    """Cut off the ends of a run at which nobody looked; they are what is beside."""
    looked = np.flatnonzero(~kept.reused[run])
    return run[looked[0] : looked[-1] + 1] if looked.size else run[:0]


def _encounter(
    number: int,
    ends: tuple[int, int],
    sound: _Numbers,
    kept: Kept,
    near: Sequence[Stored],
) -> Stored:
    """Make the encounter of these targets; what they do not tell is of one near it."""
    best = sound[kept.scores[sound].argmax()]
    best_frame, score = int(kept.frames[best]), float(kept.scores[best])
    bare = Encounter(number, *ends, best_frame, "", score, "", None, 1, COUNTED)
    other, picture = _like(*ends, near) or (bare, "")
    encounter = replace(
        other,
        number=number,
        first_frame=ends[0],
        last_frame=ends[1],
        best_frame=best_frame,
        label=_label(sound, kept),
        score=score,
        max_n=_max_n(sound, kept),
        status=_status(other),
        would_be="",
    )
    if _is_verified(other) and _shared(*ends, other) > 0:
        encounter = replace(
            encounter,
            best_frame=other.best_frame,
            label=other.label,
            score=other.score,
            max_n=other.max_n,
        )
    return encounter, picture if other.best_frame == encounter.best_frame else ""


def _is_verified(encounter: Encounter) -> bool:
    """Whether a verifier saw something in it, and so says how many there are."""
    return encounter.status == COUNTED and encounter.decided_by == VERIFIER


def _max_n(sound: _Numbers, kept: Kept) -> Optional[int]:
    if detects_whole_frames(kept.settings):
        return None
    return int(np.unique(kept.frames[sound], return_counts=True)[1].max())


def _label(sound: _Numbers, kept: Kept) -> str:
    """Find the label with the highest sum of scores; of equals, the first seen."""
    sums: dict[str, float] = defaultdict(float)
    for target in sound:
        sums[kept.labels[target]] += float(kept.scores[target])
    return max(sums, key=lambda label: sums[label])


def _like(first: int, last: int, near: Sequence[Stored]) -> Optional[Stored]:
    """Return the stored encounter that one with these frames is judged by.

    Returns:
        The one that counts, of those the one that it shares most frames with. Where it
        shares none, it lies beside one above the threshold, and that is the nearest.
    """
    return max(
        near,
        key=lambda one: (
            _shared(first, last, one[0]) > 0 and _status(one[0]) == COUNTED,
            _shared(first, last, one[0]),
        ),
        default=None,
    )


def _shared(first: int, last: int, other: Encounter) -> int:
    """Count the frames that both have; below 0, those that lie between them."""
    return min(last, other.last_frame) - max(first, other.first_frame) + 1


def _status(encounter: Encounter) -> str:
    is_below = encounter.status == BELOW
    return encounter.would_be if is_below else encounter.status
