"""Worker processes, each working one clip at a time.

Decoders and model runtimes crash, hang and eat memory; that must cost the clip that did
it, never the daemon. A worker that dies or overstays is replaced, and the clip's future
says what happened.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Protocol

from pebble import ProcessExpired, ProcessPool

from analysis import AnalysisError, DecodeError, ModelError
from analysis.pipeline import analyse
from analysis.result import ClipJob, ClipResult
from weir.service import become_worker

Work = Callable[[ClipJob], ClipResult]


class WorkerLost(AnalysisError, RuntimeError):
    """The process that worked a clip died, hung or ran out of memory."""


class Executor(Protocol):
    """Something that works clips, somewhere."""

    workers: int

    def submit(self, job: ClipJob, deadline_s: float) -> Future[ClipResult]:
        """Work a clip; the future ends in its result, or in an error."""

    def close(self) -> None:
        """Stop at once; what is being worked is left unfinished."""


class LocalExecutor:
    """Worker processes on this machine.

    Args:
        workers: how many; 0 for one a core.
        work: what they do.
    """

    def __init__(self, workers: int, work: Work = analyse) -> None:
        self.workers = workers or len(os.sched_getaffinity(0))
        self._work = work
        # Not forked: a fork copies the daemon's threads' locks in whatever state.
        self._pool = ProcessPool(
            max_workers=self.workers,
            initializer=become_worker,
            context=multiprocessing.get_context("spawn"),
        )

    def submit(self, job: ClipJob, deadline_s: float) -> Future[ClipResult]:
        """Work a clip within so many seconds of its beginning."""
        future: Future[ClipResult] = self._pool.schedule(
            self._work, args=(job,), timeout=deadline_s
        )
        return future

    def close(self) -> None:
        """Stop at once."""
        self._pool.stop()
        self._pool.join()


def outcome_of(future: Future[ClipResult], deadline_s: float) -> ClipResult:
    """The result of a future that is done.

    Raises:
        DecodeError, ModelError: as the work raised them.
        WorkerLost: its process died, hung or ran out of memory; or it failed in a way
            that nobody foresaw.
    """
    try:
        return future.result(timeout=0)
    except (DecodeError, ModelError):
        raise
    except ProcessExpired as exc:
        raise WorkerLost(f"its process died (exit {exc.exitcode})") from exc
    except (FutureTimeout, TimeoutError) as exc:
        raise WorkerLost(f"it took more than {deadline_s:.0f} s") from exc
    except MemoryError as exc:
        raise WorkerLost("it needs more memory than there is") from exc
    except Exception as exc:
        raise WorkerLost(f"{type(exc).__name__}: {exc}") from exc
