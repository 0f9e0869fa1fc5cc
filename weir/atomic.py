"""Files appear whole or not at all: under its final name a file is complete and synced.

Bytes are first written to a temporary file in the same folder, ``weir-<random>.part``.
It is synced and renamed, and then the folder is synced. A power cut at any moment
leaves the old file, the new file, or the old file and a ``.part`` that nobody takes for
a result. ``sweep`` removes such ``.part`` files; the program that owns the folder calls
it at its start.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Callable

from weir import owner, plain

PART = ".part"

_TEMPORARY = re.compile(r"weir-[0-9a-f]{16}\.part")
_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LOOK = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NO_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP})
"""The errors with which a file system says that it cannot sync folders at all."""


def part_of(path: Path) -> Path:
    """Return the name that a clip has while it is being filmed."""
    return path.with_name(path.name + PART)


@contextmanager
def writing(path: Path, *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open a file for writing; it appears when the block ends without an error.

    A link of that name is replaced, never followed.

    Args:
        path: the final name.
        mode: the file's permissions, less the umask.
    """
    with _opened(path.parent) as folder:
        with _naming(path):
            name, descriptor = _temporary(folder, mode)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                with _naming(path):
                    file.flush()
                    os.fsync(descriptor)
                    os.replace(name, path.name, src_dir_fd=folder, dst_dir_fd=folder)
        except BaseException:
            with suppress(OSError):
                os.unlink(name, dir_fd=folder)
            raise
        with _naming(path.parent):
            sync_opened(folder)


def sweep(folder: Path) -> int:
    """Remove the temporary files that killed processes left in a folder.

    A file is removed only if it has a temporary name, belongs to this user, and no
    process is writing it.

    Returns:
        How many were removed.

    Raises:
        OSError: the folder cannot be read.
    """
    with _opened(folder) as opened:
        with os.scandir(opened) as entries:
            names = [e.name for e in entries if _TEMPORARY.fullmatch(e.name)]
        return sum(_remove_left(opened, name) for name in names)


def write_bytes(path: Path, data: bytes) -> None:
    """Write a whole file; it replaces a file of the same name."""
    with writing(path) as file:
        file.write(data)


def write_text(path: Path, text: str) -> None:
    """Write a whole file of UTF-8 text; it replaces a file of the same name."""
    write_bytes(path, text.encode("utf-8"))


def append_line(path: Path, line: str) -> None:
    r"""Add one line to a file of lines, and sync it.

    If a power cut left the last line without a newline, that line is ended first, so
    that it does not spoil the new one.

    Raises:
        OSError: it cannot be written, or the name is not that of a plain file.
    """
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
    with os.fdopen(plain.descriptor(path, flags), "ab+") as file:
        file.seek(0, os.SEEK_END)
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(line.encode("utf-8") + b"\n")
        file.flush()
        os.fsync(file.fileno())


def free_name(path: Path, is_taken: Callable[[Path], bool] = os.path.lexists) -> Path:
    """Find a free name: ``path`` itself, else ``name-2.ext``, ``name-3.ext`` and so on.

    The name stays free, because only one process writes to a folder where this is used.
    """
    candidate, number = path, 1
    while is_taken(candidate):
        number += 1
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return candidate


def move_aside(source: Path, target: Path) -> Path:
    """Rename ``source`` to ``target``, or to a free name like it if that is taken.

    Returns:
        The name that it got.
    """
    final = free_name(target)
    source.rename(final)
    sync_folder(final.parent)
    sync_folder(source.parent)
    return final


def sync_folder(folder: Path) -> None:
    """Flush a folder's renames to the disk.

    Raises:
        OSError: the disk does not take them. File systems that cannot do this at all
            (some network and FUSE ones) raise nothing.
    """
    with _naming(folder), _opened(folder) as opened:
        sync_opened(opened)


def sync_opened(folder: int) -> None:
    """Flush the renames in an open folder to the disk.

    Raises:
        OSError: as ``sync_folder`` does.
    """
    try:
        os.fsync(folder)
    except OSError as exc:
        if exc.errno not in _NO_SYNC:
            raise


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """Hold a folder open, so that files are made in it even if it is renamed."""
    descriptor = os.open(folder, _FOLDER)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Make an OSError name ``path`` instead of a temporary file or nothing."""
    try:
        yield
    except OSError as exc:
        exc.filename, exc.filename2 = str(path), None
        raise


def _temporary(folder: int, mode: int) -> tuple[str, int]:
    """Make a new temporary file, locked so that no ``sweep`` removes it."""
    while True:
        name = f"weir-{secrets.token_hex(8)}{PART}"
        descriptor = os.open(name, _NEW, mode, dir_fd=folder)
        owner.give(descriptor, folder)
        _lock(descriptor)
        with suppress(FileNotFoundError):  # swept before it was locked
            os.stat(name, dir_fd=folder, follow_symlinks=False)
            return name, descriptor
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    """Lock a file for as long as it is open.

    Returns:
        False if it cannot be locked.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _remove_left(folder: int, name: str) -> bool:
    """Remove a temporary file, unless it is another user's or being written.

    Returns:
        True if it was removed.
    """
    try:
        descriptor = os.open(name, _LOOK, dir_fd=folder)
    except OSError:
        return False  # it is gone, is a link, or may not be opened
    try:
        facts = os.fstat(descriptor)
        ours = stat.S_ISREG(facts.st_mode) and facts.st_uid == os.geteuid()
        if not (ours and _lock(descriptor)):
            return False
        os.unlink(name, dir_fd=folder)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True
