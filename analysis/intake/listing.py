"""Lists the files below a folder that others can write to, and follows no links."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from weir.junk import is_junk, is_unfinished

Stamp = tuple[int, int, int, int]
"""A file's size, time of last write in nanoseconds, inode and device.

At least one of them changes if the bytes change or another file takes the name.
"""

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK
DEEPEST = 16
"""Folders may be nested this deep; files that lie deeper are not taken."""

_MOST_HOLES = 1 << 20
_NO_STAMP: Stamp = (0, 0, 0, 0)


@dataclass(frozen=True)
class Entry:
    """Describes a file, or anything else, that was found in the folder.

    Attributes:
        stamp: stays the same while nobody writes to it.
        why: why it cannot be taken as it is; empty if it can.
        changed_s: when it was dropped or claimed, in seconds since 1970.
        owner: the number of the user whose file it is.
    """

    stamp: Stamp
    why: str = ""
    changed_s: float = 0.0
    owner: int = 0

    @property
    def bytes(self) -> int:
        """The size in bytes."""
        return self.stamp[0]


def walk(
    folder: Path, heartbeat: Callable[[], None] = lambda: None
) -> Iterator[tuple[Path, Entry]]:
    """List everything below a folder except the folders themselves.

    Hidden folders, those of file managers and those of unfinished downloads are listed
    like files and not entered. Files that vanish meanwhile are left out.

    Args:
        folder: where to begin. A link is followed here, and nowhere below.
        heartbeat: called for each entry.

    Yields:
        The path of each entry below the folder, and the entry.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return
    except OSError as exc:
        yield Path(), _unseen(exc)
        return
    yield from _walk(descriptor, Path(), heartbeat)


def _walk(
    descriptor: int, here: Path, heartbeat: Callable[[], None]
) -> Iterator[tuple[Path, Entry]]:
    """List what lies below an open folder, then close it."""
    try:
        with os.scandir(descriptor) as entries:
            for entry in entries:
                heartbeat()
                yield from _look_at(descriptor, entry, here / entry.name, heartbeat)
    except OSError as exc:
        yield here, _unseen(exc)
    finally:
        os.close(descriptor)


def _look_at(
    folder: int,
    entry: os.DirEntry[str],
    path: Path,
    heartbeat: Callable[[], None],
) -> Iterator[tuple[Path, Entry]]:
    try:
        facts = entry.stat(follow_symlinks=False)
    except OSError:
        return
    is_folder = stat.S_ISDIR(facts.st_mode)
    if not is_folder or is_junk(entry.name) or is_unfinished(entry.name):
        yield path, _entry(facts)
    elif len(path.parts) > DEEPEST:
        yield path, Entry(_NO_STAMP, f"it lies more than {DEEPEST} folders deep")
    else:
        try:
            below = os.open(entry.name, FOLDER_FLAGS, dir_fd=folder)
        except FileNotFoundError:
            return
        except OSError as exc:
            yield path, _unseen(exc)
        else:
            yield from _walk(below, path, heartbeat)


def _entry(facts: os.stat_result) -> Entry:
    if stat.S_ISLNK(facts.st_mode):
        return Entry(_NO_STAMP, "it is a link; copy the file itself")
    why = "" if stat.S_ISREG(facts.st_mode) else "it is no plain file"
    if not why and facts.st_nlink > 1 and _is_private(facts):
        # If it were the key that signs, its copy could be read by all members.
        why = "it is a second name of a private file; copy the file instead"
    return Entry(stamp_from(facts), why, facts.st_ctime, facts.st_uid)


def _is_private(facts: os.stat_result) -> bool:
    """Whether a file is this service's, and the group that reads results may not."""
    shown = stat.S_IROTH | (stat.S_IRGRP if facts.st_gid == os.getegid() else 0)
    return facts.st_uid == os.geteuid() and not facts.st_mode & shown


def _unseen(exc: OSError) -> Entry:
    return Entry(_NO_STAMP, f"the folder cannot be looked into ({exc.strerror})")


def own_folders(top: Path) -> Iterator[Path]:
    """List a folder and all folders below it, each before its sub-folders.

    A folder that belongs to somebody else is neither listed nor entered, because its
    owner may have made it endless, and may deny access to it at any time.
    """
    here = [top]
    while here:
        folder = here.pop()
        yield folder
        with contextlib.suppress(FileNotFoundError), os.scandir(folder) as entries:
            here += [Path(entry.path) for entry in entries if _is_own_folder(entry)]


def _is_own_folder(entry: os.DirEntry[str]) -> bool:
    with contextlib.suppress(OSError):
        facts = entry.stat(follow_symlinks=False)
        return stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid()
    return False


def stamp_of(path: Path) -> Stamp:
    """Read a file's stamp, without following a link.

    Raises:
        OSError: the file is missing or cannot be looked at.
    """
    return stamp_from(path.lstat())


def stamp_from(facts: os.stat_result) -> Stamp:
    """Make a file's stamp from the result of stat."""
    return facts.st_size, facts.st_mtime_ns, facts.st_ino, facts.st_dev


def holes_in(facts: os.stat_result) -> int:
    """Count the bytes of a file that are not stored on disk because they are holes.

    A copy would store them. A file system that compresses also stores fewer bytes.

    Returns:
        The number of bytes, or 0 if there are only a few.
    """
    holes = facts.st_size - facts.st_blocks * 512
    return holes if holes > _MOST_HOLES else 0


def belong_together(clip: os.stat_result, beside: os.stat_result) -> bool:
    """Whether a file named after a clip comes from the same uploader as the clip.

    Anybody may put a file beside somebody else's clip. In a sandbox with PrivateUsers
    all users except the service and root look like one, so only root's files can be
    told apart there.
    """
    plain = stat.S_ISREG(beside.st_mode) and not holes_in(beside)
    return plain and clip.st_uid == beside.st_uid
