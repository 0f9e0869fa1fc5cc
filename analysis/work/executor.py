"""The executor: workers, each of which works one clip at a time.

Decoders and model runtimes crash, hang and eat memory. That must cost the clip that
caused it, never the daemon. Each worker has its own pipe, so that one that dies in the
middle of a message spoils no other. It is replaced, and the clip's future says what
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
"""What a worker runs, as ``module:function``; imported in its own process."""


class Executor(Protocol):
    """Something that works clips, on this machine or elsewhere."""

    workers: int

    def submit(self, job: ClipJob, deadline_s: float) -> Future[Findings]:
        """Work a clip. Returns a future with its findings or an error."""

    def close(self) -> None:
        """Stop at once; clips in work are left unfinished."""


class LocalExecutor:
    """Workers on this machine.

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
        """Work a clip; it may take ``deadline_s`` from when a worker begins it."""
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
    """Return the findings of a future that is done.

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
