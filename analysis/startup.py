"""The start of the desk's daemon, and its end: what is opened, in which order.

The models are tried first, which needs nothing of the folder; then there must be room,
nobody else at work, and a record that is whole. What was opened last is closed first.
"""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, Callable

from analysis import events
from analysis.config import AnalysisConfig, AnalysisSettings
from analysis.daemon import AnalysisDaemon, Stopped
from analysis.intake.crashes import Crashes
from analysis.intake.folders import LOCK_NAME, Folders, make_folder
from analysis.intake.inbox import Inbox
from analysis.intake.inheritance import Inheritance
from analysis.intake.room import Room
from analysis.models.trial import try_models
from analysis.progress import ClearingFilter
from analysis.record.file.publication import Publication
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.file.soundness import require_kept, require_sound
from analysis.record.file.sqlite import explaining
from analysis.record.store import Store
from analysis.values.facts import Facts
from analysis.values.seen import METHOD
from analysis.work.executor import Executor, LocalExecutor
from analysis.work.lookout import Lookout
from analysis.work.workload import Workload
from weir import __version__
from weir.clock import Clock
from weir.journal import tell
from weir.service import Service, alone

logger = logging.getLogger(__name__)

_NO_ROOM_PAUSE_S = 5.0
_MORE_S = 60.0

MakeExecutor = Callable[[int], Executor]


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
        record = folders.results / FILE_NAME
        publication = Publication(record, clock, config.min_free_mb * 1e6)
        stack.enter_context(explaining(record, even_full=True))
        store = _open_record(folders, service)
        # After the record was closed, so that the copy is the last that is written.
        stack.callback(
            lambda: publication.finish(
                store.changes, lambda: service.more_time(_MORE_S)
            )
        )
        stack.enter_context(store)
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
                models=facts,
                clock=clock,
                heartbeat=heartbeat,
                publish=lambda: publication.hasten(
                    store.changes, is_idle=work.is_ending
                ),
            )
        )
        crashes, settle_s = Crashes(folders.crashes), config.settle_seconds
        inbox = Inbox(folders.inbox, settle_s, crashes, work.is_known, heartbeat)
        lookout = Lookout(inbox, work)
        daemon = AnalysisDaemon(
            folders,
            lookout,
            work,
            inheritance=Inheritance(folders, room, work.signer.sign, heartbeat),
            publish=lambda: publication.step(store.changes, is_idle=work.is_idle),
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
            tell(logger, events.STOPPED, working=len(work.in_work))


def _open_record(folders: Folders, service: Service) -> Store:
    """Open the record, and see that it is there and whole.

    Raises:
        StoreError: it is not.
    """
    record = folders.results / FILE_NAME

    def heartbeat() -> None:
        service.more_time(_MORE_S)
        if service.stopping.requested:
            raise Stopped

    require_kept(record, folders.receipts)
    store = Store(record)
    try:
        service.status("checking the record")
        with suppress(Stopped):
            require_sound(record, heartbeat)
    except BaseException:
        store.close()
        raise
    return store


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
