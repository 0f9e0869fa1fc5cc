"""Starts the host's daemon and shuts it down.

The models are tried first, because that needs nothing from the folder. Then startup
waits for room on the disk, locks the folder against a second daemon, and checks that
the record is whole.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from typing import Any, Callable

from analysis import events
from analysis.config import AnalysisConfig, AnalysisSettings
from analysis.corrections import fill_and_log
from analysis.daemon import AnalysisDaemon, Stopped
from analysis.intake.crashes import Crashes
from analysis.intake.folders import LOCK_NAME, Folders, make_folder, names_around
from analysis.intake.inbox import Inbox
from analysis.intake.inheritance import Inheritance
from analysis.intake.room import Room
from analysis.models.usable import require_usable
from analysis.progress import ClearingFilter
from analysis.record.file.publication import Publication
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.file.soundness import require_kept, require_sound
from analysis.record.file.sqlite import explaining
from analysis.record.store import Store
from analysis.values.facts import Facts
from analysis.values.seen import METHOD
from analysis.work.choice import executor_for, require_executor
from analysis.work.executor import Executor
from analysis.work.lookout import Lookout
from analysis.work.workload import Workload
from weir import __version__
from weir.clock import Clock
from weir.journal import tell
from weir.service import Service, alone

logger = logging.getLogger(__name__)

_NO_ROOM_PAUSE_S = 5.0
_MORE_S = 60.0

MakeExecutor = Callable[[AnalysisConfig, Clock], Executor]


@contextmanager
def working(
    settings: AnalysisSettings,
    *,
    clock: Clock,
    service: Service,
    make_executor: MakeExecutor = executor_for,
) -> Iterator[AnalysisDaemon]:
    """Start the daemon, let the caller run its main loop, and shut it down.

    Yields:
        The daemon, ready to run.

    Raises:
        ConfigError: a model or the cluster's address cannot be used.
        StoreError: the record cannot be used.
        ServiceError: another process works in the folder.
        OSError: a folder cannot be made.
    """
    with ExitStack() as stack:
        daemon = Startup(settings, clock, service, stack).open(make_executor)
        try:
            yield daemon
        finally:
            daemon.shut_down()


class Startup:
    """Opens everything that the daemon needs, one thing after the other.

    Args:
        settings: the config.
        clock: used for every recorded time and every wait.
        service: is told how far the start has come, and says when to stop.
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
        self._room = Room(self._folders, self._config.min_free_mb)
        self._beat_s = float("-inf")

    def open(self, make_executor: MakeExecutor) -> AnalysisDaemon:
        """Open everything that the daemon needs, and make the daemon.

        Returns:
            The daemon, ready to run.

        Raises:
            ConfigError, StoreError, ServiceError, OSError: see ``working``.
        """
        require_executor(self._config)
        facts = require_usable(self._config, self._service)
        self._claim_folder()
        store, publication = self._open_record()
        executor = make_executor(self._config, self._clock)
        self._stack.callback(executor.close)
        work = self._workload(facts, store, executor, publication)
        daemon = self._daemon(
            work, lambda: publication.step(store.changes, is_idle=work.is_idle)
        )
        work.signer.check()
        self._service.ready()
        return daemon

    def _claim_folder(self) -> None:
        """Wait until there is room, and lock the folder against a second daemon."""
        make_folder(self._folders.root)
        self._wait_for_room()
        self._stack.enter_context(alone(self._folders.root / LOCK_NAME))
        self._folders.make()

    def _wait_for_room(self) -> None:
        """Wait until the disk has enough room, or the daemon is asked to stop."""
        told, folder = False, self._folders.root
        stopping = self._service.stopping
        while (reason := self._room.shortage()) and not stopping.requested:
            if not told:
                tell(logger, events.NO_ROOM, folder=folder, reason=reason)
            told = True
            self._service.status(f"no room, waiting: {reason}")
            self._service.more_time(10 * _NO_ROOM_PAUSE_S)
            self._clock.wait(_NO_ROOM_PAUSE_S, stopping)
        if told and not reason:
            tell(logger, events.ROOM_AGAIN, folder=folder)

    def _open_record(self) -> tuple[Store, Publication]:
        """Open the record, and check that it is there and whole.

        Returns:
            The record, and the copy of it that people read.
        """
        record = self._folders.results / FILE_NAME
        publication = Publication(record, self._clock, self._config.min_free_mb * 1e6)
        self._stack.enter_context(explaining(record, even_full=True))
        require_kept(record, self._folders.receipts)
        store = Store(record)
        # This runs after the record is closed, so that the copy is written last.
        self._stack.callback(lambda: publication.finish(store.changes, self._more_time))
        self._stack.enter_context(store)
        self._service.status("checking the record")
        with suppress(Stopped):
            require_sound(record, self._check_on)
        fill_and_log(store, self._settings)
        return store, publication

    def _workload(
        self,
        facts: Facts,
        store: Store,
        executor: Executor,
        publication: Publication,
    ) -> Workload:
        require_motion = requires_motion(self._config, facts)
        seen_as = run_settings(self._settings, facts, require_motion=require_motion)
        run = store.run(seen_as, self._clock.now())
        work = self._stack.enter_context(
            Workload(
                self._folders,
                store,
                executor,
                run=run,
                settings=self._settings,
                require_motion=require_motion,
                models=facts,
                clock=self._clock,
                heartbeat=self._beat,
                publish=lambda: publication.hasten(
                    store.changes, is_idle=work.is_ending
                ),
            )
        )
        _tell_start(self._settings, facts, run, executor.workers)
        return work

    def _daemon(self, work: Workload, publish: Callable[[], None]) -> AnalysisDaemon:
        inbox = Inbox(
            self._folders.inbox,
            self._config.settle_seconds,
            Crashes(self._folders.crashes),
            work.is_known,
            self._beat,
            partial(names_around, self._folders),
        )
        daemon = AnalysisDaemon(
            self._folders,
            Lookout(inbox, work, self._clock),
            work,
            inheritance=Inheritance(
                self._folders, self._room, work.signer.sign, self._beat
            ),
            publish=publish,
            clock=self._clock,
            service=self._service,
        )
        for handler in logging.getLogger().handlers:
            handler.addFilter(ClearingFilter(daemon.progress))
        return daemon

    def _beat(self) -> None:
        """Feed the watchdog at most once a second.

        Raises:
            Stopped: the daemon was asked to stop.
        """
        self._raise_if_stopped()
        if self._clock.monotonic() - self._beat_s >= 1:
            self._beat_s = self._clock.monotonic()
            self._service.alive()

    def _check_on(self) -> None:
        """Ask systemd for more time while the record is checked.

        Raises:
            Stopped: the daemon was asked to stop.
        """
        self._more_time()
        self._raise_if_stopped()

    def _more_time(self) -> None:
        self._service.more_time(_MORE_S)

    def _raise_if_stopped(self) -> None:
        if self._service.stopping.requested:
            raise Stopped


def requires_motion(config: AnalysisConfig, facts: Facts) -> bool:
    """Decide whether an encounter counts only if something moves in it.

    ``auto`` means yes for detectors that judge whole frames.
    """
    if isinstance(config.require_motion, bool):
        return config.require_motion
    return facts[0].is_whole_frame


def run_settings(
    settings: AnalysisSettings, facts: Facts, *, require_motion: bool
) -> dict[str, Any]:
    """Collect all settings that affect what is seen in footage.

    If none of them has changed, the daemon continues the same run.
    """
    config, (detector, classifier, verifier) = settings.analysis, facts
    budget = config.verifier.verifier_frames_per_hour
    return {
        "detector": dataclasses.asdict(detector),
        "classifier": dataclasses.asdict(classifier) if classifier else None,
        "verifier": dataclasses.asdict(verifier) if verifier else None,
        "verifier_frames_per_hour": budget if verifier else 0,
        "rotate": config.rotate,
        "encounter_gap_s": config.encounter_gap_s,
        "require_motion": require_motion,
        "level_camera": config.level_camera,
        "assumed_framerate": config.assumed_framerate,
        "keep_above": config.detector.keep_above,
        "reuse_below": config.detector.reuse_below,
        "sample_fps": config.sample_fps,
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
