"""Work for worker processes that do not analyse, but misbehave."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from typing import Any, Callable, NoReturn

from analysis import DecodeError
from analysis.values.job import ClipJob


def obey(job: ClipJob) -> Any:
    """Do what the job's path says; a number is answered."""
    word = job.path.name
    return int(word) if word.isdigit() else _ACTS[word]()


def process(job: ClipJob) -> int:
    """Say who it is, or hang, or need too much memory."""
    if job.path.name == "hang":
        time.sleep(600)
    if job.path.name == "memory":
        raise MemoryError
    return os.getpid()


def hanging(job: ClipJob) -> NoReturn:
    """Write into the job's file which process it is, and hang."""
    job.path.write_text(str(os.getpid()))
    while True:
        signal.pause()


class _Half:
    """An answer in whose middle the process is killed."""

    def __reduce__(self) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)
        return int, ()


def _memory() -> NoReturn:
    raise MemoryError


def _surprise() -> NoReturn:
    raise KeyError("surprise")


def _decode() -> NoReturn:
    raise DecodeError("no frame")


_ACTS: dict[str, Callable[[], Any]] = {
    "segfault": lambda: ctypes.string_at(0),
    "abort": os.abort,
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "exit": lambda: os._exit(3),
    "half": _Half,
    "memory": _memory,
    "surprise": _surprise,
    "decode": _decode,
    # In native code, where no Python is run: waiting for a lock that never comes.
    "hang": lambda: ctypes.CDLL(None).pause(),
    "leave": lambda: sys.exit(4),
}


def environment(job: ClipJob) -> Any:
    """What the process was started with."""
    return dict(os.environ)


def reading(job: ClipJob) -> Any:
    """Say which files it was given, and what they hold."""
    files = (job.path, job.config.detector.model)
    return {str(file): file.read_bytes() for file in files if file}
