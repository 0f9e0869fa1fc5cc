"""The backlog: how much footage waits, how fast it is worked, and how fast it comes.

All of this is read from the folders and the record, so it is known whether the daemon
runs or not. Files that nobody has opened yet are estimated from their bytes, by the
footage that is in the record.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Optional

from analysis.intake.folders import Folders
from analysis.intake.inbox import is_companion, is_taken
from analysis.intake.listing import walk
from analysis.record.tally import Tally, Work
from weir.clip import encodable

_RECENT = timedelta(days=1)
_LEAST_SPREAD_S = 60.0
_LEAST_ARRIVALS = 3
_STILL_S = 3600.0


@dataclass(frozen=True)
class PiledFile:
    """A file that waits; ``arrived`` is when it was dropped or claimed."""

    name: str
    bytes: int
    arrived: datetime


@dataclass(frozen=True)
class Backlog:
    """What waits, and how long it will take.

    Attributes:
        inbox, working: what was not claimed yet, and what was.
        left_bytes: of both, what is not in the record yet.
        waiting_s: seconds of footage in those bytes; None while nothing is known
            about this footage.
        speed: seconds of footage analysed in a second; None before there was any.
        arrival: seconds of footage that come in a second, while they keep coming;
            None when they do not.
    """

    inbox: tuple[PiledFile, ...]
    working: tuple[PiledFile, ...]
    left_bytes: int
    waiting_s: Optional[float]
    speed: Optional[float]
    arrival: Optional[float]

    @property
    def eta_s(self) -> Optional[float]:
        """Seconds until nothing waits, if nothing more comes; None when unknown."""
        if not self.left_bytes:
            return 0.0
        if self.waiting_s is None or not self.speed:
            return None
        return self.waiting_s / self.speed

    @property
    def grows(self) -> bool:
        """Whether clips arrive faster than they are analysed."""
        if self.arrival is None or self.speed is None or not self.left_bytes:
            return False
        return self.arrival > self.speed


def measure(folders: Folders, tally: Tally, now: datetime) -> Backlog:
    """Measure the backlog.

    Raises:
        OSError: a folder may not be looked into.
    """
    inbox = pile_in(folders.inbox)
    working = pile_in(folders.taken) + pile_in(folders.working)
    worked = sum(
        min(file.bytes, tally.bytes_worked(file.name, file.arrived)) for file in working
    )
    left = sum(file.bytes for file in (*inbox, *working)) - worked
    rate = tally.seconds_per_byte()
    events = tally.arrivals(now - _RECENT)
    for file in (*inbox, *working):
        events.append((file.arrived.timestamp(), file.bytes * (rate or 0.0)))
    return Backlog(
        inbox=inbox,
        working=working,
        left_bytes=left,
        waiting_s=None if rate is None else left * rate,
        speed=speed_of(tally.last_work()),
        arrival=arrival_of(events, now.timestamp()),
    )


def pile_in(folder: Path) -> tuple[PiledFile, ...]:
    """List the footage below a folder, without documents and what is never taken.

    Raises:
        OSError: the folder may not be looked into.
    """
    with suppress(FileNotFoundError):  # before the first start there is none
        os.scandir(folder).close()
    return tuple(
        PiledFile(encodable(str(path)), entry.bytes, _moment(entry.changed_s))
        for path, entry in sorted(walk(folder))
        if not entry.why and is_taken(path) and not is_companion(path)
    )


def speed_of(work: Iterable[Work]) -> Optional[float]:
    """Compute how many seconds of footage were worked in a second of work.

    Returns:
        None where there was no work. Time in which several worked counts once.
    """
    footage_s = busy_s = 0.0
    begun = float("inf")
    for clip in sorted(work, key=lambda clip: -clip.ended):
        start = clip.ended - clip.took_s
        busy_s += max(0.0, min(clip.ended, begun) - start)
        begun = min(begun, start)
        footage_s += clip.footage_s
    return footage_s / busy_s if busy_s else None


def arrival_of(events: Sequence[tuple[float, float]], now_s: float) -> Optional[float]:
    """Compute how many seconds of footage arrive in a second.

    The newest delivery is not counted: it is footage for the time after it.

    Args:
        events: when each came, and its seconds of footage.
        now_s: the present moment, by the same clock.

    Returns:
        None where that cannot be known: from too few deliveries, from several that came
        together, or after they have stopped.
    """
    ordered = sorted(events)
    if len(ordered) < _LEAST_ARRIVALS:
        return None
    first_s, last_s = ordered[0][0], ordered[-1][0]
    spread_s = last_s - first_s
    pause_s = 2 * spread_s / (len(ordered) - 1)
    if spread_s < _LEAST_SPREAD_S or now_s - last_s > max(_STILL_S, pause_s):
        return None
    return sum(footage_s for _, footage_s in ordered[:-1]) / spread_s


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)
