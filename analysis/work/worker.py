"""Reads jobs from a pipe, and answers each with what its function returns, or an error.

``analysis.work.child`` starts it with ``python -m analysis.work.worker`` and three
arguments: the function for clips, the descriptor of the pipe, and the id of the
daemon's process, with which the worker ends.
"""

from __future__ import annotations

import importlib
import sys
from multiprocessing.connection import Connection
from typing import Any, Callable

from analysis import (
    DecodeError,
    DecoderError,
    ModelError,
    ScoresError,
    WorkerLost,
)
from analysis.values.job import Job
from weir.service import become_worker


def main() -> None:
    """Answer jobs until the pipe is closed."""
    name, descriptor, daemon = sys.argv[1:]
    become_worker(int(daemon))
    with Connection(int(descriptor)) as pipe:
        work = resolve(name)
        pipe.send("ready")
        while True:
            try:
                job = pipe.recv()
            except EOFError:
                return
            pipe.send(answer(work, job))


def answer(work: Callable[[Any], Any], job: Job) -> Any:
    """Work one job, by the function that it names itself, if it names one.

    Args:
        work: the function for all others.
        job: the job.

    Returns:
        What the function returns, or the error.
    """
    try:
        named = getattr(job, "work", "")
        return resolve(named)(job) if named else work(job)
    except (DecodeError, DecoderError, ModelError, ScoresError) as exc:
        return exc
    except MemoryError:
        return WorkerLost("it needs more memory than there is")
    except Exception as exc:  # noqa: BLE001 - told to the daemon, which tells it
        return WorkerLost(f"{type(exc).__name__}: {exc}")


def resolve(name: str) -> Any:
    """Import the function that ``module:function`` names."""
    module, _, function = name.partition(":")
    return getattr(importlib.import_module(module), function)


if __name__ == "__main__":
    main()
