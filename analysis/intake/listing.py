"""Lists what lies below a folder that others can write to; follows no links."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

from weir.archive import is_junk

Stamp = tuple[int, int, int, int]
"""Size, time of the last write in nanoseconds, inode, device: what changes with the
bytes or when another file takes the name."""

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_NONBLOCK
DEEPEST = 16
"""How many folders may be nested; files that lie deeper are not taken."""

_MOST_HOLES = 1 << 20
_NO_STAMP: Stamp = (0, 0, 0, 0)


@dataclass(frozen=True)
class Entry:
    """Something that lies there.

    Attributes:
        stamp: the same while nobody writes to it.
        why: why it cannot be taken as it is; empty for a file.
        changed_s: when it was dropped or claimed, in seconds since 1970.
        owner: the number of the user whose file it is.
    """

    stamp: Stamp
    why: str = ""
    changed_s: float = 0.0
    owner: int = 0

    @property
    def bytes(self) -> int:
        """Its size."""
        return self.stamp[0]


def walk(
    folder: Path, heartbeat: Callable[[], None] = lambda: None
) -> Iterator[tuple[Path, Entry]]:
    """List everything below a folder except folders, with its path from there.

    Hidden folders and those of file managers are not entered. Files that vanish
    meanwhile are left out.

    Args:
        folder: where to begin. A link is followed here, and nowhere below.
        heartbeat: called for each entry.
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
    """Look into an open folder, and close it."""
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
    if not stat.S_ISDIR(facts.st_mode):
        yield path, _entry(facts)
    elif is_junk(entry.name):
        return
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
    private = facts.st_uid == os.geteuid() and not facts.st_mode & 0o077
    if not why and private and facts.st_nlink > 1:
        # It would be copied to where members read, were it the key that signs.
        why = "it is a second name of a private file; copy the file instead"
    return Entry(stamp_from(facts), why, facts.st_ctime, facts.st_uid)


def _unseen(exc: OSError) -> Entry:
    return Entry(_NO_STAMP, f"the folder cannot be looked into ({exc.strerror})")


def own_folders(top: Path) -> Iterator[Path]:
    """List a folder and those below it, each before those in it.

    A folder of somebody else is neither listed nor entered: its owner may have made it
    endless, and may close it at any time.
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
    """Read a file's stamp, without following a link. Raises OSError."""
    return stamp_from(path.lstat())


def stamp_from(facts: os.stat_result) -> Stamp:
    """Make a file's stamp from its stat."""
    return facts.st_size, facts.st_mtime_ns, facts.st_ino, facts.st_dev


def holes_in(facts: os.stat_result) -> int:
    """Count the bytes of a file that are not stored, because they are holes.

    A copy would store them. A compressing file system stores fewer bytes as well.

    Returns:
        0 if there are few.
    """
    holes = facts.st_size - facts.st_blocks * 512
    return holes if holes > _MOST_HOLES else 0


def belong_together(clip: os.stat_result, beside: os.stat_result) -> bool:
    """Whether a file that is named after a clip comes from the clip's uploader.

    Anybody may put a file beside the clip of somebody else. In a sandbox that shows
    all users but the service as one (PrivateUsers), only root's are told apart.
    """
    plain = stat.S_ISREG(beside.st_mode) and not holes_in(beside)
    return plain and clip.st_uid == beside.st_uid
