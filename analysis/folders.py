"""The folders of the analysis, and how a dropped file goes through them.

inbox/ -> working/ -> done/ | rejected/, by renames within one file system, with the
path below the inbox kept. A name that is taken gets a suffix; nothing is overwritten.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from weir import atomic
from weir.clip import clip_of, sidecar_name, truth_name

LOCK_NAME = "lock"
REASON_SUFFIX = ".reason.txt"
_LONGEST_NAME = 200  # bytes; with .receipt.json and the like a name has at most 255


@dataclass(frozen=True)
class Folders:
    """Where everything is; ``root`` is ``analysis.folder``."""

    root: Path

    @property
    def inbox(self) -> Path:
        """Where people drop things."""
        return self.root / "inbox"

    @property
    def working(self) -> Path:
        """What has been claimed and is not ended."""
        return self.root / "working"

    @property
    def fetched(self) -> Path:
        """Clips on their way to a worker; anything here can be made again."""
        return self.working / ".clips"

    @property
    def tries(self) -> Path:
        """Notes of what has been begun and not ended."""
        return self.working / ".tries"

    @property
    def done(self) -> Path:
        """What was worked to its end."""
        return self.root / "done"

    @property
    def rejected(self) -> Path:
        """What was refused, each with its reason beside it."""
        return self.root / "rejected"

    @property
    def receipts(self) -> Path:
        """What goes back to the camera's machine."""
        return self.root / "receipts"

    @property
    def key(self) -> Path:
        """The private key that receipts are signed with; ``weir-analysis keys``."""
        return self.root / "keys" / "receipts"

    @property
    def results(self) -> Path:
        """The record, and the snapshots."""
        return self.root / "results"

    def make(self) -> None:
        """Make those that are not there, and forget what was on its way."""
        for folder in (
            self.inbox,
            self.working,
            self.done,
            self.rejected,
            self.receipts,
            self.results,
        ):
            make_folder(folder)
        shutil.rmtree(self.fetched, ignore_errors=True)
        for kept in (self.rejected, self.receipts):
            for name, _, _ in os.walk(kept):
                atomic.sweep(Path(name))
        for name, _, _ in os.walk(self.working, topdown=False):
            self._tidy(Path(name))

    def claim(self, relative: Path) -> Path:
        """Take a dropped file, with what belongs to it; where it is now."""
        return _move_together(
            self.inbox / relative, self.working, _with_short_names(relative)
        )

    def claimed(self) -> Iterator[Path]:
        """What a daemon before this one had claimed and not ended, by path.

        What belongs to a clip that was not claimed any more goes back to the inbox.
        """
        found = list(self._left_in_working())
        for path in found:
            clip = path.with_name(clip_of(path.name))
            if clip == path or not clip_of(path.name):
                yield path
            elif clip not in found:
                self.give_back(path)

    def give_back(self, claimed: Path) -> Path:
        """Put a claimed file back into the inbox, to arrive anew; where it is now."""
        path = self.working / claimed
        final = _move_together(path, self.inbox, claimed)
        self._tidy(path.parent)
        return final

    def final(self, claimed: Path) -> Path:
        """Where below done/ a claimed file can end: a path that is free."""
        return _free(self.done, claimed)

    def end(self, claimed: Path, final: Path) -> Path:
        """Move a claimed file, with what belongs to it, to a final path."""
        moved = _move_together(claimed, final.parent, Path(final.name))
        self._tidy(claimed.parent)
        return moved

    def reject(self, claimed: Path, reason: str) -> Path:
        """Put a claimed file away with the reason beside it; where it is now."""
        text = reason.rstrip() + "\n"

        def is_taken(path: Path) -> bool:
            return os.path.lexists(path) or _is_other(reason_of(path), text)

        final = _free(self.rejected, claimed.relative_to(self.working), is_taken)
        make_folder(final.parent)
        atomic.write_text(reason_of(final), text)
        return self.end(claimed, final)

    def delete(self, claimed: Path) -> None:
        """Delete a claimed file and what belongs to it (``keep_done = false``)."""
        for path in (*companions(claimed), claimed):
            path.unlink(missing_ok=True)
        self._tidy(claimed.parent)

    def _left_in_working(self) -> Iterator[Path]:
        for folder, names, files in os.walk(self.working):
            names[:] = sorted(n for n in names if not n.startswith("."))
            for name in sorted(files):
                if not name.endswith(atomic.PART):
                    yield Path(folder, name).relative_to(self.working)

    def _tidy(self, folder: Path) -> None:
        """Remove the sub-folders of working/ that are empty now."""
        while folder != self.working:
            try:
                folder.rmdir()
            except OSError:
                return
            folder = folder.parent


def make_folder(folder: Path) -> None:
    """Make a folder and those above it."""
    folder.mkdir(parents=True, exist_ok=True)


def companions(video: Path) -> tuple[Path, ...]:
    """The files that belong to a bare clip and travel with it."""
    names = (sidecar_name(video.name), truth_name(video.name))
    paths = (video.with_name(name) for name in names)
    return tuple(path for path in paths if os.path.lexists(path))


def reason_of(rejected: Path) -> Path:
    """The file that says why another was rejected."""
    return rejected.with_name(rejected.name + REASON_SUFFIX)


def _move_together(source: Path, base: Path, relative: Path) -> Path:
    final = _free(base, relative)
    make_folder(final.parent)
    # The clip goes last: while it has not moved, the whole has not.
    for path in companions(source):
        suffix = path.name[len(source.name) :]
        atomic.move_aside(path, final.with_name(final.name + suffix))
    return atomic.move_aside(source, final)


def _free(
    base: Path, relative: Path, is_taken: Callable[[Path], bool] = os.path.lexists
) -> Path:
    """A free path like ``base/relative``, through folders that are folders."""
    folder = base
    for name in relative.parts[:-1]:
        folder = atomic.free_name(folder / name, _is_no_folder)
    return atomic.free_name(folder / relative.name, is_taken)


def _is_no_folder(path: Path) -> bool:
    return os.path.lexists(path) and not path.is_dir()


def _with_short_names(relative: Path) -> Path:
    return Path(*(_shortened(name) for name in relative.parts))


def _shortened(name: str) -> str:
    """A name that leaves room for what is added to it; the ending is kept."""
    data, ending = os.fsencode(name), os.fsencode(Path(name).suffix)
    if len(data) <= _LONGEST_NAME or len(ending) > 20:
        return os.fsdecode(data[:_LONGEST_NAME])
    stem = data[: _LONGEST_NAME - len(ending)]
    return stem.decode("utf-8", "ignore") + os.fsdecode(ending)


def _is_other(note: Path, text: str) -> bool:
    """Whether a reason lies there that is not the one that is to be written."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return note.read_text("utf-8") != text
    return os.path.lexists(note)
