"""Starts a worker process, sends clips to it, and notices if it dies."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from typing import Any, Optional

from analysis import NoWorkers, WorkerLost
from analysis.home import HOME
from analysis.values.job import Job
from analysis.work import heap

_START_S = 120.0
_PAUSES_S = (1.0, 5.0, 25.0)
_GONE = (EOFError, OSError, pickle.UnpicklingError)


class Child:
    """Controls one worker process from the daemon.

    The process is started for its first clip, and started again after it has died.

    Args:
        work: the function that it runs on each job that names none, as
            ``module:function``.
    """

    def __init__(self, work: str) -> None:
        self._work = work
        self._closed = threading.Event()
        self._process: Optional[subprocess.Popen[bytes]] = None
        self._pipe: Optional[Connection] = None

    @property
    def is_closed(self) -> bool:
        """Whether it was killed for good, and takes no more clips."""
        return self._closed.is_set()

    def work(self, job: Job, deadline_s: float) -> Any:
        """Send a job to the worker, and wait for its answer.

        Returns:
            What the function returned.

        Raises:
            WorkerLost: the worker died, hung or ran out of memory.
            NoWorkers: the worker cannot be started.
            DecodeError, DecoderError, ModelError, ScoresError: the work raised it.
        """
        pipe = self._ready()
        try:
            pipe.send(job)
            answered = pipe.poll(deadline_s)
            answer = pipe.recv() if answered else None
        except _GONE as exc:
            raise WorkerLost(f"its process died ({self._end()})") from exc
        if answer is None:
            self._end()
            raise WorkerLost(f"it took more than {deadline_s:g} s")
        if isinstance(answer, WorkerLost):
            self._end()  # what it leaves of the memory is not known
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def kill(self) -> None:
        """Kill the worker for good, even if a thread waits for its answer."""
        self._closed.set()
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """Kill the worker and wait for its end; no thread may wait for its answer."""
        self.kill()
        self._end()

    def _ready(self) -> Connection:
        """Return the pipe to a waiting process, and start the process if needed.

        Raises:
            NoWorkers: no process can be started.
        """
        if self._process is not None and self._process.poll() is not None:
            self._end()  # it died while it was idle, so no clip is to blame
        if self._pipe is not None:
            return self._pipe
        problem = ""
        for pause_s in (0.0, *_PAUSES_S):
            if self._closed.wait(pause_s):
                break
            try:
                return self._start()
            except _GONE as exc:
                problem = f"{exc or type(exc).__name__} ({self._end()})"
        raise NoWorkers(f"no worker process can be started: {problem or 'closed'}")

    def _start(self) -> Connection:
        ours, theirs = multiprocessing.Pipe()
        with theirs:
            self._pipe = ours
            # It gets its own session, so that Ctrl-C reaches only the daemon.
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "analysis.work.worker"),
                    *(self._work, str(theirs.fileno()), str(os.getpid())),
                ],
                stdin=subprocess.DEVNULL,
                cwd=HOME,
                env=heap.environment(os.environ),
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )
        if self._closed.is_set():
            self._process.kill()
        if not ours.poll(_START_S):
            raise EOFError(f"it did not start within {_START_S:.0f} s")
        ours.recv()
        return ours

    def _end(self) -> str:
        """Kill the process if it is still alive.

        Returns:
            How it ended, in words.
        """
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is None:
            return "never started"
        with contextlib.suppress(subprocess.TimeoutExpired):
            # The pipe closes a moment before the exit code of the process is known.
            process.wait(1)
        process.kill()
        code = process.wait()
        return f"signal {-code}" if code < 0 else f"exit {code}"
