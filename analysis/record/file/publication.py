"""The copy of the record that people read, kept up to date while the daemon works.

A thread of its own makes each copy in small steps, with rests between them. The copy
shows the record as it was at one moment. When there is something new, the next copy is
made before a receipt is written, if a copy is quick to make; or as soon as nothing is
left to do; or after a pause, which is longer the longer the last copy took. The copy
takes as much room on the disk as the record itself.
"""

from __future__ import annotations

import logging
import os
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path
from typing import Callable, Optional

from analysis import events
from analysis.record.file import sqlite
from analysis.record.file.planted import note_closed
from analysis.record.file.reader import copy_of
from analysis.values.heartbeat import Heartbeat
from weir import atomic
from weir.clock import Clock
from weir.journal import tell

logger = logging.getLogger(__name__)

_MODE = 0o644  # less the umask, for those who may read results
_PAGES = 256
_LEAST_PAUSE_S = 15.0
_SHARE, _IDLE_SHARE = 0.05, 0.5
"""The share of the time, at most, in which a copy is being made."""

_PATIENCE_S = 3.0
"""How many seconds a receipt waits for the copy that has the clips it names."""

_STEP_S = 1.0
_REST = 1.0
"""Seconds of rest for each second of copying, so that the workers get on."""


_FORGIVEN = (OSError, sqlite.Error)


class _Stopped(Exception):
    """The daemon ends, and the copying was broken off."""


class Publication:
    """Keeps the copy of one record.

    Args:
        record: the record's file.
        clock: measures the pauses.
        spare_bytes: how much is to stay free on the disk.
    """

    def __init__(self, record: Path, clock: Clock, spare_bytes: float = 0) -> None:
        self._record, self._clock, self._spare = record, clock, spare_bytes
        self._thread = ThreadPoolExecutor(1, "publication")
        self._stopping = threading.Event()
        self._running: Optional[Future[None]] = None
        self._began_s, self._took_s = 0.0, 0.0
        self._ended_s = float("-inf")
        self._published: Optional[int] = None
        self._told = ""

    def step(self, changes: int, *, is_idle: bool = False) -> None:
        """Begin a copy if one is due, and see whether the last one succeeded.

        Args:
            changes: a number that differs from before if there is something new.
            is_idle: whether there is no other work that a copy would slow down.
        """
        self._collect()
        busy_s = max(_LEAST_PAUSE_S, self._took_s / _SHARE)
        self._begin(changes, self._took_s / _IDLE_SHARE if is_idle else busy_s)

    def hasten(self, changes: int, *, is_idle: bool) -> None:
        """Publish what a receipt is about to promise, if a copy is quick to make.

        It returns when the copy is there, or after a few seconds. If copies take long,
        this one is left to ``step``.

        Args:
            changes: as in ``step``.
            is_idle: as in ``step``.
        """
        self._await()  # one that began before the newest rows
        if self._took_s <= _PATIENCE_S:
            self._begin(changes, 0.0 if is_idle else self._took_s / _SHARE)
            self._await()

    def finish(self, changes: int, heartbeat: Heartbeat) -> None:
        """Publish what is new at once, and end; the record was closed before.

        Args:
            changes: as in ``step``.
            heartbeat: called while the copy is being made.
        """
        if self._running:
            self._stopping.set()
            self._conclude()
        self._stopping.clear()
        if changes != self._published:
            self._running = self._thread.submit(self._copy, 0.0)
            while not wait([self._running], _STEP_S).done:
                heartbeat()
            self._conclude()
        self._thread.shutdown()
        note_closed(self._record)  # a copy may have had it open longer than its writer

    def _begin(self, changes: int, pause_s: float) -> None:
        now_s = self._clock.monotonic()
        is_due = changes != self._published and now_s - self._ended_s >= pause_s
        if is_due and not self._running:
            self._published, self._began_s = changes, now_s
            self._running = self._thread.submit(self._copy, _REST)

    def _await(self) -> None:
        """Wait for the copy that is being made, unless it will take long."""
        if self._running and self._took_s <= _PATIENCE_S:
            wait([self._running], _PATIENCE_S)
        self._collect()

    def _collect(self) -> None:
        """Note whether the copy that was being made succeeded, if it is finished."""
        if self._running and self._running.done():
            self._ended_s = self._clock.monotonic()
            self._took_s = self._ended_s - self._began_s
            self._conclude()

    def _conclude(self) -> None:
        """Wait for the copy that is being made; one that failed is tried again."""
        assert self._running is not None  # noqa: S101 (by the callers)
        exc, self._running = self._running.exception(), None
        if exc is None:
            self._tell("")
            return
        self._published = None
        if isinstance(exc, _FORGIVEN):
            self._tell(str(exc))
        elif not isinstance(exc, _Stopped):
            raise exc

    def _copy(self, rest: float) -> None:
        needed, free = self._record.stat().st_size, _free_beside(self._record)
        if free < needed + self._spare:
            raise OSError(
                f"{free / 1e6:.0f} MB are free, and it takes {needed / 1e6:.0f} MB"
            )
        began = self._clock.monotonic()

        def pace(*_: int) -> None:
            nonlocal began
            if self._stopping.wait(rest * (self._clock.monotonic() - began)):
                raise _Stopped
            began = self._clock.monotonic()

        with atomic.writing(copy_of(self._record), mode=_MODE) as file:
            moment = os.fstat(file.fileno()).st_mtime_ns
            copy_pages(self._record, file.fileno(), pace)
            os.utime(file.fileno(), ns=(moment, moment))

    def _tell(self, reason: str) -> None:
        if reason and not self._told:
            copy = copy_of(self._record)
            tell(logger, events.NOT_PUBLISHED, file=copy, reason=reason)
        self._told = reason


def copy_pages(record: Path, into: int, pace: Callable[[int, int, int], None]) -> None:
    """Copy the record as it is at one moment, a few pages at a time."""
    target_path = Path(f"/proc/self/fd/{into}").readlink()
    with (
        closing(sqlite.connect(record)) as source,
        closing(sqlite.connect(target_path)) as target,
    ):
        target.execute("PRAGMA journal_mode = OFF")
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        source.backup(target, pages=_PAGES, progress=pace)
        target.execute("PRAGMA journal_mode = DELETE")  # it needs no files beside it


def _free_beside(path: Path) -> int:
    facts = os.statvfs(path.parent)
    return facts.f_bavail * facts.f_frsize
