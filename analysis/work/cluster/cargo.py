"""Names the files that a job needs, and points the job to copies of them elsewhere.

Every job has the clip's file as its ``path``, and the models stand in its config. Which
kind of job it is does not matter here.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from analysis.config import ModelConfig


@dataclass(frozen=True)
class Piece:
    """A model's file, or its labels: the same bytes are the same piece everywhere.

    Attributes:
        path: where it lies on the daemon's machine.
        sha256: the sum of its bytes.
    """

    path: Path
    sha256: str


@dataclass(frozen=True)
class Order:
    """What a worker of the cluster is given.

    Attributes:
        work: the function that it runs, as ``module:function``.
        job: what the function is asked.
        deadline_s: how long it may take once a process has begun it.
        versions: what the daemon runs; a worker with others refuses.
        pieces: the models that the job needs.
        size: how many bytes the clip has.
        clip: its bytes; None where the worker can read ``job.path`` itself.
    """

    work: str
    job: Any
    deadline_s: float
    versions: Mapping[str, str]
    pieces: tuple[Piece, ...]
    size: int
    clip: Optional[bytes]


@dataclass(frozen=True)
class Lacks:
    """A worker's answer: what it needs before it can begin.

    Attributes:
        pieces: the models that are not on its shelf.
        clip: whether it cannot read the clip.
    """

    pieces: tuple[Piece, ...] = ()
    clip: bool = False


@dataclass(frozen=True)
class Refuses:
    """A worker's answer: it is not fit for this run; the text says why."""

    reason: str


def model_files(job: Any) -> tuple[Path, ...]:
    """Return every file that the models of a job consist of, each once."""
    return tuple(dict.fromkeys(_files(job)))


def _files(value: Any) -> Iterator[Path]:
    if isinstance(value, ModelConfig):
        yield from (path for path in (value.model, value.labels) if path)
    elif _is_value(value):
        for field in dataclasses.fields(value):
            yield from _files(getattr(value, field.name))


def moved(job: Any, clip: Path, files: Mapping[Path, Path]) -> Any:
    """Return the job with the clip and its models' files elsewhere.

    Args:
        job: as the daemon made it.
        clip: where the clip lies now.
        files: where each of ``model_files`` lies now.
    """
    return dataclasses.replace(_moved(job, files), path=clip)


def _moved(value: Any, files: Mapping[Path, Path]) -> Any:
    if isinstance(value, ModelConfig):
        model = files.get(value.model) if value.model else None
        labels = files.get(value.labels) if value.labels else None
        return dataclasses.replace(value, model=model, labels=labels)
    if not _is_value(value):
        return value
    changed = {
        field.name: after
        for field in dataclasses.fields(value)
        if field.init
        and (after := _moved(before := getattr(value, field.name), files)) is not before
    }
    return dataclasses.replace(value, **changed) if changed else value


def _is_value(value: Any) -> bool:
    return dataclasses.is_dataclass(value) and not isinstance(value, type)


class Pieces:
    """Sums the files of models on the daemon's machine, once for each state of them."""

    def __init__(self) -> None:
        self._known: dict[tuple[Path, int, int], str] = {}

    def of(self, job: Any) -> tuple[Piece, ...]:
        """Return the pieces of a job.

        Raises:
            OSError: a file cannot be read.
        """
        return tuple(Piece(path, self._sum(path)) for path in model_files(job))

    def _sum(self, path: Path) -> str:
        facts = path.stat()
        key = (path, facts.st_mtime_ns, facts.st_size)
        if key not in self._known:
            self._known[key] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self._known[key]
