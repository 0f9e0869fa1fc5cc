"""The workload: what was claimed from the inbox, on its way to the record.

As many clips as there are workers are in work and one more waits, so that no worker has
to. State changes only after what it stands for has happened on the disk; whatever is
interrupted (no room, a stop, a kill) is done again from the last commit.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from analysis import DecodeError, events
from analysis.attempt import Attempt, prepare
from analysis.attempts import Attempts
from analysis.config import AnalysisSettings
from analysis.consignment import Consignment, Ending, claimed_at
from analysis.delivery import Delivery, DroppedClip, Heartbeat
from analysis.executor import Executor
from analysis.folders import Folders
from analysis.identity import identify
from analysis.inbox import MOST_DEATHS
from analysis.listing import stamp_of
from analysis.opening import open_delivery
from analysis.record import ArchiveRecord, ClipRecord
from analysis.room import Room, is_no_room
from analysis.signing import Signer
from analysis.store import Store, is_full
from analysis.tries import Tries, opening_key
from analysis.values import ANALYSED, FAILED, SALVAGED
from weir import ContractError
from weir.archive import ArchiveError
from weir.clip import encodable
from weir.clock import Clock, format_utc
from weir.journal import tell

logger = logging.getLogger(__name__)


class Workload:
    """What has been claimed; moved on by ``step``.

    Args:
        run: the number of the run that results belong to.
        require_motion: whether encounters in which nothing moves are static.
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
        clock: Clock,
        heartbeat: Heartbeat,
    ) -> None:
        self._folders, self._store = folders, store
        self._clock, self._heartbeat = clock, heartbeat
        self._config, self._deployment = settings.analysis, settings.deployment
        self._require_motion = require_motion
        self._room = Room(folders, settings.analysis.min_free_mb)
        self._tries = Tries(folders.tries)
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

    def claim(self, dropped: Path) -> None:
        """Take a ready file out of the inbox; raises OSError."""
        path = self._folders.claim(dropped)
        self._claimed.append(path.relative_to(self._folders.working))

    def resume(self) -> None:
        """Take up what a daemon before this one had claimed."""
        self._claimed.extend(sorted(self._folders.claimed()))
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

    def close(self) -> None:
        """Let go of everything; what is not ended is done again."""
        self.attempts.close()
        for consignment in self._open:
            consignment.delivery.close()

    def _settle(self) -> None:
        self.attempts.settle()
        for consignment in [c for c in self._open if c.is_over]:
            self._end(consignment)

    def _begin(self) -> None:
        while not self.attempts.is_full:
            consignment = next((c for c in self._open if c.pending), None)
            if consignment:
                self._begin_clip(consignment, consignment.pending[0])
                consignment.pending.popleft()
                if consignment.is_over:
                    self._end(consignment)
            elif self._claimed:
                self._begin_delivery(self._claimed[0])
                self._claimed.popleft()
            else:
                return

    def _begin_delivery(self, dropped: Path) -> None:
        path = self._folders.working / dropped
        try:
            stamp = stamp_of(path)
            delivery = self._opened(path, opening_key(stamp))
        except FileNotFoundError:
            return  # somebody took it away
        except (ArchiveError, DecodeError, ContractError) as exc:
            self._reject(path, dropped, str(exc))
            return
        except OSError as exc:
            if is_no_room(exc):
                raise
            self._reject(path, dropped, f"it cannot be read ({exc.strerror})")
            return
        pending = deque(delivery.clips)
        received = claimed_at(path)
        consignment = Consignment(path, dropped, received, stamp, delivery, pending)
        for problem in delivery.problems:
            tell(logger, events.UNREADABLE, archive=consignment.name, reason=problem)
        if consignment.is_zip:
            self._tell_accepted(consignment)
        self._open.append(consignment)
        if consignment.is_over:
            self._end(consignment)

    def _opened(self, path: Path, key: str) -> Delivery:
        if self._tries.count(key) >= MOST_DEATHS:
            raise DecodeError(f"the daemon died {MOST_DEATHS} times while opening it")
        self._tries.begin(key)
        try:
            return open_delivery(path, self._heartbeat)
        finally:
            self._tries.end(key)

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
            heartbeat=self._heartbeat,
        )

    def _end(self, consignment: Consignment) -> None:
        if consignment.spoilt:
            consignment.delivery.close()
            self._rejected -= 1  # its clip is counted
            self._reject(consignment.path, consignment.dropped, consignment.spoilt)
        else:
            now, keep = self._clock.now(), self._config.keep_done
            ending = consignment.ending(self._folders, now, keep_done=keep)
            self._store.add_effort(consignment.delivery.effort)
            if consignment.is_footage:
                self._store.add_archive(_ended(consignment, ending, now))
            consignment.end(self._folders, ending, self.signer.sign)
            self._tell_end(consignment, ending)
        self._open.remove(consignment)

    def _reject(self, path: Path, dropped: Path, reason: str) -> None:
        self._folders.reject(path, reason)
        self._rejected += 1
        name = encodable(str(dropped))
        tell(logger, events.REJECTED, archive=name, reason=reason)

    def _tell_accepted(self, consignment: Consignment) -> None:
        clips = consignment.delivery.clips
        tell(
            logger,
            events.ACCEPTED,
            archive=consignment.name,
            clips=len(clips),
            known=sum(self.is_known(clip.sha256) for clip in clips),
        )

    def _tell_end(self, consignment: Consignment, ending: Ending) -> None:
        receipt = ending.target.relative_to(self._folders.receipts)
        if consignment.is_zip:
            tell(
                logger,
                events.DONE,
                archive=consignment.name,
                clips=len(consignment.outcomes),
                new=consignment.new,
                failed=consignment.failed,
                receipt=encodable(str(receipt)) if ending.receipt.clips else "none",
            )

    def _tell_room(self, reason: str) -> None:
        folder = str(self._folders.root)
        if reason and not self.no_room:
            tell(logger, events.NO_ROOM, folder=folder, reason=reason)
        if self.no_room and not reason:
            tell(logger, events.ROOM_AGAIN, folder=folder)
        self.no_room = reason


def _ended(consignment: Consignment, ending: Ending, now: datetime) -> ArchiveRecord:
    return ArchiveRecord(
        name=ending.receipt.archive,
        received=format_utc(consignment.received),
        finished=format_utc(now),
        clips=len(consignment.outcomes),
        failed=consignment.failed,
        bytes=consignment.bytes,
    )
