"""Names the folders of the analysis, and moves dropped files through them.

A file goes from inbox/ to working/ and then to done/ or rejected/, by renames within
one file system. It keeps its path below the inbox. If a name is taken it gets a suffix,
so nothing is overwritten.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from analysis.intake.listing import own_folders
from analysis.origin.datefolders import card_of
from weir import atomic
from weir.clip import clip_of, companion_names
from weir.frametimes import clips_of_times, times_names
from weir.junk import is_unfinished
from weir.printable import printable_lines
from weir.receipt import RECEIPT_SUFFIX

LOCK_NAME = "lock"
REASON_SUFFIX = ".reason.txt"
_LONGEST_REASON = 1000
_LONGEST_NAME = 200  # bytes; with .receipt.json and the like a name has at most 255


@dataclass(frozen=True)
class Folders:
    """Says where everything is; ``root`` is ``analysis.folder`` of the config."""

    root: Path

    @property
    def inbox(self) -> Path:
        """Holds what people drop."""
        return self.root / "inbox"

    @property
    def working(self) -> Path:
        """Holds what was claimed and has not ended."""
        return self.root / "working"

    @property
    def taken(self) -> Path:
        """Holds claimed files that are still the uploader's, not our copies."""
        return self.working / ".taken"

    @property
    def fetched(self) -> Path:
        """Holds clips on their way to a worker; all of it can be made again."""
        return self.working / ".clips"

    @property
    def crashes(self) -> Path:
        """Holds notes about what was begun and has not ended."""
        return self.working / ".tries"

    @property
    def done(self) -> Path:
        """Holds what was worked to its end."""
        return self.root / "done"

    @property
    def rejected(self) -> Path:
        """Holds what was refused, each with its reason beside it."""
        return self.root / "rejected"

    @property
    def receipts(self) -> Path:
        """Holds the receipts that go back to the camera's machine."""
        return self.root / "receipts"

    @property
    def key(self) -> Path:
        """The private key that signs receipts; ``weir-analysis keys`` makes it."""
        return self.root / "keys" / "receipts"

    @property
    def results(self) -> Path:
        """Holds the record and the snapshots."""
        return self.root / "results"

    @property
    def labels(self) -> Path:
        """Holds what people said about footage."""
        return self.root / "labels"

    def make(self) -> None:
        """Make the folders that are missing, and remove what was half-written."""
        for folder in (
            self.inbox,
            self.working,
            self.done,
            self.rejected,
            self.receipts,
            self.results,
            self.labels,
        ):
            make_folder(folder)
        shutil.rmtree(self.fetched, ignore_errors=True)
        for kept in (self.working, self.done, self.rejected, self.receipts):
            for folder in own_folders(kept):
                atomic.sweep(folder)
        atomic.sweep(self.results)
        for folder in reversed(list(own_folders(self.working))):
            remove_empty(folder, self.working)

    def where(self, claimed: Path) -> Path:
        """Find a claimed file, which lies in .taken until our copy is whole."""
        taken = self.taken / claimed
        return taken if os.path.lexists(taken) else self.working / claimed

    def end(self, claimed: Path, final: Path) -> Path:
        """Move a claimed file, and the files that belong to it, to its final path.

        Args:
            claimed: the file's present path.
            final: a path that is free.

        Returns:
            The path that the file has now.
        """
        make_folder(final.parent)
        # The clip goes last: until it has moved, the move is not complete.
        for path in companions(claimed):
            beside = dict(zip(names_beside(claimed.name), names_beside(final.name)))
            atomic.move_aside(path, final.with_name(beside[path.name]))
        moved = atomic.move_aside(claimed, final)
        remove_empty(claimed.parent, self.working)
        return moved

    def reject(self, claimed: Path, reason: str) -> Path:
        """Move a claimed file to rejected/, and write the reason beside it.

        Returns:
            The path that the file has now.
        """
        text = printable_lines(reason.rstrip()[:_LONGEST_REASON]) + "\n"

        def is_taken(path: Path) -> bool:
            return os.path.lexists(path) or _is_other(reason_of(path), text)

        base = self.taken if self.taken in claimed.parents else self.working
        final = free_path(self.rejected, claimed.relative_to(base), is_taken)
        make_folder(final.parent)
        atomic.write_text(reason_of(final), text)
        return self.end(claimed, final)

    def delete(self, claimed: Path) -> None:
        """Delete a claimed file and what belongs to it (``keep_done = false``)."""
        for path in (*companions(claimed), claimed):
            path.unlink(missing_ok=True)
        remove_empty(claimed.parent, self.working)


