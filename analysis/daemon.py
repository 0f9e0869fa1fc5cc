"""The desk's daemon: start up, look and work until asked to stop, shut down.

The inbox is looked at on a timer; what is ready is claimed and worked. The watchdog is
fed by this loop, which nothing blocks for long: the work is in other processes.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional

from analysis import events
from analysis.config import AnalysisSettings
from analysis.executor import Executor, LocalExecutor
from analysis.folders import Folders
from analysis.inbox import Inbox, Scan
from analysis.models import ModelFacts
from analysis.models.trial import try_models
from analysis.pipeline import requires_motion
from analysis.progress import ClearingFilter, ProgressLine
from analysis.store import FILE_NAME, Store
from analysis.workload import Workload
from weir import __version__
from weir.clock import Clock
from weir.journal import tell
from weir.service import Service, alone

logger = logging.getLogger(__name__)

LOCK_NAME = "lock"
_LOOK_S = 0.5
_STEP_S = 0.25
_AGAIN_S = 86_400.0

Facts = tuple[ModelFacts, Optional[ModelFacts]]
MakeExecutor = Callable[[int], Executor]


class AnalysisDaemon:
    """Everything that is open while the daemon runs.

    Attributes:
        scan: what the last look at the inbox saw.
    """

    def __init__(
        self, inbox: Inbox, workload: Workload, *, clock: Clock, service: Service
    ) -> None:
        self._inbox, self._workload = inbox, workload
        self._clock, self._service = clock, service
        self._looked_s = float("-inf")
        self._told: dict[Path, float] = {}
        self._started_s = clock.monotonic()
        self.scan = Scan()
        self.progress = ProgressLine()

    def run(self) -> None:
        """Work until asked to stop."""
        while not self._service.stopping.requested:
            self._turn()

    def run_once(self) -> bool:
        """Work what is there; whether all of it ended in done/."""
        while not self._service.stopping.requested:
            self._turn()
            if self._workload.is_idle and not (self.scan.ready or self.scan.settling):
                self.progress.clear()
                return not (self._workload.troubles or self.scan.waiting)
        return False

    def _turn(self) -> None:
        self._service.alive()
        self._look()
        self._workload.step(_STEP_S)
        self._say()
        if not self._workload.in_work:
            self._clock.wait(_LOOK_S, self._service.stopping)

    def _look(self) -> None:
        now_s = self._clock.monotonic()
        if now_s - self._looked_s < _LOOK_S:
            return
        self._looked_s = now_s
        self.scan = self._inbox.scan(now_s)
        self._tell_waiting(now_s)
        if not self._workload.no_room:
            for path in self.scan.ready:
                self._claim(path)

    def _claim(self, path: Path) -> None:
        try:
            self._workload.claim(path)
        except FileNotFoundError:
            pass  # somebody took it back, or it went with its clip
        except PermissionError as exc:
            reason = f"it may not be moved ({exc.strerror})"
            self._tell_incomplete(path, 0, 0.0, reason)

    def _tell_waiting(self, now_s: float) -> None:
        """Report what does not become whole: once, and again daily."""
        here = {entry.path for entry in self.scan.waiting}
        self._told = {path: s for path, s in self._told.items() if path in here}
        for entry in self.scan.waiting:
            if now_s - self._told.get(entry.path, float("-inf")) >= _AGAIN_S:
                self._told[entry.path] = now_s
                self._tell_incomplete(entry.path, entry.bytes, entry.quiet_s, entry.why)

    def _tell_incomplete(
        self, path: Path, size: int, quiet_s: float, reason: str
    ) -> None:
        tell(
            logger,
            events.INCOMPLETE,
            file=str(path),
            bytes=size,
            quiet_s=round(quiet_s),
            reason=reason,
        )

    def _say(self) -> None:
        work = self._workload
        if work.no_room:
            self._service.status(f"no room, waiting: {work.no_room}")
            return
        if work.is_idle:
            self.progress.clear()
            waiting = len(self.scan.settling) + len(self.scan.waiting)
            self._service.status(f"idle; {waiting} files are not ready yet")
            return
        done, left = work.clips_ended, work.clips_left
        elapsed_s = max(1e-3, self._clock.monotonic() - self._started_s)
        note = f"{work.frames_ended / elapsed_s:.0f} frames/s  {work.now_working}"
        self.progress.show(done, done + left, note)
        self._service.status(f"analysing {work.now_working}: {left} clips left")


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
    config = settings.analysis
    service.status("trying the models")
    facts = try_models(config)
    folders = Folders(config.folder)
    folders.root.mkdir(parents=True, exist_ok=True)
    with alone(folders.root / LOCK_NAME):
        folders.make()
        with Store(folders.results / FILE_NAME) as store:
            run = store.run(run_settings(settings, facts), clock.now())
            executor = make_executor(config.workers)
            work = Workload(
                folders,
                store,
                executor,
                run=run,
                settings=settings,
                clock=clock,
                heartbeat=service.alive,
            )
            inbox = Inbox(folders.inbox, config.settle_seconds)
            daemon = AnalysisDaemon(inbox, work, clock=clock, service=service)
            _tell_start(settings, facts, run, executor.workers)
            work.resume()
            service.ready()
            for handler in logging.getLogger().handlers:
                handler.addFilter(ClearingFilter(daemon.progress))
            try:
                yield daemon
            finally:
                daemon.progress.clear()
                executor.close()
                tell(logger, events.STOPPED, working=work.in_work)


def run_settings(settings: AnalysisSettings, facts: Facts) -> dict[str, Any]:
    """All that decides what is seen: two runs with the same of it are the same run."""
    config, (detector, classifier) = settings.analysis, facts
    whole_frame = detector.kind == "classifier"
    return {
        "detector": dataclasses.asdict(detector),
        "classifier": dataclasses.asdict(classifier) if classifier else None,
        "rotate": config.rotate,
        "encounter_gap_s": config.encounter_gap_s,
        "require_motion": requires_motion(config, whole_frame=whole_frame),
        "assumed_framerate": config.assumed_framerate,
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
