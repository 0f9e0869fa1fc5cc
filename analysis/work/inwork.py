"""The clips in work: each from its submission to a worker until it is recorded.

A clip fails when a few workers have died on it. A clip that was in work each time the
daemon died is given up. Both are noted on the disk, so that no clip is tried for ever,
whatever is restarted.
"""

from __future__ import annotations

import contextlib
import logging
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import replace
from typing import Optional

from analysis import WorkerLost, events
from analysis.intake.crashes import Crashes
from analysis.record.file.sqlite import is_full
from analysis.record.store import Store, is_grave
from analysis.values.beginning import read_beginning
from analysis.values.heartbeat import Heartbeat
from analysis.values.job import Findings
from analysis.values.record import ClipRecord, Outcome
from analysis.values.seen import FAILED
from analysis.work.clipinwork import ClipInWork
from analysis.work.executor import Executor
from weir.clock import Clock
from weir.journal import tell

logger = logging.getLogger(__name__)

MOST_LOSSES = 2
"""How many workers may die on a clip before it has failed."""

MOST_CRASHES_IN_WORK = 25
"""How often the daemon may die with a clip in work before the clip has failed.

It is many, because the daemon dies of other things, too.
"""


class InWork:
    """The clips that are with workers.

    Args:
        run: the number of the run that findings belong to.
        heartbeat: called while something long goes on; may raise to end it.

    Attributes:
        ended, frames: how many clips and frames ended since the start.
    """

    def __init__(
        self,
        store: Store,
        executor: Executor,
        crashes: Crashes,
        *,
        run: int,
        clock: Clock,
        heartbeat: Heartbeat,
    ) -> None:
        self._store, self._executor, self._crashes = store, executor, crashes
        self._run, self._clock, self._heartbeat = run, clock, heartbeat
        self._running: dict[Future[Findings], ClipInWork] = {}
        self.ended = self.frames = 0

    def __len__(self) -> int:
        return len(self._running)

    @property
    def is_full(self) -> bool:
        """Whether every worker has a clip, and one more clip is ready."""
        return len(self._running) > self._executor.workers

    def at(self, sha256: str) -> Optional[ClipInWork]:
        """Find the clip in work that has these bytes."""
        running = self._running.values()
        return next((a for a in running if a.clip.sha256 == sha256), None)

    def begin(self, work: ClipInWork) -> None:
        """Give a clip to a worker.

        Raises:
            OSError: that cannot be noted.
        """
        deaths = self._crashes.begin(work.clip.sha256) - 1
        if deaths < MOST_CRASHES_IN_WORK:
            self._submit(work)
            return
        reason = f"the daemon died {deaths} times with it in work"
        self._keep(work, Outcome(FAILED, reason, None))

    def learn(self, record: ClipRecord) -> str:
        """Record what came later about a clip that is known.

        Returns:
            The clip's status, which may be another now.
        """
        before = self._store.status_of(record.sha256)
        if not self._store.learn(record, self._clock.now()):
            self._tell_foreign(record)
            return before
        tell(logger, events.LEARNED, clip=record.clip, start=record.start)
        row = self._store.newest(record.sha256)
        if row and row["status"] != before:
            tell(
                logger,
                events.SALVAGED,
                clip=record.clip,
                frames=row["frames_decoded"],
                expected=record.frames_expected or "unknown",
                fish=row["fish_frames"],
                reason=row["reason"],
            )
        return str(row["status"]) if row else before

    def _tell_foreign(self, record: ClipRecord) -> None:
        """Log that a sidecar was not used because it names other bytes."""
        named = record.sidecar.sha256 if record.sidecar else record.sha256
        known = self._store.sidecar_of(record.sha256)
        if named not in (record.sha256, known.sha256 if known else ""):
            reason = f"the clip is known, and it names other bytes (sha256 {named})"
            tell(logger, events.NO_SIDECAR, clip=record.clip, reason=reason)

    def settle(self) -> list[tuple[ClipInWork, Exception]]:
        """Commit the clips whose workers have answered.

        Returns:
            Clips that could not be committed, for an error that nobody foresaw.
        """
        lost: list[tuple[ClipInWork, Exception]] = []
        for future in [f for f in self._running if f.done()]:
            work = self._running[future]
            try:
                self._conclude(future, work)
            except Exception as exc:
                if is_grave(exc) or is_full(exc) or isinstance(exc, OSError):
                    raise
                self._running.pop(future, None)
                self._clean(work)
                lost.append((work, exc))
        return lost

    def wait(self, seconds: float) -> None:
        """Wait up to ``seconds`` until a worker answers."""
        running = [future for future in self._running if not future.done()]
        if running:
            wait(running, timeout=seconds, return_when=FIRST_COMPLETED)

    def forgive(self) -> None:
        """Note that the end of the daemon is not the fault of the clips in work."""
        for work in self._running.values():
            self._crashes.end(work.clip.sha256)

    def _submit(self, work: ClipInWork) -> None:
        future = self._executor.submit(work.job, work.deadline_s)
        self._running[future] = work

    def _conclude(self, future: Future[Findings], work: ClipInWork) -> None:
        try:
            outcome = work.conclude(future)
        except WorkerLost as exc:
            lost = self._crashes.begin(_losses(work))
            if lost < MOST_LOSSES:
                tell(logger, events.RETRIED, clip=work.clip.name, reason=str(exc))
                del self._running[future]
                self._submit(work)
                return
            outcome = Outcome(FAILED, str(exc), None)
        self._keep(work, outcome)
        del self._running[future]

    def _keep(self, work: ClipInWork, outcome: Outcome) -> None:
        # A bare video that fails is rejected, with no row in any table.
        if outcome.findings or work.in_archive:
            self._commit(work, outcome)
            outcome = self._with_later(work, outcome)
        work.note(outcome)
        self.ended += 1
        self.frames += len(outcome.findings.scores) if outcome.findings else 0
        self._clean(work)

    def _clean(self, work: ClipInWork) -> None:
        """Leave nothing of a clip in work on the disk."""
        work.job.path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            work.job.path.parent.rmdir()  # the last one leaves nothing behind
        for key in (work.clip.sha256, _losses(work)):
            self._crashes.end(key)

    def _commit(self, work: ClipInWork, outcome: Outcome) -> None:
        record, beginning = work.record, None
        if outcome.findings:
            # Now, not when it was taken: its stump may have been in work beside it.
            shorter = self._store.possible_stumps(record.bytes)
            path = work.job.path
            beginning = read_beginning(path, shorter, self._heartbeat)
        now = self._clock.now()
        self._store.commit(record, self._run, outcome, now, beginning=beginning)

    def _with_later(self, work: ClipInWork, outcome: Outcome) -> Outcome:
        """Add the sidecar that came while the clip was in work to its outcome."""
        if work.later and self._store.learn(work.later, self._clock.now()):
            row = self._store.newest(work.clip.sha256)
            if row:
                return replace(outcome, status=row["status"], reason=row["reason"])
        return outcome


def _losses(work: ClipInWork) -> str:
    return "lost-" + work.clip.sha256
