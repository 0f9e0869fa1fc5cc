"""The clips that are with workers, from their submission to the record.

A clip may lose a few workers and then has failed; a daemon that dies with it in work
many times has met its like. Either is noted on the disk, so that no clip is tried for
ever, whatever is restarted.
"""

from __future__ import annotations

import contextlib
import logging
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Optional

from analysis import WorkerLost, events
from analysis.attempt import Attempt
from analysis.executor import Executor
from analysis.record import Outcome
from analysis.result import ClipResult
from analysis.store import Store
from analysis.tries import Tries
from analysis.values import FAILED
from weir.clock import Clock
from weir.journal import tell

logger = logging.getLogger(__name__)

MOST_LOSSES = 2
"""So many worker processes may be lost on a clip; then it has failed."""

MOST_DEATHS = 25
"""So often may the daemon die with a clip in work. It dies of other things, too."""


class Attempts:
    """The clips that are with workers.

    Args:
        run: the number of the run that results belong to.

    Attributes:
        failed, ended, frames: clips and frames since the start.
    """

    def __init__(
        self, store: Store, executor: Executor, tries: Tries, *, run: int, clock: Clock
    ) -> None:
        self._store, self._executor, self._tries = store, executor, tries
        self._run, self._clock = run, clock
        self._running: dict[Future[ClipResult], Attempt] = {}
        self.failed = self.ended = self.frames = 0

    def __len__(self) -> int:
        return len(self._running)

    @property
    def is_full(self) -> bool:
        """Whether no worker would have to wait for the next clip."""
        return len(self._running) > self._executor.workers

    def at(self, sha256: str) -> Optional[Attempt]:
        """The attempt at a clip of these bytes, where there is one."""
        attempts = self._running.values()
        return next((a for a in attempts if a.clip.sha256 == sha256), None)

    def begin(self, attempt: Attempt) -> None:
        """Give a clip to a worker; raises OSError when that cannot be noted."""
        deaths = self._tries.begin(attempt.clip.sha256) - 1
        if deaths < MOST_DEATHS:
            self._submit(attempt)
            return
        reason = f"the daemon died {deaths} times with it in work"
        self._keep(attempt, Outcome(FAILED, reason, None))

    def settle(self) -> None:
        """Commit those that are over."""
        for future in [f for f in self._running if f.done()]:
            self._conclude(future, self._running[future])

    def wait(self, seconds: float) -> None:
        """Wait until one is over, at most so long."""
        running = [future for future in self._running if not future.done()]
        if running:
            wait(running, timeout=seconds, return_when=FIRST_COMPLETED)

    def close(self) -> None:
        """Forget them; they are begun again at the next start."""
        for attempt in self._running.values():
            self._tries.end(attempt.clip.sha256)  # the daemon did not die of it

    def _submit(self, attempt: Attempt) -> None:
        future = self._executor.submit(attempt.job, attempt.deadline_s)
        self._running[future] = attempt

    def _conclude(self, future: Future[ClipResult], attempt: Attempt) -> None:
        try:
            outcome = attempt.conclude(future)
        except WorkerLost as exc:
            lost = self._tries.begin(_losses(attempt))
            if lost < MOST_LOSSES:
                tell(logger, events.RETRIED, clip=attempt.clip.name, reason=str(exc))
                del self._running[future]
                self._submit(attempt)
                return
            outcome = Outcome(FAILED, str(exc), None)
        self._keep(attempt, outcome)
        del self._running[future]

    def _keep(self, attempt: Attempt, outcome: Outcome) -> None:
        # A bare video that fails is rejected, with no row in any table.
        if outcome.result or attempt.in_archive:
            now = self._clock.now()
            self._store.commit(attempt.record, self._run, outcome, now)
            for _, _, record in attempt.others:
                self._store.learn(record, now)  # another sidecar may have come with it
        attempt.note(outcome)
        self.ended += 1
        self.frames += len(outcome.result.scores) if outcome.result else 0
        self.failed += outcome.status == FAILED
        attempt.job.path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            attempt.job.path.parent.rmdir()  # the last one leaves nothing behind
        for key in (attempt.clip.sha256, _losses(attempt)):
            self._tries.end(key)


def _losses(attempt: Attempt) -> str:
    return "lost-" + attempt.clip.sha256
