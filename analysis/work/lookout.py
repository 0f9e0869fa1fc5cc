"""Scans the inbox on a timer, and claims the files that are ready."""

from __future__ import annotations

import errno
import logging
from pathlib import Path

from analysis import events
from analysis.intake.inbox import Inbox, Scan, Waiting
from analysis.intake.room import NoRoom, is_no_room
from analysis.work.workload import Workload
from weir.clip import encodable
from weir.clock import Clock
from weir.journal import tell

logger = logging.getLogger(__name__)

_LOOK_S = 0.5
_SHARE = 0.2  # at most this share of the time is spent on scans
_AGAIN_S = 86_400.0
_MOST_CLAIMS = 500  # at once, because each is synced to the disk
_MOST_TOLD = 20
_NAMED = 3  # of those that are not told one by one


class Lookout:
    """Watches the inbox for a workload.

    Args:
        clock: measures how long a scan takes, which is seconds for a very full inbox.

    Attributes:
        scan: the result of the last scan.
        waiting: the files that could not be claimed after it, and why.
    """

    def __init__(self, inbox: Inbox, workload: Workload, clock: Clock) -> None:
        self._inbox, self._workload, self._clock = inbox, workload, clock
        self._next_s = float("-inf")
        self._told: dict[Path, float] = {}
        self._ready: tuple[Path, ...] = ()
        self.scan = Scan()
        self.waiting: tuple[Waiting, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether no file is about to be claimed."""
        taken = len(self.waiting) - len(self.scan.waiting)
        return not self.scan.settling and len(self.scan.ready) == taken

    def look(self, now_s: float, *, at_once: bool = False) -> None:
        """Scan the inbox if it is time again, and claim what is ready.

        When all that was claimed is done and more was ready, that is claimed without
        another scan: a file that has changed since is given back.

        Args:
            now_s: the present time, by a monotonic clock.
            at_once: True to scan even if it is not time again.
        """
        if at_once or now_s >= self._next_s:
            self._scan(now_s)
        elif self._ready and self._workload.is_idle:
            self.waiting = (*self.waiting, *self._claim())
            self._tell_waiting(now_s)
            self.forget()

    def _scan(self, now_s: float) -> None:
        self.scan = self._inbox.scan(now_s)
        took_s = self._clock.monotonic() - now_s
        self._next_s = now_s + max(_LOOK_S, took_s / _SHARE)
        self._ready = self.scan.ready
        self.waiting = (*self.scan.waiting, *self._claim())
        self._tell_waiting(now_s)
        self.forget()

    def forget(self) -> None:
        """Delete old crash notes if no work is left."""
        if self._workload.is_idle:
            self._inbox.forget()

    def _claim(self) -> list[Waiting]:
        """Claim the next files that are ready.

        Returns:
            The files that cannot be claimed, and why.
        """
        stuck: list[Waiting] = []
        if self._workload.shortage:
            return stuck
        now, self._ready = self._ready[:_MOST_CLAIMS], self._ready[_MOST_CLAIMS:]
        for path in now:
            try:
                self._workload.claim(path, self._inbox.stamp(path))
            except FileNotFoundError:
                continue  # somebody took it back
            except NoRoom as exc:
                size = self._inbox.stamp(path)[0]
                stuck.append(Waiting(path, size, 0.0, f"no room for a copy: {exc}"))
            except OSError as exc:
                if exc.errno == errno.ESTALE:
                    continue  # it is settling again
                if is_no_room(exc):
                    break  # the workload will find out, and tell
                why = f"it cannot be moved to working/ ({exc.strerror})"
                stuck.append(Waiting(path, 0, 0.0, why))
        return stuck

    def _tell_waiting(self, now_s: float) -> None:
        """Log the files that cannot be claimed, at once and again every day.

        Of many, the first are told one by one, and the others in one line.
        """
        here = {entry.path for entry in self.waiting}
        self._told = {path: s for path, s in self._told.items() if path in here}
        due = [
            entry
            for entry in self.waiting
            if now_s - self._told.get(entry.path, float("-inf")) >= _AGAIN_S
        ]
        self._told.update((entry.path, now_s) for entry in due)
        for entry in due[:_MOST_TOLD]:
            tell(
                logger,
                events.INCOMPLETE,
                file=str(entry.path),
                bytes=entry.bytes,
                quiet_s=round(entry.quiet_s),
                reason=entry.why,
            )
        if more := due[_MOST_TOLD:]:
            names = ", ".join(encodable(str(entry.path)) for entry in more[:_NAMED])
            reason = more[0].why
            tell(
                logger,
                events.INCOMPLETE_MORE,
                count=len(more),
                names=names,
                reason=reason,
            )
