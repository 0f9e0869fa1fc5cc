"""Worker processes, each working one clip at a time.

Decoders and model runtimes crash, hang and eat memory; that must cost the clip that did
it, never the daemon. Each worker has a pipe of its own, so that one that dies half-way
through a sentence spoils nobody else's; it is replaced, and the clip's future says what
happened.
"""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Protocol

from analysis import (
    DecodeError,
    DecoderError,
    ModelError,
    NoWorkers,
    ScoresError,
    WorkerLost,
)
from analysis.values.job import ClipJob, Findings
from analysis.work.child import Child

ANALYSE = "analysis.look.pipeline:analyse"
"""What a worker does: module and function, imported in its own process."""


class Executor(Protocol):
    """Something that works clips, somewhere."""

    workers: int

    def submit(self, job: ClipJob, deadline_s: float) -> Future[Findings]:
        """Work a clip; the future ends in its result, or in an error."""

    def close(self) -> None:
        """Stop at once; what is being worked is left unfinished."""


class LocalExecutor:
    """Worker processes on this machine.

    Args:
        workers: how many; 0 for one a core.
        work: what they do.
    """

    def __init__(self, workers: int, work: str = ANALYSE) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self._children = [Child(work) for _ in range(self.workers)]
        self._idle: SimpleQueue[Child] = SimpleQueue()
        for child in self._children:
            self._idle.put(child)
        # A thread starts its processes and outlives them, as their end hangs on it.
        self._threads = ThreadPoolExecutor(self.workers, "worker")

    def submit(self, job: ClipJob, deadline_s: float) -> Future[Findings]:
        """Work a clip within so many seconds of its beginning."""
        return self._threads.submit(self._work, job, deadline_s)

    def _work(self, job: ClipJob, deadline_s: float) -> Findings:
        child = self._idle.get()
        try:
            return child.work(job, deadline_s)
        finally:
            self._idle.put(child)

    def close(self) -> None:
        """Stop at once."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in self._children:
            child.kill()
        self._threads.shutdown(wait=True)
        for child in self._children:
            child.close()


def outcome_of(future: Future[Findings]) -> Findings:
    """The result of a future that is done.

    Raises:
        DecodeError, DecoderError, ModelError: as the work raised them.
        WorkerLost: its process died, hung or ran out of memory; or it failed in a way
            that nobody foresaw.
        NoWorkers: no process can be started; the clip has done nothing.
    """
    try:
        return future.result(timeout=0)
    except (
        DecodeError,
        DecoderError,
        ModelError,
        NoWorkers,
        ScoresError,
        WorkerLost,
    ):
        raise
    except Exception as exc:
        raise WorkerLost(f"{type(exc).__name__}: {exc}") from exc
