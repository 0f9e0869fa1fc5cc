"""Only plain files are opened, whatever else may have a file's name on a drive.

A drive comes from a camera that lost its power, or from somebody's pocket. Opening a
FIFO waits for ever, a device may do anything when it is opened, a link leads off the
drive, and a file of a terabyte fills the memory. So each name is checked before it is
opened, links are not followed, and no more is read than was asked for.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from weir import WeirError, owner

LARGEST_DOCUMENT = 4 << 20
"""Bytes of one JSON document; parsed, it takes up to thirty times its size."""

LARGEST_LEDGER = 16 << 20
"""Bytes of a file that is read line by line; of a longer one, the last are read."""

_NAMES = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class UnfitFile(WeirError, OSError):
    """The name is not that of a plain file, or the file is too large."""


STRANGE = (UnfitFile, PermissionError, IsADirectoryError, NotADirectoryError)
"""The errors for a name that is no plain file; all others mean that the drive fails."""


def problem(path: Path) -> str:
    """Say why a name is not that of a plain file.

    Returns:
        The reason in words; empty if it is a plain file, or nothing has the name.
    """
    try:
        return _problem(os.lstat(path))
    except FileNotFoundError:
        return ""


def is_plain(path: Path) -> bool:
    """Whether the name is that of a plain file; a link to one does not count."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def descriptor(path: Path, flags: int, mode: int = 0o666) -> int:
    """Open a plain file without waiting, and refuse anything else of that name.

    Args:
        path: the file.
        flags: those of open(2).
        mode: the permissions, less the umask, if the file is made.

    Returns:
        The file's descriptor.

    Raises:
        UnfitFile: something else has the name.
        OSError: it cannot be opened.
    """
    _check(path, problem(path))  # before open(2), which alone can start a device
    flags |= os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    opened = os.open(path, flags, mode)
    try:
        _check(path, _problem(os.fstat(opened)))
        if flags & os.O_CREAT:
            owner.give(opened, path.parent)
    except BaseException:
        os.close(opened)
        raise
    return opened


def opened(path: Path) -> BinaryIO:
    """Open a plain file for reading.

    Raises:
        UnfitFile: something else has the name.
        OSError: it cannot be opened.
    """
    return os.fdopen(descriptor(path, os.O_RDONLY), "rb")


def read(path: Path, most: int = LARGEST_DOCUMENT) -> bytes:
    """Read a whole plain file.

    Raises:
        UnfitFile: it is no plain file, or has more than ``most`` bytes.
        OSError: it cannot be read.
    """
    with opened(path) as file:
        data = file.read(most + 1)
    _check(path, f"has more than {most} bytes" if len(data) > most else "")
    return data


def read_newest(path: Path, most: int = LARGEST_LEDGER) -> bytes:
    """Read the last whole lines of a plain file, ``most`` bytes at most.

    Raises:
        UnfitFile: it is no plain file.
        OSError: it cannot be read.
    """
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            file.seek(size - most - 1)
            file.readline(most + 1)  # skips the rest of a line that is cut
        return file.read(most)


def _problem(facts: os.stat_result) -> str:
    if stat.S_ISREG(facts.st_mode):
        return ""
    found = _NAMES.get(stat.S_IFMT(facts.st_mode), "something strange")
    return f"is {found}, and a plain file was expected"


def _check(path: Path, trouble: str) -> None:
    if trouble:
        raise UnfitFile(errno.EINVAL, f"{path.name} {trouble}")
