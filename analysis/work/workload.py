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
from typing import Optional

from analysis import events
from analysis.config import AnalysisSettings
from analysis.intake.claims import Claims
from analysis.intake.consignment import Consignment
from analysis.intake.crashes import Tries
from analysis.intake.custody import StillWritten
from analysis.intake.deliveries.delivery import DroppedClip
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
from analysis.work.attempt import Attempt, prepare
from analysis.work.attempts import Attempts
from analysis.work.executor import Executor
from analysis.work.identity import identify
from analysis.work.signing import Signer
from analysis.work.unforeseen import costs_one, reason_for
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

    Attributes:
        attempts: the clips that are with workers.
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
    ) -> None:
        self._folders, self._store = folders, store
        self._clock, self._heartbeat = clock, heartbeat
        self._config, self._deployment = settings.analysis, settings.deployment
        self._require_motion, self._models = require_motion, models
        self._room = Room(folders, settings.analysis.min_free_mb)
        self._tries = Tries(folders.tries)
        self._claims = Claims(folders, heartbeat)
        self._door = Door(folders, self._tries, self._room, heartbeat)
        self._claimed: deque[Path] = deque()
        self._resumed: frozenset[Path] = frozenset()
        self._open: list[Consignment] = []
        self._rejected = 0
        self.signer = Signer(folders.key)
        self.attempts = Attempts(
            store,
            executor,
            self._tries,
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
    def troubles(self) -> int:
        """Deliveries rejected and clips failed since the start."""
        return self._rejected + self.attempts.failed

    @property
    def clips_left(self) -> int:
        """Clips of open deliveries that have not ended."""
        return sum(len(c.delivery.clips) - len(c.outcomes) for c in self._open)

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
        over = any(consignment.is_over for consignment in self._open)
        return not (self._claimed or self.attempts or over)

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
        self.attempts.wait(wait_s)

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
            self.attempts.forgive()
        for consignment in self._open:
            consignment.delivery.close()

    def _settle(self) -> None:
        for attempt, exc in self.attempts.settle():
            self._lose(attempt.consignments, exc)
        for consignment in [c for c in self._open if c.is_over]:
            self._heartbeat()
            try:
                self._end(consignment)
            except Exception as exc:
                if isinstance(exc, OSError) or not costs_one(exc):
                    raise
                self._lose((consignment,), exc)

    def _begin(self) -> None:
        for _ in range(_MOST_AT_ONCE):
            self._heartbeat()
            consignment = next((c for c in self._open if c.pending), None)
            if self.attempts.is_full or not (consignment or self._claimed):
                return
            if consignment:
                self._begin_next(consignment)
            else:
                self._begin_delivery(self._claimed[0])
                self._claimed.popleft()

    def _begin_next(self, consignment: Consignment) -> None:
        try:
            self._begin_clip(consignment, consignment.pending[0])
        except Exception as exc:
            if not costs_one(exc):
                raise
            self._lose((consignment,), exc)
        else:
            consignment.pending.popleft()

    def _begin_delivery(self, claimed: Path) -> None:
        try:
            consignment = self._door.open(claimed)
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
        for problem in consignment.delivery.problems:
            tell(logger, events.UNREADABLE, archive=consignment.name, reason=problem)
        if consignment.is_zip:
            clips = consignment.delivery.clips
            known = sum(self.is_known(clip.sha256) for clip in clips)
            announce.accepted(consignment, known)
        self._open.append(consignment)

    def _lose(self, consignments: Iterable[Consignment], exc: Exception) -> None:
        """Give deliveries up, loudly; their bytes are kept in rejected/."""
        for consignment in consignments:
            if consignment in self._open:
                self._open.remove(consignment)
                consignment.delivery.close()
                self._reject(consignment.dropped, reason_for(exc, consignment.dropped))

    def _begin_clip(self, consignment: Consignment, clip: DroppedClip) -> None:
        sidecar, problem = consignment.delivery.sidecar(clip)
        record = identify(clip, sidecar, consignment.dropped, self._deployment)
        record = replace(record, received=format_utc(consignment.received))
        if problem:
            tell(logger, events.NO_SIDECAR, clip=clip.name, reason=problem)
        status = self._store.status_of(clip.sha256)
        if status == FAILED and consignment.dropped in self._resumed:
            # It had its tries before the restart; a poison file must not have more.
            consignment.note(clip, FAILED, "it failed before")
        elif status in (ANALYSED, SALVAGED):
            consignment.note(clip, self.attempts.learn(record), "")
        elif twin := self.attempts.at(clip.sha256):
            twin.join(consignment, clip, record)
        else:
            # A bare clip is only given a second name.
            self._room.check(clip.bytes if consignment.is_zip else 0)
            self.attempts.begin(self._prepared(consignment, clip, record))

    def _prepared(
        self, consignment: Consignment, clip: DroppedClip, record: ClipRecord
    ) -> Attempt:
        return prepare(
            consignment,
            clip,
            record,
            folder=self._folders.fetched,
            config=self._config,
            require_motion=self._require_motion,
            models=self._models,
            heartbeat=self._heartbeat,
        )

    def _end(self, consignment: Consignment) -> None:
        if consignment.spoilt:
            consignment.delivery.close()
            self._rejected -= 1  # its clip is counted
            self._reject(consignment.dropped, consignment.spoilt)
        else:
            now, keep = self._clock.now(), self._config.keep_done
            ending = consignment.ending(self._folders, now, keep_done=keep)
            self._store.add_effort(consignment.delivery.effort)
            self._store.add_log(consignment.delivery.log)
            if consignment.is_footage:
                self._store.add_archive(consignment.record(ending, now))
            self._store.check()  # a receipt promises that the rows are there
            consignment.end(self._folders, ending, self.signer.sign)
            announce.ended(consignment, ending, self._folders)
        self._open.remove(consignment)

    def _reject(self, claimed: Path, reason: str) -> None:
        self._folders.reject(self._folders.where(claimed), reason)
        self._rejected += 1
        name = encodable(str(claimed))
        tell(logger, events.REJECTED, archive=name, reason=reason)

    def _tell_room(self, reason: str) -> None:
        announce.room(self._folders.root, self.no_room, reason)
        self.no_room = reason