def make_folder(folder: Path) -> None:
    """Make a folder and those above it."""
    folder.mkdir(parents=True, exist_ok=True)


def remove_empty(folder: Path, top: Path) -> None:
    """Remove a folder if it is empty, and then those above it, up to ``top``."""
    while folder != top:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def names_beside(clip: str) -> tuple[str, ...]:
    """Return the names of the files that travel with a clip, in a fixed order."""
    return (*companion_names(clip), *times_names(clip))


def clips_beside(path: Path) -> tuple[Path, ...]:
    """Return the clips that a file would travel with; none if it is a clip itself."""
    clip = clip_of(path.name)
    names = (clip,) if clip and clip != path.name else clips_of_times(path.name)
    return tuple(path.with_name(name) for name in names)


def names_around(folders: Folders, folder: Path) -> Iterator[str]:
    """List the files that lie in a folder below the inbox, or lay there before.

    On a memory card, those in its other folders follow.

    Args:
        folders: where everything is.
        folder: its path below the inbox.
    """
    tops = (folders.inbox, folders.taken, folders.working, folders.done)
    for top in tops:
        with contextlib.suppress(OSError):
            for path in (top / folder).iterdir():
                yield path.stem if is_unfinished(path.name) else path.name
    with contextlib.suppress(OSError):  # a clip may be deleted (``keep_done = false``)
        for path in (folders.receipts / folder).glob("*" + RECEIPT_SUFFIX):
            yield path.name.removesuffix(RECEIPT_SUFFIX)
    if depth := card_of(folder.parts):
        for top in tops:
            for _, _, names in os.walk(top.joinpath(*folder.parts[:depth])):
                yield from names


def companions(video: Path) -> tuple[Path, ...]:
    """List the files that lie beside a clip and belong to it."""
    paths = (video.with_name(name) for name in names_beside(video.name))
    return tuple(path for path in paths if os.path.lexists(path))


def reason_of(rejected: Path) -> Path:
    """Name the file that says why another file was rejected."""
    return rejected.with_name(rejected.name + REASON_SUFFIX)


def free_path(
    base: Path, relative: Path, is_taken: Callable[[Path], bool] = os.path.lexists
) -> Path:
    """Find a free path like ``base/relative``.

    If a part of it exists but is not a folder, a new name is used, for example
    ``cam2-2`` instead of ``cam2``.
    """
    folder = base
    for name in relative.parts[:-1]:
        folder = atomic.free_name(folder / name, _is_no_folder)
    return atomic.free_name(folder / relative.name, is_taken)


def _is_no_folder(path: Path) -> bool:
    return os.path.lexists(path) and not path.is_dir()


def with_short_names(relative: Path) -> Path:
    """Shorten the names in a path, so that suffixes can be added to them."""
    return Path(*(_shortened(name) for name in relative.parts))


def _shortened(name: str) -> str:
    """Shorten a name so that a suffix can be added, but keep its file ending.

    Bytes are left out at the end only. Left out where they are no text, they could
    leave ``..``, which leads out of the folder, or a hidden name.
    """
    data, ending = os.fsencode(name), os.fsencode(Path(name).suffix)
    if len(data) <= _LONGEST_NAME or len(ending) > 20:
        return os.fsdecode(data[:_LONGEST_NAME])
    most = _LONGEST_NAME - len(ending)
    # A letter of UTF-8 has up to four bytes; those after the first begin with 10.
    whole = (at for at in range(most, most - 4, -1) if data[at] & 0xC0 != 0x80)
    return os.fsdecode(data[: next(whole, most)] + ending)


def _is_other(note: Path, text: str) -> bool:
    """Whether something else lies where the reason would be written."""
    data = text.encode("utf-8")
    with contextlib.suppress(OSError):
        # Somebody may have dropped a file of that name, of any size and kind.
        facts = note.lstat()
        if not stat.S_ISREG(facts.st_mode) or facts.st_size != len(data):
            return True
        return note.read_bytes() != data
    return os.path.lexists(note)
