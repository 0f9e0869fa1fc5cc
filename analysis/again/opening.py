"""Opens what a reanalysis needs, beside a daemon that may run, and closes it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from analysis import events
from analysis.again.looking import LookingAgain
from analysis.again.pace import Pace
from analysis.again.publishing import publishing
from analysis.config import AnalysisSettings
from analysis.daemon import Stopped
from analysis.intake.crashes import Crashes
from analysis.intake.folders import Folders
from analysis.intake.kept import KeptFootage
from analysis.intake.room import Room
from analysis.models.trial import try_models
from analysis.progress import ClearingFilter
from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.runs.wanted import (
    Chosen,
    RunState,
    archives,
    require_camera,
    state_of,
)
from analysis.record.store import Store
from analysis.startup import MakeExecutor, requires_motion, run_settings
from analysis.values.facts import Facts
from analysis.work.choice import executor_for, require_executor
from analysis.work.dispatch import Fetch
from analysis.work.executor import Executor
from analysis.work.inwork import InWork
from weir.clock import Clock
from weir.journal import tell
from weir.service import Service, alone

logger = logging.getLogger(__name__)

AGAIN_LOCK = "again.lock"
_SCRATCH = ".again"
_BESIDE = partial(executor_for, beside=True)


@dataclass(frozen=True)
class Opened:
    """A reanalysis that is ready to begin.

    Attributes:
        run: the number of the run that the findings belong to.
        state: what the run has and lacks of the chosen clips.
        looking: does the work.
    """

    run: int
    state: RunState
    looking: LookingAgain


@contextmanager
def looking_again(
    settings: AnalysisSettings,
    chosen: Chosen,
    *,
    clock: Clock,
    service: Service,
    make_executor: MakeExecutor = _BESIDE,
) -> Iterator[Opened]:
    """Open everything, let the caller run it, and close it again.

    Raises:
        ModelError: a model cannot be used.
        StoreError: the record cannot be used, or has no footage of the camera.
        ServiceError: another reanalysis works in the folder.
        AnalysisError: the folder is another user's.
    """
    with ExitStack() as stack:
        yield Opening(settings, clock, service, stack).open(chosen, make_executor)


class Opening:
    """Opens everything that a reanalysis needs, one thing after the other.

    Args:
        settings: the config.
        clock: used for every recorded time and every wait.
        service: is told how far the work has come, and says when to stop.
        stack: closes what was opened, in reverse order.
    """

    def __init__(
        self,
        settings: AnalysisSettings,
        clock: Clock,
        service: Service,
        stack: ExitStack,
    ) -> None:
        self._settings, self._config = settings, settings.analysis
        self._clock, self._service, self._stack = clock, service, stack
        self._folders = Folders(self._config.folder)
        self._record = self._folders.results / FILE_NAME
        # Not a folder of the daemon's, which it empties at its start.
        self._scratch = self._folders.working / _SCRATCH

    def open(self, chosen: Chosen, make_executor: MakeExecutor) -> Opened:
        """Open everything, and find out what there is to do."""
        require_executor(self._config)
        facts = try_models(self._config)
        lock = alone(self._config.folder / AGAIN_LOCK)
        self._stack.enter_context(lock)
        self._stack.callback(shutil.rmtree, self._scratch, ignore_errors=True)
        store = self._open_record(chosen)
        run = store.run(self._seen_as(facts), self._clock.now())
        with reading(self._record) as db:
            state, deliveries = state_of(db, run, chosen), tuple(archives(db))
        kept = KeptFootage(self._folders, deliveries, state.lacks, self._beat)
        executor = make_executor(self._config, self._clock)
        self._stack.callback(executor.close)
        self._tell_start(run, state)
        return Opened(run, state, self._looking(store, kept, executor, run, facts))

    def _open_record(self, chosen: Chosen) -> Store:
        """Open the record; at the end, publish it where no daemon does that."""
        store = Store(self._record, beside=True)
        self._stack.enter_context(publishing(store, self._config, self._clock))
        self._stack.enter_context(store)
        with reading(self._record) as db:
            require_camera(db, chosen.camera)
        return store

    def _seen_as(self, facts: Facts) -> dict[str, Any]:
        motion = requires_motion(self._config, facts)
        return run_settings(self._settings, facts, require_motion=motion)

    def _looking(
        self,
        store: Store,
        kept: KeptFootage,
        executor: Executor,
        run: int,
        facts: Facts,
    ) -> LookingAgain:
        sizes = [clip.bytes for clip in kept.missing.values()]
        pace = Pace(sizes, self._folders.root, self._clock, self._service)
        for handler in logging.getLogger().handlers:
            handler.addFilter(ClearingFilter(pace.line))
        self._stack.callback(pace.line.clear)
        fetch = Fetch(
            self._scratch / "clips",
            self._settings,
            require_motion=requires_motion(self._config, facts),
            models=facts,
            heartbeat=self._beat,
        )
        in_work = InWork(
            store,
            executor,
            Crashes(self._scratch / "crashes"),
            run=run,
            clock=self._clock,
            heartbeat=self._beat,
        )
        return LookingAgain(
            kept,
            fetch,
            in_work,
            store,
            room=Room(self._folders, self._config.min_free_mb),
            pace=pace,
            clock=self._clock,
            stopping=self._service.stopping,
        )

    def _tell_start(self, run: int, state: RunState) -> None:
        clips, known = len(state.lacks), state.has
        tell(logger, events.AGAIN_STARTED, run=run, clips=clips, known=known)
        self._service.ready()

    def _beat(self) -> None:
        """Feed a watchdog. Raises Stopped if the reanalysis was asked to stop."""
        if self._service.stopping.requested:
            raise Stopped
        self._service.alive()
