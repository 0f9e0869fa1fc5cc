"""How close together the visits of a day are: many may be of few fish."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from analysis.record.clip import Clip
from analysis.record.days import Day, day_of
from analysis.record.final.encounters import FinalEncounter
from analysis.report.words.bestday import Naming
from weir.printable import many

_FEWEST = 3
_MOST_DAYS = 3


def into(clip: Clip, first: int, last: int) -> str:
    """Say where some frames are in their clip, like ``11:51 to 11:52``."""
    start, end = (clock(clip.seconds_to(frame)) for frame in (first, last))
    return start if start == end else f"{start} to {end}"


def clock(seconds: float) -> str:
    """Return a length as minutes and seconds, like ``11:51``; or with hours."""
    minutes, left = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"


def together(days: Sequence[Day], finals: Iterable[FinalEncounter]) -> str:
    """Say which days have all that counts in one clip, and how close together."""
    naming = Naming.among(days)
    counted = [final for final in finals if final.counts]
    said = list(_of_one_clip(days[:_MOST_DAYS], counted, naming))
    if not said:
        return ""
    return f"The {', the '.join(said)}: such visits may be of few fish."


def _of_one_clip(
    days: Sequence[Day], counted: Sequence[FinalEncounter], naming: Naming
) -> Iterator[str]:
    for day in days:
        there = [final for final in counted if day_of(final.clip) == day]
        if len(there) < _FEWEST or len({final.clip.sha256 for final in there}) > 1:
            continue
        clip = there[0].clip
        first = min(final.first_frame for final in there)
        last = max(final.last_frame for final in there)
        took = (clip.seconds_to(last) - clip.seconds_to(first)) / 60
        yield (
            f"{len(there)} on {naming.of([day])} are all from one clip, {clip.clip},"
            f" within {many(max(1, math.ceil(took)), 'minute')}"
        )
