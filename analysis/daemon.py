"""Runs the main loop of the host's daemon.

The loop scans the inbox on a timer, claims the files that are ready, and works them. It
also feeds systemd's watchdog. Nothing blocks it for long, because the work is done in
other processes. ``analysis.startup`` starts the daemon and shuts it down.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import Callable

from analysis import StoreError, events
from analysis.backlog import measure
from analysis.intake.folders import Folders
from analysis.intake.inheritance import Inheritance
from analysis.progress import Done, ProgressLine, Since, time_left
from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.tally import Tally
from analysis.work.lookout import Lookout
from analysis.work.workload import Workload
from weir.clock import Clock
from weir.journal import tell
from weir.printable import many
from weir.service import Service

logger = logging.getLogger(__name__)

_STEP_S = 0.25
_PAUSE_S = 0.5
_NO_ROOM_PAUSE_S = 5.0
_MEASURE_S = 600.0
_LONG_S = 3600.0
_AGAIN_S = 86_400.0


class Stopped(BaseException):
    """A long operation was broken off, because the daemon was asked to stop.

    It is not an ``Exception``, so that ``except Exception`` does not swallow it.
    """


class AnalysisDaemon:
    """Runs the main loop and holds everything that is open meanwhile.

    Args:
        folders: where everything is.
        lookout: claims what is ready in the inbox.
        workload: works what was claimed.
        inheritance: takes over what lies in done/ from older versions.
        publish: renews the copy of the record that people read.
        clock: used for every wait.
        service: is told what the daemon is doing, and says when to stop.
    """

    def __init__(
        self,
        folders: Folders,
        lookout: Lookout,
        workload: Workload,
        *,
        inheritance: Inheritance,
        publish: Callable[[], None] = lambda: None,
        clock: Clock,
        service: Service,
    ) -> None:
        self._publish = publish
        self._folders, self._lookout, self._workload = folders, lookout, workload
        self._inheritance = inheritance
        self._clock, self._service = clock, service
        self._since = Since(clock.monotonic())
        self._measured_s, self._told_s = self._since.at_s, float("-inf")
        self._beaten_s = float("-inf")
        self.progress = ProgressLine()

    def run(self) -> None:
        """Work until asked to stop."""
        with suppress(Stopped):
            self._workload.resume()
            while not self._service.stopping.requested:
                self._turn()

    def run_once(self) -> bool:
        """Work everything that is there now, then stop.

        Returns:
            True if all of it ended in done/, without trouble.
        """
        with suppress(Stopped):
            self._workload.resume()
            while not self._service.stopping.requested:
                self._turn()
                if self._is_over():
                    self.progress.clear()
                    # Files may have arrived, or clips become known, in the last turn.
                    self._lookout.look(self._clock.monotonic(), at_once=True)
                    if not self._is_over():
                        continue
                    self._lookout.forget()
                    return not (self._workload.troubles or self._lookout.waiting)
        return False

    def shut_down(self) -> None:
        """Log how much work is left; the caller then closes everything."""
        self.progress.clear()
        self._service.status("stopping")
        tell(logger, events.STOPPED, working=len(self._workload.in_work))

    def _is_over(self) -> bool:
        settled = self._lookout.is_settled and self._inheritance.is_over
        return self._workload.is_idle and settled

    def _turn(self) -> None:
        self._service.alive()
        self._lookout.look(self._clock.monotonic())
        self._workload.step(_STEP_S)
        if not (self._inheritance.is_over or self._workload.no_room):
            self._inheritance.step()
        self._publish()
        self._say()
        self._tell_backlog(self._clock.monotonic())
        if self._workload.no_room:
            self._clock.wait(_NO_ROOM_PAUSE_S, self._service.stopping)
        elif self._workload.is_waiting and self._inheritance.is_over:
            self._clock.wait(_PAUSE_S, self._service.stopping)

    def _say(self) -> None:
        work = self._workload
        if work.no_room:
            self._service.status(f"no room, waiting: {work.no_room}")
            return
        if work.is_idle:
            self.progress.clear()
            self._since = self._now()
            waiting = len(self._lookout.scan.settling) + len(self._lookout.waiting)
            more = f"; {many(waiting, 'file')} not ready yet" if waiting else ""
            self._service.status(f"idle{more}")
            return
        since, now, left = self._since, self._now(), work.clips_left
        done, size = now.clips - since.clips, now.bytes - since.bytes
        took_s = max(1e-3, now.at_s - since.at_s)
        speed = (now.frames - since.frames) / took_s
        worked = Done(done, done + left, size, work.bytes_left)
        soon = time_left(worked, took_s)
        words = (f"{soon} left" if soon else "", f"{speed:.0f} frames/s")
        self.progress.show(worked, *filter(None, words), work.now_working)
        clips = many(left, "clip")
        self._service.status(f"analysing {work.now_working}: {clips} left")

    def _now(self) -> Since:
        ended = self._workload.in_work
        return Since(self._clock.monotonic(), ended.ended, ended.frames, ended.bytes)

    def _beat(self) -> None:
        """Feed the watchdog, at most once a second."""
        now_s = self._clock.monotonic()
        if now_s - self._beaten_s >= 1:
            self._beaten_s = now_s
            self._service.alive()

    def _tell_backlog(self, now_s: float) -> None:
        """Check now and then whether the backlog grows, and warn once a day."""
        if now_s - self._measured_s < _MEASURE_S:
            return
        self._measured_s = now_s
        try:
            with reading(self._folders.results / FILE_NAME) as db:
                now = self._clock.now()
                backlog = measure(self._folders, Tally(db), now, self._beat)
        except (StoreError, OSError):
            return  # the work itself will find out what is wrong there
        eta_s = backlog.eta_s or 0.0
        if backlog.grows and eta_s >= _LONG_S and now_s - self._told_s >= _AGAIN_S:
            self._told_s = now_s
            tell(
                logger,
                events.BEHIND,
                waiting_h=round((backlog.waiting_s or 0.0) / 3600, 1),
                eta_h=round(eta_s / 3600, 1),
            )
