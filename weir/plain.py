"""Plain files only: what bears a file's name on a drive may be anything.

A drive comes out of a camera that lost its power, or from somebody's pocket. A FIFO is
waited for without end, a device does what it likes when it is opened, a link leads off
the drive, and a file of a terabyte fills the memory. So each name is looked at before
it is opened, links are not followed, and no more is read than was asked for.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from weir import owner

LARGEST_DOCUMENT = 4 << 20
"""Bytes of a sidecar or a book; JSON takes up to thirty times its size in memory."""

LARGEST_LEDGER = 16 << 20
"""Bytes of a file that is read line by line; of a longer one the newest."""

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFLNK: "a link",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


class UnfitFile(OSError):
    """What has the name is not such a file as was expected."""


STRANGE = (UnfitFile, PermissionError, IsADirectoryError, NotADirectoryError)
"""What a name brings that something else has taken; other errors are the drive's."""


def problem(path: Path) -> str:
    """Say why a name is not that of a plain file; empty when it is, or is free."""
    try:
        return _problem(os.lstat(path))
    except FileNotFoundError:
        return ""


def is_plain(path: Path) -> bool:
    """Whether a plain file has the name; a link to one is none."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode)
    except OSError:
        return False


def descriptor(path: Path, flags: int, mode: int = 0o666) -> int:
    """Open a plain file, at once and whatever lies there.

    Args:
        flags: of open(2).
        mode: of a file that is made by it, less the umask.

    Raises:
        UnfitFile: something else has the name.
        OSError: it cannot be opened.
    """
    _check(path, problem(path))  # before it is opened: a device acts on that alone
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
    """Open a plain file for reading; raises as ``descriptor`` does."""
    return os.fdopen(descriptor(path, os.O_RDONLY), "rb")


def read(path: Path, most: int = LARGEST_DOCUMENT) -> bytes:
    """Read a whole plain file.

    Raises:
        UnfitFile: it is none, or has more than ``most`` bytes.
        OSError: it cannot be read.
    """
    with opened(path) as file:
        data = file.read(most + 1)
    _check(path, f"has more than {most} bytes" if len(data) > most else "")
    return data


def read_newest(path: Path, most: int = LARGEST_LEDGER) -> bytes:
    """Read the last whole lines of a plain file, ``most`` bytes of them.

    Raises:
        OSError: as ``read`` does.
    """
    with opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > most:
            file.seek(size - most - 1)
            file.readline(most + 1)  # ends the line that is cut
        return file.read(most)


def _problem(facts: os.stat_result) -> str:
    if stat.S_ISREG(facts.st_mode):
        return ""
    kind = _KINDS.get(stat.S_IFMT(facts.st_mode), "something strange")
    return f"is {kind}, and a plain file was expected"


def _check(path: Path, trouble: str) -> None:
    if trouble:
        raise UnfitFile(errno.EINVAL, f"{path.name} {trouble}")
