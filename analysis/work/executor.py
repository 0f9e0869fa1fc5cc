"""Runs the worker processes, each of which works one job at a time.

Decoders and model runtimes crash, hang and use up memory. That may cost the clip that
caused it, but never the daemon. Each worker has its own pipe, so that a worker that
dies in the middle of a message disturbs no other. It is replaced, and the clip's future
says what happened.
"""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, Protocol, TypeVar

from analysis import (
    DecodeError,
    DecoderError,
    ModelError,
    NoWorkers,
    ScoresError,
    WorkerLost,
)
from analysis.values.job import Job
from analysis.work.child import Child

ANALYSE = "analysis.look.pipeline:analyse"
"""A worker imports this ``module:function`` in its own process and runs it on clips."""

T = TypeVar("T")


class Executor(Protocol):
    """The interface of everything that works clips, on this machine or elsewhere.

    There are two kinds of jobs: a ``ClipJob`` looks at a clip and is answered with
    ``Findings``; a ``VerifyJob`` looks again at some of its frames and is answered with
    ``Answers``. A job that has an attribute ``work`` names its function with it; a clip
    is worked by the executor's own.
    """

    @property
    def workers(self) -> int:
        """How many clips are worked at a time."""

    def submit(self, job: Job, deadline_s: float) -> Future[Any]:
        """Start to work a job.

        Returns:
            A future with what the job's function returns, or an error.
        """

    def close(self) -> None:
        """Stop at once, and leave the clips in work unfinished."""


class LocalExecutor:
    """Works clips in several processes on this machine.

    Args:
        workers: how many processes; 0 means one per core.
        work: the function that they run on clips, as ``module:function``.
    """

    def __init__(self, workers: int, work: str = ANALYSE) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self._children = [Child(work) for _ in range(self.workers)]
        self._idle: SimpleQueue[Child] = SimpleQueue()
        for child in self._children:
            self._idle.put(child)
        # A process ends with the thread that started it, so the threads live longer.
        self._threads = ThreadPoolExecutor(self.workers, "worker")

    def submit(self, job: Job, deadline_s: float) -> Future[Any]:
        """Work a job, which may take ``deadline_s`` once a worker has begun it."""
        return self._threads.submit(self._work, job, deadline_s)

    def _work(self, job: Job, deadline_s: float) -> Any:
        child = self._idle.get()
        try:
            return child.work(job, deadline_s)
        finally:
            self._idle.put(child)

    def close(self) -> None:
        """Stop at once, and kill all worker processes."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for child in self._children:
            child.kill()
        self._threads.shutdown(wait=True)
        for child in self._children:
            child.close()


def outcome_of(future: Future[T]) -> T:
    """Return the answer of a future that is done.

    Raises:
        DecodeError, DecoderError, ModelError, ScoresError: the work raised it.
        WorkerLost: the process died, hung or ran out of memory, or failed in an
            unexpected way.
        NoWorkers: no process can be started; the clip is not to blame.
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
