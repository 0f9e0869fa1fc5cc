"""What ``status`` shows of the cluster: the daemon writes it, others read it."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Optional

from weir import WeirError, atomic
from weir.clock import parse_utc
from weir.printable import many

FILE_NAME = "cluster.json"
_FRESH_S = 120.0
_MOST_BYTES = 1 << 20
_MOST_REFUSED = 5


@dataclass(frozen=True)
class ClusterState:
    """How the cluster does.

    Attributes:
        at: when that was, as Weir writes times.
        scheduler: its address.
        problem: why it cannot be reached; empty while it can.
        workers, threads, hosts: of those that are fit.
        sharing: how many of the workers read clips from the shared folder.
        in_work: how many jobs the workers have.
        ready: how many wait for a worker.
        at_home: how many the daemon's own machine works.
        done: how many have ended since the daemon started.
        frames_per_s: how many frames were looked at in a second, lately.
        refused: the addresses of the others, each with the reason.
    """

    at: str
    scheduler: str
    problem: str
    workers: int
    threads: int
    hosts: int
    sharing: int
    in_work: int
    ready: int
    at_home: int
    done: int
    frames_per_s: float
    refused: tuple[str, ...]

    def write(self, folder: Path) -> None:
        """Leave the state in a folder. Raises OSError if it cannot be written."""
        with atomic.writing(folder / FILE_NAME, mode=0o640) as file:
            file.write(json.dumps(dataclasses.asdict(self), indent=1).encode())

    @property
    def lines(self) -> tuple[str, ...]:
        """Say it in words."""
        if self.problem:
            return (f"{self.scheduler} is not reached, clips wait: {self.problem}",)
        cores, workers = many(self.threads, "core"), many(self.workers, "worker")
        first = f"{workers} on {many(self.hosts, 'machine')}, {cores}"
        if self.workers:
            first += f"; {self.sharing} share the folder"
        work = f"{many(self.in_work, 'clip')} in flight, {self.ready} ready"
        home = f", {self.at_home} on this machine" if self.at_home else ""
        speed = f"{self.frames_per_s:.0f} frames a second"
        refused = [f"refused {each}" for each in self.refused[:_MOST_REFUSED]]
        more = len(self.refused) - _MOST_REFUSED
        rest = [f"and {more} more refused"] if more > 0 else []
        return (first, f"{work}{home}; {speed}", *refused, *rest)


def read_state(folder: Path, now: datetime) -> Optional[ClusterState]:
    """Read what a daemon left a moment ago; None where there is none."""
    try:
        with (folder / FILE_NAME).open("rb") as file:
            said: dict[str, Any] = json.loads(file.read(_MOST_BYTES))
        state = ClusterState(**{**said, "refused": tuple(said["refused"])})
        age_s = (now - parse_utc(state.at)).total_seconds()
    except (OSError, ValueError, TypeError, KeyError, AttributeError, WeirError):
        return None
    return state if age_s < _FRESH_S else None
