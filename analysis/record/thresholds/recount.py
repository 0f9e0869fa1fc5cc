"""Counts a clip again with another threshold, from what the record keeps.

Frames are joined by the rule that the run had, so with the run's own threshold this is
what it counted. What was judged of pictures is not judged again. An encounter counts
if it shares a frame with one that counts, or would below the threshold; else it is
what the stored one is of which it shares most. Its species is of that one, too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Optional

from analysis.record.thresholds.kept import Kept, bar
from analysis.values.joining import joined
from analysis.values.seen import BELOW, COUNTED, Detection, Encounter

Stored = tuple[Encounter, str]
"""An encounter, and the path of its picture; empty without one."""


def recount(kept: Kept, threshold: float) -> list[Stored]:
    """Return the encounters that a threshold makes, numbered from 1."""
    least = bar(kept.settings, threshold)
    frames: dict[int, list[Detection]] = defaultdict(list)
    for frame, detection in kept.detections:
        if detection.score > least:
            frames[frame].append(detection)
    trusted = kept.trusted
    found: list[Stored] = []
    for run in _runs(frames, kept):
        sound = [f for f in run if trusted is None or trusted[f]]
        if sound:
            like = _like(run[0], run[-1], kept.encounters)
            seen = {frame: frames[frame] for frame in sound}
            number = len(found) + 1
            found.append(_encounter(number, (run[0], run[-1]), seen, like))
    return found


def _runs(frames: dict[int, list[Detection]], kept: Kept) -> Iterator[list[int]]:
    """Join frames, but never two encounters that touch: frames are missing there."""
    firsts = [encounter.first_frame for encounter, _ in kept.encounters]

    def owner(frame: int) -> int:
        at = bisect_right(firsts, frame) - 1
        inside = at >= 0 and frame <= kept.encounters[at][0].last_frame
        return at if inside else -1

    for run in joined(frames, kept.gap_frames):
        start = 0
        for at in range(1, len(run)):
            owners = {owner(run[at - 1]), owner(run[at])}
            if len(owners) == 2 and -1 not in owners:
                yield run[start:at]
                start = at
        yield run[start:]


def _encounter(
    number: int,
    ends: tuple[int, int],
    seen: dict[int, list[Detection]],
    like: Optional[Stored],
) -> Stored:
    """Make the encounter of these frames; what they do not tell is that of another."""
    best = max(seen, key=lambda frame: seen[frame][0].score)
    sums: dict[str, float] = defaultdict(float)
    for detections in seen.values():
        for detection in detections:
            sums[detection.label] += detection.score
    top = seen[best][0]
    bare = Encounter(number, *ends, best, top.label, top.score, "", None, 1, COUNTED)
    other, picture = like or (bare, "")
    return (
        replace(
            other,
            number=number,
            first_frame=ends[0],
            last_frame=ends[1],
            best_frame=best,
            label=max(sums, key=lambda label: sums[label]),
            score=top.score,
            max_n=max(map(len, seen.values())),
            status=_status(other),
            would_be="",
        ),
        picture if other.best_frame == best else "",
    )


def _like(first: int, last: int, stored: Sequence[Stored]) -> Optional[Stored]:
    """Return the stored encounter that one with these frames is judged by.

    Returns:
        The one that counts, of those the one that it shares most frames with. Where it
        shares none, it lies beside one above the threshold, and that is the nearest.
    """
    return max(
        stored,
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
