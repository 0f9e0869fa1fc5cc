"""Whole files or none: what stands under a final name is complete and on the disk.

Bytes go to ``<name>.part`` in the same folder, are synced, renamed, and the folder is
synced after them. A power cut at any moment leaves the old file, the new file, or the
old file and a ``.part`` that nobody takes for a result.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Callable, Optional

PART = ".part"


def part_of(path: Path) -> Path:
    """The name that a file bears while it is being written."""
    return path.with_name(path.name + PART)


@contextmanager
def writing(path: Path, through: Optional[Path] = None) -> Iterator[BinaryIO]:
    """Open ``path`` for writing; it appears when the block ends without an error.

    Args:
        through: what it is called until then, where ``<name>.part`` is something else.
    """
    part = through or part_of(path)
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


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
    """
    with path.open("ab+") as file:
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
    """Make the renames in a folder last; some network drives cannot, and say so."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError:
        # EINVAL on some FUSE and network file systems: they have no such order.
        pass
    finally:
        os.close(descriptor)
