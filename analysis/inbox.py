"""The inbox: what lies in it, and what of that has arrived whole.

A timed scan is the truth: no event is relied on, so that it works over NFS and SMB and
the same rules hold for what is there at the start. A file is ready when its size and
times have been quiet for ``settle_seconds`` by our own clock (its age proves nothing:
scp can keep an old date) and, for a zip, its end record and directory can be read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Callable

from analysis.listing import Entry, Stamp, walk
from analysis.tries import Tries, opening_key
from weir import ContractError
from weir.archive import Archive, ArchiveError, IncompleteArchive, is_junk
from weir.clip import TRUTH_SUFFIX, clip_of, sidecar_name
from weir.effort import LEDGER_NAME
from weir.member import LARGEST_DOCUMENT
from weir.service import is_being_written
from weir.sidecar import Sidecar

_UNFINISHED = frozenset(
    {".part", ".filepart", ".tmp", ".temp", ".partial", ".crdownload", ".download"}
)
ZIP_SUFFIX = ".zip"
MOST_DEATHS = 3
"""So often may the daemon die while it opens a file; then the file is refused."""

Known = Callable[[str], bool]
"""Whether the clip of a sha256 was analysed."""


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
        tries: where it is noted that a zip is being opened.
        is_known: of a sidecar that comes alone, whether its clip is in the record.
    """

    def __init__(
        self, folder: Path, settle_s: float, tries: Tries, is_known: Known
    ) -> None:
        self._folder, self._settle_s = folder, settle_s
        self._tries, self._is_known = tries, is_known
        self._seen: dict[Path, tuple[Stamp, float]] = {}
        self._verdicts: dict[Path, tuple[Stamp, str]] = {}

    def scan(self, now_s: float) -> Scan:
        """Look once.

        Args:
            now_s: of a monotonic clock.
        """
        found = dict(walk(self._folder))
        taken = {path: entry for path, entry in found.items() if is_taken(path)}
        self._note(taken, now_s)
        ready, settling, waiting = [], [], []
        for path in sorted(taken):
            quiet_s = now_s - self._seen[path][1]
            if not self._is_quiet(path, taken, now_s):
                settling.append(path)
            elif why := self._why_not(path, taken):
                waiting.append(Waiting(path, taken[path].bytes, quiet_s, why))
            elif path.with_name(clip_of(path.name)) not in taken:
                ready.append(path)  # a sidecar that came after its clip
            elif not is_companion(path):
                ready.append(path)
        left = len(found) - len(taken)
        return Scan(tuple(ready), tuple(settling), tuple(waiting), left)

    def forget(self) -> None:
        """Forget the tries of what is not here any more; nothing is being worked."""
        here = {opening_key(stamp) for stamp, _ in self._seen.values()}
        self._tries.forget(here)

    def _note(self, taken: Mapping[Path, Entry], now_s: float) -> None:
        self._seen = {
            path: self._seen[path]
            if path in self._seen and self._seen[path][0] == entry.stamp
            else (entry.stamp, now_s)
            for path, entry in taken.items()
        }
        self._verdicts = {p: v for p, v in self._verdicts.items() if p in taken}

    def _is_quiet(self, path: Path, taken: Mapping[Path, Entry], now_s: float) -> bool:
        """Whether a file, and the sidecar that belongs to it, have settled."""
        beside = path.with_name(sidecar_name(path.name))
        group = [path, beside] if beside in taken else [path]
        return all(now_s - self._seen[p][1] >= self._settle_s for p in group)

    def _why_not(self, path: Path, taken: Mapping[Path, Entry]) -> str:
        entry, whole = taken[path], self._folder / path
        if entry.why:
            return entry.why
        if is_being_written(whole):
            return "somebody has it open for writing"
        if is_companion(path):
            clip = path.with_name(clip_of(path.name))
            here = clip in taken or self._is_known(self._sha256(path, entry))
            return "" if here else f"its clip {clip.name} is not here"
        if path.suffix.lower() == ZIP_SUFFIX:
            return self._verdict(path, entry, zip_problem)
        return ""

    def _sha256(self, path: Path, entry: Entry) -> str:
        """The sum that a sidecar names; empty when it is none."""
        if entry.bytes > LARGEST_DOCUMENT or not is_sidecar(path):
            return ""
        return self._verdict(path, entry, sum_in_sidecar)

    def _verdict(self, path: Path, entry: Entry, judge: Callable[[Path], str]) -> str:
        """What a file was found to be, looked at once while it stays as it is."""
        known = self._verdicts.get(path)
        if known is None or known[0] != entry.stamp:
            key = opening_key(entry.stamp)
            if self._tries.count(key) >= MOST_DEATHS:
                return ""  # taken, and refused with its reason
            try:
                with self._tries.note(key):
                    verdict = judge(self._folder / path)
            except OSError as exc:
                # Not kept: a right that is missing may be given at any time.
                return f"it cannot be read ({exc.strerror})"
            self._verdicts[path] = known = (entry.stamp, verdict)
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


def sum_in_sidecar(path: Path) -> str:
    """The sha256 of the clip that a sidecar speaks of; empty when it is none."""
    try:
        return Sidecar.read(path).sha256
    except (ContractError, OSError):
        return ""


def is_taken(path: PurePath) -> bool:
    """Whether a path below the inbox is one that is ever taken."""
    name = path.name.lower()
    unfinished = path.suffix.lower() in _UNFINISHED or name.endswith("~")
    return not unfinished and not is_junk(path.as_posix())


def is_ledger(path: PurePath) -> bool:
    """Whether a file is an effort ledger."""
    return path.name == LEDGER_NAME


def is_companion(path: PurePath) -> bool:
    """Whether a file is one that travels with a clip: its sidecar, its truth."""
    return clip_of(path.name) != path.name


def is_sidecar(path: PurePath) -> bool:
    """Whether a file is a clip's sidecar, by its name."""
    return is_companion(path) and not path.name.endswith(TRUTH_SUFFIX)
