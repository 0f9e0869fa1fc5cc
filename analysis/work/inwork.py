"""Keeps the clips that workers have, until each is in the record.

A clip fails when a few workers have died on it. It also fails when the daemon has died
many times while a worker had it. Both are counted on the disk, so that no clip is tried
for ever, even across restarts.
"""

from __future__ import annotations

import contextlib
import logging
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import replace
from typing import Any, Callable, Optional

from analysis import WorkerLost, events
from analysis.intake.crashes import Crashes
from analysis.origin.localtime import NO_ZONE
from analysis.record.file.sqlite import is_full
from analysis.record.looks.weighing import MOST_CLIPS, Doubts
from analysis.record.store import Store, is_grave
from analysis.values.beginning import Beginning, read_beginning
from analysis.values.heartbeat import Heartbeat
from analysis.values.job import Findings
from analysis.values.rate import Rate
from analysis.values.record import ClipRecord, Outcome
from analysis.values.seen import FAILED
from analysis.work import announce
from analysis.work.clipinwork import ClipInWork
from analysis.work.executor import Executor
from weir.clock import Clock
from weir.journal import tell

logger = logging.getLogger(__name__)

Compare = Callable[[str, Beginning], Beginning]
MOST_LOSSES = 2
"""A clip fails when this many workers have died on it. When they have died on what a
verifier was asked about it, the clip is kept without."""

MOST_CRASHES_IN_WORK = 25
"""A clip fails when the daemon has died this often with the clip in work.

The number is high, because the daemon may also die for other reasons.
"""


