"""The workload: what was claimed from the inbox, on its way to the record.

As many clips as there are workers are in work and one more waits, so that no worker has
to. State changes only after what it stands for has happened on the disk; whatever is
interrupted (no room, a stop, a kill) is done again from the last commit.
"""

from __future__ import annotations

import errno
import logging
import shutil
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import Callable

from analysis import DecodeError, events
from analysis.attempt import MOST_TRIES, Attempt, prepare
from analysis.config import AnalysisSettings
from analysis.consignment import Consignment
from analysis.delivery import DroppedClip, open_delivery
from analysis.executor import Executor, WorkerLost
from analysis.folders import Folders
from analysis.identity import identify
from analysis.result import ClipResult
from analysis.store import Outcome, Store, is_full
from analysis.values import ANALYSED, FAILED, SALVAGED
from weir.archive import ArchiveError
from weir.clock import Clock
from weir.journal import tell

logger = logging.getLogger(__name__)

_FULL = (errno.ENOSPC, errno.EDQUOT)


class Workload:
    """What has been claimed; moved on by ``step``.

    Args:
        run: the number of the run that results belong to.
        heartbeat: called while something long goes on.

    Attributes:
        troubles: deliveries rejected and clips failed since the start.
        no_room: why nothing can be taken now; empty when it can.
        clips_ended, frames_ended: since the start.
    """

    def __init__(
        self,
        folders: Folders,
        store: Store,
        executor: Executor,
        *,
        run: int,
        settings: AnalysisSettings,
        clock: Clock,
        heartbeat: Callable[[], None],
    ) -> None:
        self._folders, self._store, self._executor = folders, store, executor
        self._run, self._clock, self._heartbeat = run, clock, heartbeat
        self._config, self._deployment = settings.analysis, settings.deployment
        self._claimed: deque[Path] = deque()
        self._resumed: frozenset[Path] = frozenset()
        self._open: list[Consignment] = []
        self._attempts: dict[Future[ClipResult], Attempt] = {}
        self.troubles = self.clips_ended = self.frames_ended = 0
        self.no_room = ""

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing left to do."""
        return not (self._claimed or self._open)

    @property
    def in_work(self) -> int:
        """Clips that are with a worker now."""
        return len(self._attempts)

    @property
    def clips_left(self) -> int:
        """Clips of open deliveries that have not ended."""
        return sum(len(c.delivery.clips) - len(c.outcomes) for c in self._open)

    @property
    def now_working(self) -> str:
        """The delivery that is being worked, for people; empty when none is."""
        return str(self._open[0].dropped) if self._open else ""

    def claim(self, dropped: Path) -> None:
        """Take a ready file out of the inbox; raises OSError."""
        path = self._folders.claim(dropped)
        self._claimed.append(path.relative_to(self._folders.working))

    def resume(self) -> None:
        """Take up what a daemon before this one had claimed."""
        self._claimed.extend(sorted(self._folders.claimed()))
        self._resumed = frozenset(self._claimed)

    def step(self, wait_s: float) -> None:
        """Commit what is over, begin what can be begun, and wait a little."""
        try:
            self._settle()
            self._begin()
        except Exception as exc:
            if not _is_no_room(exc):
                raise
            self._tell_room(str(exc))
        else:
            self._tell_room("")
        if self._attempts:
            wait(list(self._attempts), timeout=wait_s, return_when=FIRST_COMPLETED)

    def _settle(self) -> None:
        for future in [f for f in self._attempts if f.done()]:
            self._conclude(future, self._attempts[future])
        for consignment in [c for c in self._open if c.is_over]:
            self._end(consignment)

    def _begin(self) -> None:
        while len(self._attempts) <= self._executor.workers:
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
        if not path.exists():
            return  # the sidecar of a clip, which has gone with it
        try:
            delivery = open_delivery(path, self._heartbeat)
        except (ArchiveError, DecodeError) as exc:
            self._reject(path, dropped, str(exc))
            return
        consignment = Consignment(
            path, dropped, self._clock.now(), delivery, deque(delivery.clips)
        )
        for problem in delivery.problems:
            tell(logger, events.UNREADABLE, archive=str(dropped), reason=problem)
        if not consignment.is_bare:
            self._tell_accepted(consignment)
        self._open.append(consignment)
        if consignment.is_over:
            self._end(consignment)

    def _begin_clip(self, consignment: Consignment, clip: DroppedClip) -> None:
        record = identify(clip, consignment.dropped, self._deployment)
        if clip.sidecar_problem:
            problem = clip.sidecar_problem
            tell(logger, events.NO_SIDECAR, clip=clip.name, reason=problem)
        status = self._store.status_of(clip.sha256)
        if status == FAILED and consignment.dropped in self._resumed:
            # It had its tries before the restart; a poison file must not have more.
            consignment.note(clip, FAILED, "it failed before")
            return
        if status in (ANALYSED, SALVAGED):
            if self._store.learn(record, self._clock.now()):
                tell(logger, events.LEARNED, clip=clip.name, start=record.start)
            consignment.note(clip, status, "")
            return
        for attempt in self._attempts.values():
            if attempt.clip.sha256 == clip.sha256:
                attempt.others.append((consignment, clip))
                return
        self._keep_room(clip.bytes)
        folder, config = self._folders.fetched, self._config
        self._submit(prepare(consignment, clip, record, folder=folder, config=config))

    def _is_known(self, clip: DroppedClip) -> bool:
        return self._store.status_of(clip.sha256) in (ANALYSED, SALVAGED)

    def _keep_room(self, needed: int) -> None:
        free = shutil.disk_usage(self._folders.root).free
        if free < needed + self._config.min_free_mb * 1e6:
            least = f"analysis.min_free_mb = {self._config.min_free_mb:g}"
            raise OSError(errno.ENOSPC, f"{free // 10**6} MB are free; {least}")

    def _submit(self, attempt: Attempt) -> None:
        future = self._executor.submit(attempt.job, attempt.deadline_s)
        self._attempts[future] = attempt

    def _conclude(self, future: Future[ClipResult], attempt: Attempt) -> None:
        try:
            outcome = attempt.conclude(future)
        except WorkerLost as exc:
            if attempt.tries < MOST_TRIES:
                attempt.tries += 1
                tell(logger, events.RETRIED, clip=attempt.clip.name, reason=str(exc))
                del self._attempts[future]
                self._submit(attempt)
                return
            outcome = Outcome(FAILED, str(exc), None)
        self._keep(attempt, outcome)
        del self._attempts[future]
        attempt.job.path.unlink(missing_ok=True)

    def _keep(self, attempt: Attempt, outcome: Outcome) -> None:
        # A bare video that fails is rejected, with no row in any table.
        if outcome.result or not attempt.consignment.is_bare:
            now = self._clock.now()
            self._store.commit(attempt.record, self._run, outcome, now)
        attempt.note(outcome)
        self.clips_ended += 1
        self.frames_ended += len(outcome.result.scores) if outcome.result else 0
        self.troubles += outcome.status == FAILED

    def _end(self, consignment: Consignment) -> None:
        if consignment.spoilt:
            consignment.delivery.close()
            self._reject(consignment.path, consignment.dropped, consignment.spoilt)
        else:
            self._store.add_effort(consignment.delivery.effort)
            receipt = consignment.end(
                self._folders,
                self._store,
                self._clock.now(),
                keep_done=self._config.keep_done,
            )
            self._tell_end(consignment, receipt)
        self._open.remove(consignment)

    def _reject(self, path: Path, dropped: Path, reason: str) -> None:
        self._folders.reject(path, reason)
        self.troubles += 1
        tell(logger, events.REJECTED, archive=str(dropped), reason=reason)

    def _tell_accepted(self, consignment: Consignment) -> None:
        clips = consignment.delivery.clips
        tell(
            logger,
            events.ACCEPTED,
            archive=str(consignment.dropped),
            clips=len(clips),
            known=sum(self._is_known(clip) for clip in clips),
        )

    def _tell_end(self, consignment: Consignment, receipt: str) -> None:
        if not consignment.is_bare:
            tell(
                logger,
                events.DONE,
                archive=str(consignment.dropped),
                clips=len(consignment.outcomes),
                new=consignment.new,
                failed=consignment.failed,
                receipt=receipt or "none",
            )

    def _tell_room(self, reason: str) -> None:
        folder = str(self._folders.root)
        if reason and not self.no_room:
            tell(logger, events.NO_ROOM, folder=folder, reason=reason)
        if self.no_room and not reason:
            tell(logger, events.ROOM_AGAIN, folder=folder)
        self.no_room = reason


def _is_no_room(exc: Exception) -> bool:
    return is_full(exc) or (isinstance(exc, OSError) and exc.errno in _FULL)
