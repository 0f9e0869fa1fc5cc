"""Scans the inbox, and finds out which files have arrived whole.

It is scanned on a timer. No file system events are used, so it works over NFS and SMB,
and the same rules hold for files that are there at the start. A file is ready when its
size and times have not changed for ``settle_seconds`` by our own clock. The date of the
file proves nothing, because scp can keep an old date. A zip must also have a readable
end record and directory.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Callable

from analysis.intake.arrival.neighbours import Beside, Neighbours
from analysis.intake.arrival.verdicts import sum_in_sidecar, zip_problem
from analysis.intake.crashes import MOST_CRASHES_OPENING, Crashes, opening_key
from analysis.intake.descent import opened
from analysis.intake.listing import Entry, Stamp, walk
from analysis.values.heartbeat import Heartbeat
from weir.byproduct import may_be_byproduct
from weir.clip import TRUTH_SUFFIX, clip_of, encodable
from weir.effort import LEDGER_NAME
from weir.junk import EMPTY_SUFFIX, NOTE_SUFFIXES, is_junk, is_unfinished
from weir.member import LARGEST_DOCUMENT
from weir.service import is_being_written

logger = logging.getLogger(__name__)

_MOST_FILES = 50_000
_HARMLESS_BYTES = 1 << 16  # a sidecar with so few kills nobody; a note takes long
ZIP_SUFFIX = ".zip"
Known = Callable[[str], bool]
"""Tells whether the clip with this sha256 was analysed."""


@dataclass(frozen=True)
class Waiting:
    """A file that cannot be taken yet, and the reason in plain words."""

    path: Path
    bytes: int
    quiet_s: float
    why: str


@dataclass(frozen=True)
class Scan:
    """The result of one scan of the inbox, with paths relative to it.

    Attributes:
        ready: files that can be taken now, in the order in which they came; those that
            came together are sorted by path.
        settling: files that have not been quiet for long enough.
        waiting: quiet files that are not whole, or cannot be taken for another reason.
        left: how many files are never taken (hidden, half-uploaded, ...).
    """

    ready: tuple[Path, ...] = ()
    settling: tuple[Path, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    left: int = 0


class Inbox:
    """Watches the inbox, and remembers since when each file has been quiet.

    Args:
        folder: the inbox.
        settle_s: how long a file must be quiet.
        crashes: notes which zip is being opened.
        is_known: tells whether the record has the clip of a sidecar that comes alone.
        heartbeat: called for each file that is looked at.
        beside: lists the files that lie in a folder of the inbox or lay there before.
    """

    def __init__(
        self,
        folder: Path,
        settle_s: float,
        crashes: Crashes,
        is_known: Known,
        heartbeat: Heartbeat = lambda: None,
        beside: Beside = lambda _: (),
    ) -> None:
        self._folder, self._settle_s = folder, settle_s
        self._crashes, self._is_known = crashes, is_known
        self._heartbeat = heartbeat
        self._seen: dict[Path, tuple[Stamp, float]] = {}
        self._verdicts: dict[Path, tuple[Stamp, str]] = {}
        self._left: set[Path] = set()
        self._beside = beside
        self._near = Neighbours({}, beside)

    def scan(self, now_s: float) -> Scan:
        """Scan the inbox once.

        Args:
            now_s: the present time, by a monotonic clock.
        """
        taken, left, more = self._look()
        self._left = left
        self._note(taken, now_s)
        self._near = Neighbours(taken, self._beside, self._heartbeat)
        ready, waiting = [], list(more)
        by_path = sorted(taken)
        settling = [path for path in by_path if not self._is_quiet(path, now_s)]
        restless, folders = set(settling), {path.parent for path in settling}
        for path in sorted(by_path, key=lambda path: self._seen[path][1]):
            self._heartbeat()
            quiet_s = now_s - self._seen[path][1]
            if path in restless:
                continue
            if may_be_byproduct(path.name) and path.parent in folders:
                settling.append(path)  # its clip may come after it
            elif why := self._why_not(path, taken):
                waiting.append(Waiting(path, taken[path].bytes, quiet_s, why))
            elif not self._near.travels(path):
                ready.append(path)  # a clip, or what came after its clip
        settling.sort()
        return Scan(tuple(ready), tuple(settling), tuple(waiting), len(left))

    def stamp(self, path: Path) -> Stamp:
        """Return the stamp that a file had in the last scan."""
        return self._seen[path][0]

    def _look(self) -> tuple[dict[Path, Entry], set[Path], tuple[Waiting, ...]]:
        """List the files that may be taken.

        A flood of companions that wait for their clips leaves room for other files.

        Returns:
            These files, those that are never taken, and a note if there are too many.
        """
        taken: dict[Path, Entry] = {}
        left: set[Path] = set()
        counts = {True: 0, False: 0}
        for path, entry in walk(self._folder, self._heartbeat):
            if not is_taken(path):
                left.add(path)
                continue
            counts[is_companion(path)] += 1
            if counts[is_companion(path)] <= _MOST_FILES:
                taken[path] = entry
        if max(counts.values()) <= _MOST_FILES:
            return taken, left, ()
        why = f"more than {_MOST_FILES} files lie here; the others wait"
        return taken, left, (Waiting(Path(), 0, 0.0, why),)

    def forget(self) -> None:
        """Delete the crash notes of files that are gone.

        Call this only while nothing is worked.
        """
        here = {opening_key(stamp) for stamp, _ in self._seen.values()}
        self._crashes.forget(here)

    def _note(self, taken: Mapping[Path, Entry], now_s: float) -> None:
        self._seen = {
            path: self._seen[path]
            if path in self._seen and self._seen[path][0] == entry.stamp
            else (entry.stamp, now_s)
            for path, entry in taken.items()
        }
        self._verdicts = {p: v for p, v in self._verdicts.items() if p in taken}

    def _is_quiet(self, path: Path, now_s: float) -> bool:
        """Whether a file and what travels with it have been quiet for long enough."""
        self._heartbeat()
        group = self._near.group(path)
        return all(now_s - self._seen[p][1] >= self._settle_s for p in group)

    def _why_not(self, path: Path, taken: Mapping[Path, Entry]) -> str:
        entry = taken[path]
        if why := entry.why or self._why_unfinished(path, entry):
            return why
        if self._is_known_orphan(path, taken):
            return _no_clip(path)
        if why := self._near.why_no_clip(path):
            return why
        try:
            with opened(self._folder, path, entry.stamp) as descriptor:
                if is_being_written(descriptor):
                    return "somebody has it open for writing"
                return self._why_not_whole(path, taken, descriptor)
        except OSError as exc:
            # The reason is not remembered: permission may be granted at any time.
            return f"it cannot be read ({exc.strerror})"

    def _why_unfinished(self, path: Path, entry: Entry) -> str:
        """Say what lies beside a file for as long as a client downloads it."""
        if not self._left:
            return ""
        suffixes = NOTE_SUFFIXES if entry.bytes else (*NOTE_SUFFIXES, EMPTY_SUFFIX)
        for beside in (path.with_name(path.name + suffix) for suffix in suffixes):
            if beside in self._left:
                return f"a download has not finished it; {beside.name} lies beside it"
        return ""

    def _why_not_whole(
        self, path: Path, taken: Mapping[Path, Entry], descriptor: int
    ) -> str:
        if is_companion(path):
            clip = path.with_name(clip_of(path.name))
            if clip in taken or self._is_known(
                self._sha256(path, taken[path], descriptor)
            ):
                return ""
            return _no_clip(path)
        if path.suffix.lower() == ZIP_SUFFIX:
            return self._verdict(path, taken[path], descriptor, zip_problem)
        return ""

    def _is_known_orphan(self, path: Path, taken: Mapping[Path, Entry]) -> bool:
        """Whether a companion is as it was in the last scan, and so is its clip: away.

        Tens of thousands of them may lie here, and opening each takes long.
        """
        if not is_companion(path) or path.with_name(clip_of(path.name)) in taken:
            return False
        known = self._verdicts.get(path, (None, ""))
        return known[0] == taken[path].stamp and not self._is_known(known[1])

    def _sha256(self, path: Path, entry: Entry, descriptor: int) -> str:
        """Read the sha256 that a sidecar names.

        Returns:
            The sha256, or "" if the file is not a sidecar.
        """
        if entry.bytes > LARGEST_DOCUMENT or not is_sidecar(path):
            return ""
        return self._verdict(path, entry, descriptor, sum_in_sidecar)

    def _verdict(
        self, path: Path, entry: Entry, descriptor: int, judge: Callable[[int], str]
    ) -> str:
        """Judge a file, or return the last verdict if the file has not changed."""
        known = self._verdicts.get(path)
        if known is not None and known[0] == entry.stamp:
            return known[1]
        key = opening_key(entry.stamp)
        if self._crashes.count(key) >= MOST_CRASHES_OPENING:
            return ""  # taken, and refused with its reason
        is_small = judge is sum_in_sidecar and entry.bytes <= _HARMLESS_BYTES
        with nullcontext() if is_small else self._crashes.note(key):
            try:
                verdict = judge(descriptor)
            except OSError:
                raise
            except Exception:
                logger.exception("not foreseen: file=%s", encodable(str(path)))
                verdict = ""  # taken; opening it will fail likewise, and be told
        self._verdicts[path] = (entry.stamp, verdict)
        return verdict


def _no_clip(companion: Path) -> str:
    return f"its clip {clip_of(companion.name)} is not here"


def is_taken(path: PurePath) -> bool:
    """Whether a file with this path below the inbox may ever be taken."""
    return not (is_unfinished(path.as_posix()) or is_junk(path.as_posix()))


def is_ledger(path: PurePath) -> bool:
    """Whether a file is an effort ledger."""
    return path.name == LEDGER_NAME


def is_companion(path: PurePath) -> bool:
    """Whether a file is the sidecar or the truth of a clip, by its name."""
    return clip_of(path.name) != path.name


def is_sidecar(path: PurePath) -> bool:
    """Whether a file is a clip's sidecar, by its name."""
    return is_companion(path) and not path.name.endswith(TRUTH_SUFFIX)