class InWork:
    """Keeps the clips that workers have, and commits their findings.

    Args:
        run: the number of the run that the findings belong to.
        heartbeat: called during long operations; it may raise to break them off.
        compare: reads the clips of before that a new one may be a copy of; see
            ``analysis.earlier``.

    Attributes:
        ended: how many clips have ended since the start.
        frames, bytes: how many frames and bytes these clips had.
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
        compare: Compare = lambda _, beginning: beginning,
    ) -> None:
        self._store, self._executor, self._crashes = store, executor, crashes
        self._run, self._clock, self._heartbeat = run, clock, heartbeat
        self._running: dict[Future[Any], ClipInWork] = {}
        self.ended = self.frames = self.bytes = 0
        self._told: set[str] = set()
        self._doubts = Doubts()
        self._compare = compare

    def __len__(self) -> int:
        return len(self._running)

    @property
    def is_full(self) -> bool:
        """Whether every worker has a clip, and one more clip is ready."""
        return len(self._running) > self._executor.workers

    def at(self, sha256: str) -> Optional[ClipInWork]:
        """Return the clip in work with this sha256, or None."""
        running = self._running.values()
        return next((a for a in running if a.clip.sha256 == sha256), None)

    def begin(self, work: ClipInWork) -> None:
        """Give a clip to a worker.

        Raises:
            OSError: the note about it cannot be written.
        """
        deaths = self._crashes.begin(work.clip.sha256) - 1
        if deaths < MOST_CRASHES_IN_WORK:
            work.job = self._store.reuse.settled(work.job, self._run)
            if self._doubts.is_open and self._store.looks(self._run) < MOST_CLIPS:
                work.job = replace(work.job, probes=True)
            self._submit(work)
            return
        reason = f"the daemon died {deaths} times with it in work"
        self._keep(work, Outcome(FAILED, reason, None))

    def learn(self, record: ClipRecord) -> str:
        """Record what arrived later about a clip that is in the record already.

        Returns:
            The clip's status, which may have changed by this.
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
            The clips that could not be committed, each with its unexpected error.
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
        """Wait until a worker answers, but no longer than ``seconds``."""
        running = [future for future in self._running if not future.done()]
        if running:
            wait(running, timeout=seconds, return_when=FIRST_COMPLETED)

    def forgive(self) -> None:
        """Do not count the end of the daemon as a crash of the clips in work."""
        for work in self._running.values():
            self._crashes.end(work.clip.sha256)

    def _submit(self, work: ClipInWork) -> None:
        self._running[self._executor.submit(*work.next_job)] = work

    def _conclude(self, future: Future[Any], work: ClipInWork) -> None:
        outcome: Optional[Outcome] = None
        try:
            outcome = work.after(work.conclude(future))
        except WorkerLost as exc:
            lost = self._crashes.begin(work.losses)
            if lost < MOST_LOSSES:
                tell(logger, events.RETRIED, clip=work.clip.name, reason=str(exc))
            else:
                outcome = work.give_up(str(exc))
        if outcome:
            self._keep(work, outcome)
        else:
            self._submit(work)
        del self._running[future]

    def _keep(self, work: ClipInWork, outcome: Outcome) -> None:
        # A bare video that fails is rejected, with no row in any table.
        outcome = self._doubts.weighed(outcome)
        if outcome.findings or work.is_recorded_anyway:
            self._commit(work, outcome)
            announce.reuse(self._store, self._run, outcome.findings)
            self._tell_doubt(work.record)
            self._tell_rate(work.record, outcome.findings)
            announce.unused(work.record.clip, work.times_problem, outcome.findings)
            outcome = self._with_later(work, outcome)
        work.note(outcome)
        self.ended += 1
        self.bytes += work.clip.bytes
        self.frames += len(outcome.findings.scores) if outcome.findings else 0
        self._clean(work)

    def _clean(self, work: ClipInWork) -> None:
        """Remove the temporary file and the crash notes of a clip."""
        work.job.path.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            work.job.path.parent.rmdir()  # works only for the last clip
        for key in work.notes:
            self._crashes.end(key)

    def _commit(self, work: ClipInWork, outcome: Outcome) -> None:
        record, now, copies = work.record, self._clock.now(), self._store.copies
        if not work.is_again:
            beginning = self._beginning(work, outcome)
            self._store.commit(record, self._run, outcome, now, beginning=beginning)
        else:
            self._store.add_look(record, self._run, outcome, now)
            if not (outcome.findings and copies.lack(record.sha256)):
                return
            if beginning := self._beginning(work, outcome):
                copies.complete(record, beginning, outcome)
        for lost in copies.settle(record.sha256):
            clip, by, reason = lost.clip.clip, lost.by.clip, lost.reason
            tell(logger, events.SUPERSEDED, clip=clip, by=by, reason=reason)

    def _beginning(self, work: ClipInWork, outcome: Outcome) -> Optional[Beginning]:
        """Read what a clip is recognised by; None of a clip in which nothing was seen.

        It is read when the clip has been looked at, because a stump of it may have been
        in work at the same time.
        """
        if not outcome.findings:
            return None
        record = work.record
        shorter = self._store.possible_stumps(record.bytes)
        found = read_beginning(work.job.path, shorter, self._heartbeat)
        return self._compare(record.sha256, found)

    def _tell_doubt(self, record: ClipRecord) -> None:
        """Log once what the config lacks, and for each clip what else is not clear."""
        doubt = record.told.doubt
        kind = NO_ZONE if doubt.startswith(NO_ZONE) else doubt
        if not doubt or record.sidecar or kind in self._told:
            return
        tell(logger, events.START_DOUBTED, clip=record.clip, reason=doubt)
        if kind == NO_ZONE:
            self._told.add(kind)

    def _tell_rate(self, record: ClipRecord, findings: Optional[Findings]) -> None:
        """Log a rate that the stream contradicts, and once that there is none."""
        if findings is None or record.sidecar:
            return
        stream, unbelieved = findings.stream_rate, findings.unbelieved_rate
        rate = Rate(findings.framerate, findings.framerate_from, stream)
        if unbelieved:
            tell(
                logger,
                events.RATE_UNBELIEVED,
                clip=record.clip,
                stated=f"{unbelieved:.4g}",
                used=f"{rate.fps:.4g}",
                source=rate.source or "nothing",
            )
        if not rate.source and "rate" not in self._told:
            self._told.add("rate")
            tell(logger, events.RATE_UNKNOWN, clip=record.clip)
        elif rate.is_doubtful:
            tell(
                logger,
                events.RATE_DOUBTED,
                clip=record.clip,
                config=f"{rate.fps:g}",
                stream=f"{stream:.4g}",
            )

    def _with_later(self, work: ClipInWork, outcome: Outcome) -> Outcome:
        """Update the outcome by a sidecar that came while the clip was in work."""
        if work.later and self._store.learn(work.later, self._clock.now()):
            row = self._store.newest(work.clip.sha256)
            if row:
                return replace(outcome, status=row["status"], reason=row["reason"])
        return outcome
