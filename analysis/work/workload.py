"""Works everything that was claimed from the inbox and has not ended.

Each worker has a clip, and one more clip is ready, so that no worker waits. The state
in memory changes only after the change was made on the disk. Work that is interrupted
(no room, a stop, a kill) is done again from the last commit.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Callable, Optional

from analysis import events
from analysis.config import AnalysisSettings
from analysis.earlier import EarlierClips
from analysis.intake.byproducts import Byproducts
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
from analysis.values.seen import ANALYSED, SALVAGED
from analysis.work import announce
from analysis.work.dispatch import Dispatch, Fetch
from analysis.work.endings import Endings
from analysis.work.executor import Executor
from analysis.work.inwork import InWork
from analysis.work.signing import Signer
from analysis.work.unforeseen import costs_one, reason_for
from weir.clock import Clock
from weir.journal import tell

_MOST_AT_ONCE = 50  # deliveries and clips per step, to not hold up the main loop
logger = logging.getLogger(__name__)


class Workload:
    """Holds all that was claimed, and moves it on with each ``step``.

    Args:
        folders: where everything is.
        store: the record.
        executor: runs the workers.
        run: the number of the run that the findings belong to.
        settings: the config.
        require_motion: whether encounters in which nothing moves count as static.
        models: the models that the run recorded; None to use the files as they are.
        clock: dates what is recorded.
        heartbeat: called during long operations; it may raise to break them off.
        publish: called when all rows of a delivery are written, before its receipt.

    Attributes:
        in_work: the clips that workers have.
        signer: signs the receipts.
        no_room: why nothing can be worked now; empty when it can.
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
        config, crashes = settings.analysis, Crashes(folders.crashes)
        self._folders, self._store, self._heartbeat = folders, store, heartbeat
        self._room = Room(folders, config.min_free_mb)
        self._claims = Claims(folders, heartbeat)
        self._door = Door(folders, crashes, self._room, heartbeat)
        self._claimed: deque[Path] = deque()
        self._resumed: frozenset[Path] = frozenset()
        self._open: list[Delivery] = []
        self._byproducts = Byproducts()
        self.signer = Signer(folders.key)
        self.in_work = InWork(
            store,
            executor,
            crashes,
            run=run,
            clock=clock,
            heartbeat=heartbeat,
            compare=EarlierClips(folders, store, heartbeat).compare,
        )
        fetch = Fetch(
            folders.fetched,
            settings,
            require_motion=require_motion,
            models=models,
            heartbeat=heartbeat,
        )
        self._dispatch = Dispatch(store, self.in_work, self._room, fetch, settings)
        self._endings = Endings(
            folders,
            store,
            self.signer,
            clock,
            settings=settings,
            publish=publish,
            heartbeat=heartbeat,
        )
        self.no_room = ""

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing left to do."""
        return not (self._claimed or self._open)

    @property
    def is_ending(self) -> bool:
        """Whether all clips have ended, so that only deliveries are left to end."""
        return not self._claimed and all(d.is_over for d in self._open)

    @property
    def troubles(self) -> int:
        """The number of rejected deliveries, plus failed clips in the others."""
        return self._endings.troubles

    @property
    def clips_left(self) -> int:
        """How many clips of open deliveries have not ended."""
        return sum(len(d.contents.clips) - len(d.outcomes) for d in self._open)

    @property
    def bytes_left(self) -> int:
        """How many bytes of clips of open deliveries have not ended."""
        return sum(delivery.bytes_left for delivery in self._open)

    @property
    def now_working(self) -> str:
        """The name of the delivery that is being worked; empty if there is none."""
        return self._open[0].name if self._open else ""

    @property
    def shortage(self) -> str:
        """Why nothing may be claimed now; empty if files may be claimed."""
        return self.no_room or self._room.shortage()

    @property
    def is_waiting(self) -> bool:
        """Whether there is nothing to do until a file is dropped."""
        over = any(delivery.is_over for delivery in self._open)
        return not (self._claimed or self.in_work or over)

    def claim(self, dropped: Path, seen: Stamp) -> None:
        """Take a ready file out of the inbox.

        Raises:
            NoRoom: there is too little room for the copy that will be made of it.
            OSError: it cannot be moved, or is not the file that was seen.
        """
        self._room.check(seen[0])
        self._claimed.append(self._claims.claim(dropped, seen))

    def resume(self) -> None:
        """Continue with the files that an earlier daemon had claimed."""
        self._claimed.extend(self._claims.left())
        self._resumed = frozenset(self._claimed)

    def is_known(self, sha256: str) -> bool:
        """Whether a clip is in the record, analysed or salvaged."""
        return self._store.status_of(sha256) in (ANALYSED, SALVAGED)

    def step(self, wait_s: float) -> None:
        """Commit finished clips, begin new ones, and wait up to ``wait_s`` seconds."""
        try:
            self._settle()
            self._room.check()
            self._begin()
            self._byproducts.tell(self._claimed)
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
        """Close everything; unfinished work is done again at the next start.

        An error that ends the daemon counts as a crash of each clip in work, because
        one of them may be the cause, and would be again at every start. It does not
        count if the record, the models or the workers failed.
        """
        if not isinstance(exc, Exception) or is_grave(exc):
            self.in_work.forgive()
        self._byproducts.tell()
        for delivery in self._open:
            delivery.contents.close()

    def _settle(self) -> None:
        for lost, exc in self.in_work.settle():
            self._lose(lost.deliveries, exc)
        for delivery in [d for d in self._open if d.is_over]:
            self._heartbeat()
            try:
                self._endings.end(delivery)
                self._open.remove(delivery)
            except Exception as exc:
                if isinstance(exc, OSError) or not costs_one(exc):
                    raise
                self._lose((delivery,), exc)

    def _begin(self) -> None:
        for _ in range(_MOST_AT_ONCE):
            self._heartbeat()
            delivery = next((d for d in self._open if d.pending), None)
            if self.in_work.is_full or not (delivery or self._claimed):
                return
            if delivery:
                self._begin_next(delivery)
            else:
                self._begin_delivery(self._claimed[0])
                self._claimed.popleft()

    def _begin_next(self, delivery: Delivery) -> None:
        try:
            self._dispatch.begin(delivery, delivery.pending[0])
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
            self._endings.reject(claimed, reason_for(exc, claimed))
            return
        for problem in delivery.contents.problems:
            tell(logger, events.UNREADABLE, archive=delivery.name, reason=problem)
        announce.unread(delivery)
        if delivery.is_zip:
            clips = delivery.contents.clips
            known = sum(self.is_known(clip.sha256) for clip in clips)
            announce.accepted(delivery, known)
        self._byproducts.note(delivery)
        delivery.is_resumed = claimed in self._resumed
        self._open.append(delivery)

    def _lose(self, deliveries: Iterable[Delivery], exc: Exception) -> None:
        """Give up deliveries after an error, and keep their bytes in rejected/."""
        for delivery in deliveries:
            if delivery in self._open:
                self._open.remove(delivery)
                delivery.contents.close()
                reason = reason_for(exc, delivery.dropped)
                self._endings.reject(delivery.dropped, reason)

    def _tell_room(self, reason: str) -> None:
        announce.room(self._folders.root, self.no_room, reason)
        self.no_room = reason
