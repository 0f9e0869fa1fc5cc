"""Whole files or none: what stands under a final name is complete and on the disk.

Bytes go to a file of their own in the same folder, ``weir-<random>.part``, which is
synced and renamed; the folder is synced after that. A power cut at any moment leaves
the old file, the new file, or the old file and a ``.part`` that nobody takes for a
result. ``sweep`` removes those; the owner of a folder calls it when it begins.
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
"""What a file system says that has no order to sync a folder."""


def part_of(path: Path) -> Path:
    """The name that a clip bears while it is being filmed."""
    return path.with_name(path.name + PART)


@contextmanager
def writing(path: Path, *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """Open ``path`` for writing; it appears when the block ends without an error.

    A link that bears the name is replaced, never followed.

    Args:
        mode: of the file, less the umask.
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

    Only a file with a temporary name, of this user, that no process writes any more.

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
    """Write a whole file, replacing what had the name."""
    with writing(path) as file:
        file.write(data)


def write_text(path: Path, text: str) -> None:
    """Write a whole file of UTF-8 text, replacing what had the name."""
    write_bytes(path, text.encode("utf-8"))


def append_line(path: Path, line: str) -> None:
    r"""Add one line to a log of lines and sync it.

    What a power cut left without its newline is ended first, so that one torn line
    never spoils the next.

    Raises:
        OSError: it cannot be written, or something else than a file has the name.
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
    """``path``, or where that is taken the first free ``name-2.ext``, ``name-3.ext``.

    One process owns each folder that this is used in, so that the name stays free.
    """
    candidate, number = path, 1
    while is_taken(candidate):
        number += 1
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
    return candidate


def move_aside(source: Path, target: Path) -> Path:
    """Rename ``source`` to ``target`` or a free name like it; never over a file."""
    final = free_name(target)
    source.rename(final)
    sync_folder(final.parent)
    sync_folder(source.parent)
    return final


def sync_folder(folder: Path) -> None:
    """Flush a folder's renames to the disk.

    Raises:
        OSError: the disk does not take them. A file system that has no such order
            (some network and FUSE ones) is forgiven.
    """
    with _naming(folder), _opened(folder) as opened:
        sync_opened(opened)


def sync_opened(folder: int) -> None:
    """Flush the renames in a folder that is open; raises OSError as above."""
    try:
        os.fsync(folder)
    except OSError as exc:
        if exc.errno not in _NO_SYNC:
            raise


@contextmanager
def _opened(folder: Path) -> Iterator[int]:
    """Hold a folder open: what is made in it ends there, whatever its name is now."""
    descriptor = os.open(folder, _FOLDER)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Let an error name the file that was wanted, not a temporary one or none."""
    try:
        yield
    except OSError as exc:
        exc.filename, exc.filename2 = str(path), None
        raise


def _temporary(folder: int, mode: int) -> tuple[str, int]:
    """Make a file that was not there, and lock it so that no ``sweep`` removes it."""
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
    """Lock a file for as long as it is open. Returns: False where that cannot be."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _remove_left(folder: int, name: str) -> bool:
    """Remove a temporary file unless it is somebody else's or being written."""
    try:
        descriptor = os.open(name, _LOOK, dir_fd=folder)
    except OSError:
        return False  # gone, or a link, or not ours to open
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
