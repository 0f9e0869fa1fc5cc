"""What Dask's worker processes run: they hand each job to a process of our own.

A decoder that crashes, hangs or eats memory would take Dask's process with it, and with
that all that it knows; Dask cannot end a job that hangs at all. So a job goes to the
same child process as on one machine, with the same deadline, and models stay loaded
in it from clip to clip. Whatever happens to it is an answer. When the job is no longer
wanted, because the daemon ended or gave it to another, the child is killed.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

import distributed

from analysis import AnalysisError
from analysis.work.child import Child
from analysis.work.cluster.cargo import Lacks, Order, Refuses, moved
from analysis.work.cluster.shelf import Shelf, shelf_folder
from analysis.work.cluster.versions import difference, versions

_LOOK_S = 1.0
_WANTED = ("executing", "long-running")
_NOT_OURS = ("MALLOC_TRIM_THRESHOLD_",)
"""Dask sets it for its own processes; it undoes ``analysis.work.heap``."""


@dataclass
class _Process:
    """What a worker process of Dask keeps from job to job."""

    shelf: Shelf = field(default_factory=lambda: Shelf(shelf_folder(os.environ)))
    idle: dict[str, list[Child]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, work: str) -> Child:
        with self.lock:
            waiting = self.idle.setdefault(work, [])
            return waiting.pop() if waiting else Child(work)

    def give_back(self, work: str, child: Child) -> None:
        if child.is_closed:
            child.close()
            return
        with self.lock:
            self.idle[work].append(child)


_PROCESS = _Process()


def introduce(probe: str) -> dict[str, Any]:
    """Say what runs here, and what the probe file holds, where it can be read.

    Plain values only: the daemon may have another version.
    """
    found = b""
    with contextlib.suppress(OSError):
        found = Path(probe).read_bytes()
    return {"versions": versions(), "probe": found, "host": os.uname().nodename}


def keep(sha256: str, name: str, data: bytes) -> bool:
    """Put a model on the shelf, unless another process of this machine was faster."""
    if _PROCESS.shelf.find(sha256, name) is None:
        _PROCESS.shelf.keep(sha256, name, data)
    return True


def has(sha256: str, name: str) -> bool:
    """Whether a model is on the shelf."""
    return _PROCESS.shelf.find(sha256, name) is not None


def work(packed: bytes) -> bytes:
    """Work an order.

    Returns:
        What its work answered, an error, or what is lacking, pickled: only the daemon
        unpacks it, not the scheduler.
    """
    order: Order = pickle.loads(packed)  # noqa: S301 - from who holds a certificate
    return pickle.dumps(_answer(order), pickle.HIGHEST_PROTOCOL)


def _answer(order: Order) -> Any:
    if reason := difference(order.versions, versions()):
        return Refuses(reason)
    files = {p.path: _PROCESS.shelf.find(p.sha256, p.path.name) for p in order.pieces}
    lacking = tuple(piece for piece in order.pieces if files[piece.path] is None)
    can_read = order.clip is not None or _is_readable(order.job.path, order.size)
    if lacking or not can_read:
        return Lacks(lacking, clip=not can_read)
    there = {path: copy for path, copy in files.items() if copy}
    with _clip_of(order) as clip:
        try:
            return _work(order, moved(order.job, clip, there))
        except AnalysisError as exc:
            return exc


def _is_readable(path: Path, size: int) -> bool:
    try:
        with path.open("rb") as file:
            return os.fstat(file.fileno()).st_size == size
    except OSError:
        return False


@contextlib.contextmanager
def _clip_of(order: Order) -> Iterator[Path]:
    """Return where the clip lies: in the shared folder, or in a file made of its bytes.

    Such a file lies in the folder of Dask's process, which Dask also removes when that
    process was killed.
    """
    if order.clip is None:
        yield order.job.path
        return
    folder = distributed.get_worker().local_directory
    with tempfile.TemporaryDirectory(prefix="clip-", dir=folder) as temporary:
        path = Path(temporary) / order.job.path.name
        path.write_bytes(order.clip)
        yield path


def _work(order: Order, job: Any) -> Any:
    for name in _NOT_OURS:
        os.environ.pop(name, None)
    child, over = _PROCESS.take(order.work), threading.Event()
    watch = threading.Thread(
        target=_end_unwanted, args=(child, _wanted(), over), daemon=True
    )
    watch.start()
    try:
        return child.work(job, order.deadline_s)
    finally:
        over.set()
        watch.join()
        _PROCESS.give_back(order.work, child)


def _wanted() -> Callable[[], bool]:
    """Return what tells whether the present task of Dask is still wanted."""
    worker = distributed.get_worker()
    key = worker.get_current_task()

    def is_wanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is not None and task.state in _WANTED

    return is_wanted


def _end_unwanted(
    child: Child, is_wanted: Callable[[], bool], over: threading.Event
) -> None:
    while not over.wait(_LOOK_S):
        if not is_wanted():
            child.kill()
            return
