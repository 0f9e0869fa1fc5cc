"""The inbox: what lies in it, and what of that has arrived whole.

A timed scan is the truth: no event is relied on, so that it works over NFS and SMB and
the same rules hold for what is there at the start. A file is ready when its size and
times have been quiet for ``settle_seconds`` by our own clock (its age proves nothing:
scp can keep an old date) and, for a zip, its end record and directory can be read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from weir.archive import Archive, ArchiveError, IncompleteArchive, is_junk
from weir.clip import SIDECAR_SUFFIX, TRUTH_SUFFIX, is_video, sidecar_name
from weir.effort import LEDGER_NAME

_UNFINISHED = frozenset(
    {".part", ".filepart", ".tmp", ".temp", ".partial", ".crdownload", ".download"}
)
ZIP_SUFFIX = ".zip"

Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class Waiting:
    """A file that cannot be taken yet, and why in plain words."""

    path: Path
    bytes: int
    quiet_s: float
    why: str


@dataclass(frozen=True)
class Scan:
    """What one look at the inbox saw; paths are relative to it.

    Attributes:
        ready: to be taken now, in order of name.
        settling: seen, not quiet for long enough.
        waiting: quiet, and not whole.
        left: number of files that are never taken (hidden, half-uploaded, ...).
    """

    ready: tuple[Path, ...] = ()
    settling: tuple[Path, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    left: int = 0


class Inbox:
    """Watches one folder; remembers since when each file has been quiet.

    Args:
        folder: the inbox.
        settle_s: how long a file must be quiet.
    """

    def __init__(self, folder: Path, settle_s: float) -> None:
        self._folder = folder
        self._settle_s = settle_s
        self._seen: dict[Path, tuple[Stamp, float]] = {}
        self._incomplete: dict[Path, tuple[Stamp, str]] = {}

    def scan(self, now_s: float) -> Scan:
        """Look once.

        Args:
            now_s: of a monotonic clock.
        """
        stamps = dict(_walk(self._folder))
        taken = {path: stamp for path, stamp in stamps.items() if is_taken(path)}
        self._note(taken, now_s)
        ready, settling, waiting = [], [], []
        for path in sorted(taken):
            quiet_s = now_s - self._seen[path][1]
            if not self._is_quiet(path, taken, now_s):
                settling.append(path)
            elif why := self._why_not(path, taken[path], stamps):
                waiting.append(Waiting(path, taken[path][0], quiet_s, why))
            elif not _is_companion(path):
                ready.append(path)
        left = len(stamps) - len(taken)
        return Scan(tuple(ready), tuple(settling), tuple(waiting), left)

    def _note(self, stamps: dict[Path, Stamp], now_s: float) -> None:
        self._seen = {
            path: self._seen[path]
            if path in self._seen and self._seen[path][0] == stamp
            else (stamp, now_s)
            for path, stamp in stamps.items()
        }
        self._incomplete = {p: v for p, v in self._incomplete.items() if p in stamps}

    def _is_quiet(self, path: Path, stamps: dict[Path, Stamp], now_s: float) -> bool:
        """Whether a file, and the sidecar that belongs to it, have settled."""
        beside = path.with_name(sidecar_name(path.name))
        group = [path, beside] if beside in stamps else [path]
        return all(now_s - self._seen[p][1] >= self._settle_s for p in group)

    def _why_not(self, path: Path, stamp: Stamp, stamps: dict[Path, Stamp]) -> str:
        if _is_companion(path):
            clip = path.with_name(_clip_of(path.name))
            return "" if clip in stamps else f"its clip {clip.name} is not here"
        if path.suffix.lower() != ZIP_SUFFIX:
            return ""
        known = self._incomplete.get(path)
        if known is None or known[0] != stamp:
            why = zip_problem(self._folder / path)
            self._incomplete[path] = known = (stamp, why)
        return known[1]


def zip_problem(path: Path) -> str:
    """Why a zip has not arrived whole; empty when it has, or never will."""
    try:
        with Archive(path):
            return ""
    except IncompleteArchive as exc:
        return str(exc)
    except ArchiveError:
        return ""  # taken, and refused with its reason
    except OSError as exc:
        return f"it cannot be read ({exc.strerror})"


def is_taken(path: PurePath) -> bool:
    """Whether a path below the inbox is one that is ever taken."""
    name = path.name.lower()
    unfinished = path.suffix.lower() in _UNFINISHED or name.endswith("~")
    return not unfinished and not is_junk(path.as_posix())


def is_ledger(path: PurePath) -> bool:
    """Whether a file is an effort ledger."""
    return path.name == LEDGER_NAME


def _walk(folder: Path) -> Iterator[tuple[Path, Stamp]]:
    """The files below a folder; links are not followed, and not files."""
    stack = [folder]
    while stack:
        here = stack.pop()
        try:
            entries = list(os.scandir(here))
        except OSError:
            continue  # it went away, or is not ours to read; the next scan tells
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                stack.append(Path(entry.path))
            elif entry.is_file(follow_symlinks=False):
                stamp = _stamp(entry)
                if stamp:
                    yield Path(entry.path).relative_to(folder), stamp


def _stamp(entry: os.DirEntry[str]) -> Stamp | None:
    try:
        facts = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    return facts.st_size, facts.st_mtime_ns, facts.st_ino


def _is_companion(path: PurePath) -> bool:
    return is_video(_clip_of(path.name)) and path.name != _clip_of(path.name)


def _clip_of(name: str) -> str:
    """The clip that a sidecar's or truth's name belongs to; else the name itself."""
    for suffix in (TRUTH_SUFFIX, SIDECAR_SUFFIX):
        if name.endswith(suffix):
            return name[: -len(suffix)]
    return name
