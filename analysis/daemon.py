"""The desk's daemon: start up, look and work until asked to stop, shut down.

The inbox is looked at on a timer; what is ready is claimed and worked. The watchdog is
fed by this loop, which nothing blocks for long: the work is in other processes.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Callable, Optional

from analysis import StoreError, events
from analysis.backlog import measure
from analysis.config import AnalysisConfig, AnalysisSettings
from analysis.executor import Executor, LocalExecutor
from analysis.folders import LOCK_NAME, Folders, make_folder
from analysis.inbox import Inbox
from analysis.inheritance import Inheritance
from analysis.lookout import Lookout
from analysis.models.facts import ModelFacts
from analysis.models.trial import try_models
from analysis.progress import ClearingFilter, ProgressLine
from analysis.room import Room
from analysis.store import FILE_NAME, Store, reading
from analysis.tally import Tally
from analysis.tries import Tries
from analysis.values import METHOD
from analysis.workload import Workload
from weir import __version__
from weir.clock import Clock
from weir.journal import tell
from weir.service import Service, alone

logger = logging.getLogger(__name__)

_STEP_S = 0.25
_PAUSE_S = 0.5
_NO_ROOM_PAUSE_S = 5.0
_MEASURE_S = 600.0
_LONG_S = 3600.0
_AGAIN_S = 86_400.0

Facts = tuple[ModelFacts, Optional[ModelFacts]]
MakeExecutor = Callable[[int], Executor]


class Stopped(BaseException):
    """Something long was broken off, because the daemon was asked to stop.

    It is no ``Exception``: nobody who forgives errors on the way may keep it.
    """


class AnalysisDaemon:
    """Everything that is open while the daemon runs."""

    def __init__(
        self,
        folders: Folders,
        lookout: Lookout,
        workload: Workload,
        *,
        inheritance: Inheritance,
        clock: Clock,
        service: Service,
    ) -> None:
        self._folders, self._lookout, self._workload = folders, lookout, workload
        self._inheritance = inheritance
        self._clock, self._service = clock, service
        self._started_s = clock.monotonic()
        self._measured_s, self._told_s = self._started_s, float("-inf")
        self.progress = ProgressLine()

    def run(self) -> None:
        """Work until asked to stop."""
        with suppress(Stopped):
            self._workload.resume()
            while not self._service.stopping.requested:
                self._turn()

    def run_once(self) -> bool:
        """Work what is there; whether all of it ended in done/."""
        with suppress(Stopped):
            self._workload.resume()
            while not self._service.stopping.requested:
                self._turn()
                if self._is_over():
                    self.progress.clear()
                    # Something may have come, or become known, in the last turn.
                    self._lookout.look(self._clock.monotonic(), at_once=True)
                    if not self._is_over():
                        continue
                    self._lookout.forget()
                    return not (self._workload.troubles or self._lookout.waiting)
        return False

    def _is_over(self) -> bool:
        settled = self._lookout.is_settled and self._inheritance.is_over
        return self._workload.is_idle and settled

    def _turn(self) -> None:
        self._service.alive()
        self._lookout.look(self._clock.monotonic())
        self._workload.step(_STEP_S)
        if not (self._inheritance.is_over or self._workload.no_room):
            self._inheritance.step()
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
            waiting = len(self._lookout.scan.settling) + len(self._lookout.waiting)
            self._service.status(f"idle; {waiting} files are not ready yet")
            return
        done, left = work.attempts.ended, work.clips_left
        elapsed_s = max(1e-3, self._clock.monotonic() - self._started_s)
        speed = work.attempts.frames / elapsed_s
        self.progress.show(
            done, done + left, f"{speed:.0f} frames/s {work.now_working}"
        )
        self._service.status(f"analysing {work.now_working}: {left} clips left")

    def _tell_backlog(self, now_s: float) -> None:
        """Look now and then whether the queue grows; tell it once a day."""
        if now_s - self._measured_s < _MEASURE_S:
            return
        self._measured_s = now_s
        try:
            with reading(self._folders.results / FILE_NAME) as db:
                backlog = measure(self._folders, Tally(db), self._clock.now())
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


@contextmanager
def working(
    settings: AnalysisSettings,
    *,
    clock: Clock,
    service: Service,
    make_executor: MakeExecutor = LocalExecutor,
) -> Iterator[AnalysisDaemon]:
    """Start up, and shut down when the block is left.

    Raises:
        ModelError: a model cannot be used.
        StoreError: the record cannot be used.
        ServiceError: another process works in the folder.
        OSError: a folder cannot be made.
    """
    config, folders = settings.analysis, Folders(settings.analysis.folder)
    service.status("trying the models")
    facts = try_models(config)
    make_folder(folders.root)

    beat_s = float("-inf")

    def heartbeat() -> None:
        nonlocal beat_s
        if service.stopping.requested:
            raise Stopped
        if clock.monotonic() - beat_s >= 1:
            beat_s = clock.monotonic()
            service.alive()

    room = Room(folders, config.min_free_mb)
    _wait_for_room(room, folders, clock, service)
    with alone(folders.root / LOCK_NAME), ExitStack() as stack:
        folders.make()
        store = stack.enter_context(Store(folders.results / FILE_NAME))
        require_motion = requires_motion(config, facts)
        seen_as = run_settings(settings, facts, require_motion=require_motion)
        run = store.run(seen_as, clock.now())
        executor = make_executor(config.workers)
        stack.callback(executor.close)
        work = stack.enter_context(
            Workload(
                folders,
                store,
                executor,
                run=run,
                settings=settings,
                require_motion=require_motion,
                clock=clock,
                heartbeat=heartbeat,
            )
        )
        tries, settle_s = Tries(folders.tries), config.settle_seconds
        inbox = Inbox(folders.inbox, settle_s, tries, work.is_known, heartbeat)
        lookout = Lookout(inbox, work)
        daemon = AnalysisDaemon(
            folders,
            lookout,
            work,
            inheritance=Inheritance(folders, room, work.signer.sign, heartbeat),
            clock=clock,
            service=service,
        )
        _tell_start(settings, facts, run, executor.workers)
        work.signer.check()
        service.ready()
        for handler in logging.getLogger().handlers:
            handler.addFilter(ClearingFilter(daemon.progress))
        try:
            yield daemon
        finally:
            daemon.progress.clear()
            tell(logger, events.STOPPED, working=len(work.attempts))


def _wait_for_room(
    room: Room, folders: Folders, clock: Clock, service: Service
) -> None:
    """Let time pass while not even the lock can be written for want of room."""
    told = False
    while (reason := room.shortage()) and not service.stopping.requested:
        if not told:
            tell(logger, events.NO_ROOM, folder=folders.root, reason=reason)
        told = True
        service.status(f"no room, waiting: {reason}")
        service.more_time(10 * _NO_ROOM_PAUSE_S)
        clock.wait(_NO_ROOM_PAUSE_S, service.stopping)
    if told and not reason:
        tell(logger, events.ROOM_AGAIN, folder=folders.root)


def requires_motion(config: AnalysisConfig, facts: Facts) -> bool:
    """Decide whether what does not move counts; "auto" asks the detector's kind."""
    if isinstance(config.require_motion, bool):
        return config.require_motion
    return facts[0].is_whole_frame


def run_settings(
    settings: AnalysisSettings, facts: Facts, *, require_motion: bool
) -> dict[str, Any]:
    """All that decides what is seen: two runs with the same of it are the same run."""
    config, (detector, classifier) = settings.analysis, facts
    return {
        "detector": dataclasses.asdict(detector),
        "classifier": dataclasses.asdict(classifier) if classifier else None,
        "rotate": config.rotate,
        "encounter_gap_s": config.encounter_gap_s,
        "require_motion": require_motion,
        "assumed_framerate": config.assumed_framerate,
        "method": METHOD,
    }


def _tell_start(
    settings: AnalysisSettings, facts: Facts, run: int, workers: int
) -> None:
    for model in facts:
        if model is not None:
            decided = f"{model.why}; {model.normalise_source}"
            tell(logger, events.DECIDED, model=model.file, decided=decided)
    tell(
        logger,
        events.STARTED,
        version=__version__,
        inbox=settings.analysis.folder / "inbox",
        model=facts[0].file,
        engine=f"{facts[0].engine} {facts[0].engine_version}",
        workers=workers,
        run=run,
    )
