"""The workload: what was claimed from the inbox, on its way to the record.

As many clips as there are workers are in work and one more waits, so that no worker has
to. State changes only after what it stands for has happened on the disk; whatever is
interrupted (no room, a stop, a kill) is done again from the last commit.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Callable, Optional

from analysis import events
from analysis.config import AnalysisSettings
from analysis.intake.claims import Claims
from analysis.intake.crashes import Crashes
from analysis.intake.custody import StillWritten
from analysis.intake.delivery import Delivery
from analysis.intake.door import Door
from analysis.intake.folders import Folders
from analysis.intake.listing import Stamp
from analysis.intake.room import NoRoom, Room, is_no_room
from analysis.record.file.sqlite import is_full
from analysis.record.store import Store, is_grave
from analysis.values.facts import Facts
from analysis.values.heartbeat import Heartbeat
from analysis.values.record import ClipRecord
from analysis.values.seen import ANALYSED, FAILED, SALVAGED
from analysis.work import announce
from analysis.work.clipinwork import ClipInWork, prepare
from analysis.work.executor import Executor
from analysis.work.identity import identify
from analysis.work.inwork import InWork
from analysis.work.signing import Signer
from analysis.work.unforeseen import costs_one, reason_for
from weir.archive import DroppedClip
from weir.clip import encodable
from weir.clock import Clock, format_utc
from weir.journal import tell

_MOST_AT_ONCE = 50  # deliveries and clips in one step; the loop has more to do
logger = logging.getLogger(__name__)


class Workload:
    """What has been claimed; moved on by ``step``.

    Args:
        run: the number of the run that results belong to.
        require_motion: whether encounters in which nothing moves are static.
        models: as the run's record has them; None for whatever lies there.
        heartbeat: called while something long goes on; may raise to end it.
        publish: called when all rows of a delivery are written, before its receipt.

    Attributes:
        in_work: the clips that are with workers.
        signer: of the receipts.
        no_room: why nothing can be taken now; empty when it can.
    """

    def __init__(
        self,
        folders: Folders,
        store: Store,
        executor: Executor,
        *,
        run: int,
        settings: AnalysisSettings,
        require_motion: bool,
        models: Optional[Facts] = None,
        clock: Clock,
        heartbeat: Heartbeat,
        publish: Callable[[], None] = lambda: None,
    ) -> None:
        self._folders, self._store = folders, store
        self._publish = publish
        self._clock, self._heartbeat = clock, heartbeat
        self._config, self._deployment = settings.analysis, settings.deployment
        self._require_motion, self._models = require_motion, models
        self._room = Room(folders, settings.analysis.min_free_mb)
        self._crashes = Crashes(folders.crashes)
        self._claims = Claims(folders, heartbeat)
        self._door = Door(folders, self._crashes, self._room, heartbeat)
        self._claimed: deque[Path] = deque()
        self._resumed: frozenset[Path] = frozenset()
        self._open: list[Delivery] = []
        self._rejected = 0
        self.signer = Signer(folders.key)
        self.in_work = InWork(
            store,
            executor,
            self._crashes,
            run=run,
            clock=clock,
            heartbeat=heartbeat,
        )
        self.no_room = ""

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing left to do."""
        return not (self._claimed or self._open)

    @property
    def is_ending(self) -> bool:
        """Whether nothing is left but to end what is over."""
        return not self._claimed and all(c.is_over for c in self._open)

    @property
    def troubles(self) -> int:
        """Deliveries rejected and clips failed since the start."""
        return self._rejected + self.in_work.failed

    @property
    def clips_left(self) -> int:
        """Clips of open deliveries that have not ended."""
        return sum(len(c.contents.clips) - len(c.outcomes) for c in self._open)

    @property
    def now_working(self) -> str:
        """The delivery that is being worked, for people; empty when none is."""
        return self._open[0].name if self._open else ""

    @property
    def shortage(self) -> str:
        """Why nothing should be taken now; empty when it can be."""
        return self.no_room or self._room.shortage()

    @property
    def is_waiting(self) -> bool:
        """Whether there is nothing to do until something comes."""
        over = any(delivery.is_over for delivery in self._open)
        return not (self._claimed or self.in_work or over)

    def claim(self, dropped: Path, seen: Stamp) -> None:
        """Take a ready file out of the inbox.

        Raises:
            NoRoom: there is too little for the copy of it that will be made.
            OSError: it cannot be moved, or is not what was seen.
        """
        self._room.check(seen[0])
        self._claimed.append(self._claims.claim(dropped, seen))

    def resume(self) -> None:
        """Take up what a daemon before this one had claimed."""
        self._claimed.extend(self._claims.left())
        self._resumed = frozenset(self._claimed)

    def is_known(self, sha256: str) -> bool:
        """Whether the clip of these bytes is in the record, analysed or salvaged."""
        return self._store.status_of(sha256) in (ANALYSED, SALVAGED)

    def step(self, wait_s: float) -> None:
        """Commit what is over, begin what can be begun, and wait a little."""
        try:
            self._settle()
            self._room.check()
            self._begin()
        except Exception as exc:
            if not (is_no_room(exc) or is_full(exc)):
                raise
            self._tell_room(str(exc))
        else:
            self._tell_room("")
        self.in_work.wait(wait_s)

    def __enter__(self) -> Workload:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        exc: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        """Let go of everything; what is not ended is done again.

        An error that ends the daemon counts as a death of what was in work: that may
        be the cause, and would be at every start. It is not where the record, the
        models or the workers failed.
        """
        if not isinstance(exc, Exception) or is_grave(exc):
            self.in_work.forgive()
        for delivery in self._open:
            delivery.contents.close()

    def _settle(self) -> None:
        for lost, exc in self.in_work.settle():
            self._lose(lost.deliveries, exc)
        for delivery in [c for c in self._open if c.is_over]:
            self._heartbeat()
            try:
                self._end(delivery)
            except Exception as exc:
                if isinstance(exc, OSError) or not costs_one(exc):
                    raise
                self._lose((delivery,), exc)

    def _begin(self) -> None:
        for _ in range(_MOST_AT_ONCE):
            self._heartbeat()
            delivery = next((c for c in self._open if c.pending), None)
            if self.in_work.is_full or not (delivery or self._claimed):
                return
            if delivery:
                self._begin_next(delivery)
            else:
                self._begin_delivery(self._claimed[0])
                self._claimed.popleft()

    def _begin_next(self, delivery: Delivery) -> None:
        try:
            self._begin_clip(delivery, delivery.pending[0])
        except Exception as exc:
            if not costs_one(exc):
                raise
            self._lose((delivery,), exc)
        else:
            delivery.pending.popleft()

    def _begin_delivery(self, claimed: Path) -> None:
        try:
            delivery = self._door.open(claimed)
        except FileNotFoundError:
            return  # somebody took it away
        except (NoRoom, StillWritten):
            self._claims.give_back(claimed)  # the lookout tells, if it stays like that
            return
        except Exception as exc:
            if not costs_one(exc):
                raise
            self._reject(claimed, reason_for(exc, claimed))
            return
        for problem in delivery.contents.problems:
            tell(logger, events.UNREADABLE, archive=delivery.name, reason=problem)
        if delivery.is_zip:
            clips = delivery.contents.clips
            known = sum(self.is_known(clip.sha256) for clip in clips)
            announce.accepted(delivery, known)
        self._open.append(delivery)

    def _lose(self, deliveries: Iterable[Delivery], exc: Exception) -> None:
        """Give deliveries up, loudly; their bytes are kept in rejected/."""
        for delivery in deliveries:
            if delivery in self._open:
                self._open.remove(delivery)
                delivery.contents.close()
                self._reject(delivery.dropped, reason_for(exc, delivery.dropped))

    def _begin_clip(self, delivery: Delivery, clip: DroppedClip) -> None:
        sidecar, problem = delivery.contents.sidecar(clip)
        record = identify(clip, sidecar, delivery.dropped, self._deployment)
        record = replace(record, received=format_utc(delivery.received))
        if problem:
            tell(logger, events.NO_SIDECAR, clip=clip.name, reason=problem)
        status = self._store.status_of(clip.sha256)
        if status == FAILED and delivery.dropped in self._resumed:
            # It was tried before the restart; a poison file must not be again.
            delivery.note(clip, FAILED, "it failed before")
        elif status in (ANALYSED, SALVAGED):
            delivery.note(clip, self.in_work.learn(record), "")
        elif twin := self.in_work.at(clip.sha256):
            twin.join(delivery, clip, record)
        else:
            # A bare clip is only given a second name.
            self._room.check(clip.bytes if delivery.is_zip else 0)
            self.in_work.begin(self._prepared(delivery, clip, record))

    def _prepared(
        self, delivery: Delivery, clip: DroppedClip, record: ClipRecord
    ) -> ClipInWork:
        return prepare(
            delivery,
            clip,
            record,
            folder=self._folders.fetched,
            config=self._config,
            require_motion=self._require_motion,
            models=self._models,
            heartbeat=self._heartbeat,
        )

    def _end(self, delivery: Delivery) -> None:
        if delivery.spoilt:
            delivery.contents.close()
            self._rejected -= 1  # its clip is counted
            self._reject(delivery.dropped, delivery.spoilt)
        else:
            now, keep = self._clock.now(), self._config.keep_done
            ending = delivery.ending(self._folders, now, keep_done=keep)
            self._store.add_effort(delivery.contents.effort)
            self._store.add_log(delivery.contents.log)
            if delivery.is_footage:
                self._store.add_archive(delivery.record(ending, now))
            self._publish()
            self._store.check()  # a receipt promises that the rows are there
            delivery.end(self._folders, ending, self.signer.sign)
            announce.ended(delivery, ending, self._folders)
        self._open.remove(delivery)

    def _reject(self, claimed: Path, reason: str) -> None:
        self._folders.reject(self._folders.where(claimed), reason)
        self._rejected += 1
        name = encodable(str(claimed))
        tell(logger, events.REJECTED, archive=name, reason=reason)

    def _tell_room(self, reason: str) -> None:
        announce.room(self._folders.root, self.no_room, reason)
        self.no_room = reason
