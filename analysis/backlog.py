"""Measures how much footage waits, how fast it arrives and how fast it is analysed.

All of this is read from the folders and the record, so it works even while the daemon
is not running. How much footage is in a file that was not opened yet is estimated from
its size, using the seconds per byte of the footage in the record.
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
from analysis.values.heartbeat import Heartbeat
from weir.clip import encodable

_RECENT = timedelta(days=1)
_LEAST_SPREAD_S = 6 * 3600.0  # what is copied in one go is no stream
_LEAST_ARRIVALS = 3
_STILL_S = 3600.0


@dataclass(frozen=True)
class PiledFile:
    """A waiting file; ``arrived`` is when it was dropped or claimed."""

    name: str
    bytes: int
    arrived: datetime


@dataclass(frozen=True)
class Backlog:
    """Says what footage waits, and how long it will take.

    Attributes:
        inbox: the files that were not claimed yet.
        working: the files that were claimed and have not ended.
        left_bytes: how many bytes of all these files are not in the record yet.
        waiting_s: seconds of footage in those bytes; None if the record holds no
            footage to estimate from.
        speed: seconds of footage analysed per second; None if none was analysed yet.
        arrival: seconds of footage that arrive per second; None if footage does not
            keep arriving.
        left_alone: what lies in the inbox and is never taken.
    """

    inbox: tuple[PiledFile, ...]
    working: tuple[PiledFile, ...]
    left_bytes: int
    waiting_s: Optional[float]
    speed: Optional[float]
    arrival: Optional[float]
    left_alone: tuple[str, ...] = ()

    @property
    def eta_s(self) -> Optional[float]:
        """Seconds until all is analysed if nothing more arrives; None if unknown."""
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


def measure(
    folders: Folders,
    tally: Tally,
    now: datetime,
    heartbeat: Heartbeat = lambda: None,
) -> Backlog:
    """Measure the backlog.

    Args:
        heartbeat: called for each file, of which there may be tens of thousands.

    Raises:
        OSError: a folder cannot be read.
    """
    inbox = pile_in(folders.inbox, heartbeat)
    working = pile_in(folders.taken, heartbeat) + pile_in(folders.working, heartbeat)
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
        left_alone=tuple(
            encodable(str(path))
            for path, _ in sorted(walk(folders.inbox, heartbeat))
            if not is_taken(path)
        ),
    )


def pile_in(folder: Path, heartbeat: Heartbeat = lambda: None) -> tuple[PiledFile, ...]:
    """List the footage below a folder, but no documents and no files never taken.

    Raises:
        OSError: the folder cannot be read.
    """
    with suppress(FileNotFoundError):  # before the first start there is none
        os.scandir(folder).close()
    return tuple(
        PiledFile(encodable(str(path)), entry.bytes, _moment(entry.changed_s))
        for path, entry in sorted(walk(folder, heartbeat))
        if not entry.why and is_taken(path) and not is_companion(path)
    )


def speed_of(work: Iterable[Work]) -> Optional[float]:
    """Compute how many seconds of footage were analysed per second of work.

    Returns:
        The speed, or None if there was no work. Time in which several workers were
        busy counts once.
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
    """Compute how many seconds of footage arrive per second.

    The newest delivery is not counted, because its footage belongs to the time until
    the next one.

    Args:
        events: when each delivery arrived, and how many seconds of footage it held.
        now_s: the present time, by the same clock.

    Returns:
        The rate, or None if it cannot be known: there were too few deliveries, they all
        came in one go, or they have stopped.
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
