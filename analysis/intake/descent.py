"""Opens files below the inbox through descriptors, and never follows a link.

Anybody who may drop files may also replace a folder by a link between two of our steps.
A path is looked up again in every step, but a descriptor stays with the folder that was
opened. Nothing here blocks, even if a file was replaced by a pipe or a device.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path, PurePath
from typing import Callable, Optional

from analysis.intake.listing import FOLDER_FLAGS, Stamp, stamp_from

_FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


def folder_of(base: Path, relative: PurePath) -> AbstractContextManager[int]:
    """Open the folder that contains a file below ``base``.

    Args:
        base: a folder that only the service and root can replace.
        relative: the file's path below it.

    Yields:
        The folder's descriptor.

    Raises:
        OSError: a part of the path is missing, is a link, or is not a folder.
    """
    return _descended(base, relative, _entered)


def made_folder_of(base: Path, relative: PurePath) -> AbstractContextManager[int]:
    """Open the folder for a file below ``base``, and make missing folders.

    If a part of the path exists but is not a folder, a new name is used, for example
    ``cam2-2`` instead of ``cam2``.

    Yields:
        The folder's descriptor.

    Raises:
        OSError: a folder cannot be made.
    """
    return _descended(base, relative, _made)


@contextlib.contextmanager
def opened(base: Path, relative: PurePath, seen: Stamp) -> Iterator[int]:
    """Open a file below ``base`` for reading, if it is still the one that was seen.

    Yields:
        Its descriptor.

    Raises:
        OSError: the file cannot be opened, or is another file now (ESTALE).
    """
    with folder_of(base, relative) as folder:
        descriptor = os.open(relative.name, _FILE_FLAGS, dir_fd=folder)
    try:
        facts = os.fstat(descriptor)
        if not stat.S_ISREG(facts.st_mode) or stamp_from(facts) != seen:
            raise OSError(errno.ESTALE, "it was changed meanwhile", str(relative))
        yield descriptor
    finally:
        os.close(descriptor)


def facts_in(folder: int, name: str) -> Optional[os.stat_result]:
    """Look a name up in an open folder, without following a link.

    Returns:
        What stat says about it, or None if nothing has this name.
    """
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    except OSError as exc:
        if exc.errno == errno.ENAMETOOLONG:
            return None
        raise


def free_in(folder: int, name: str) -> str:
    """Find a free name in an open folder, such as ``name`` or ``name-2``."""
    path, number, candidate = PurePath(name), 1, name
    while facts_in(folder, candidate) is not None:
        number += 1
        candidate = f"{path.stem}-{number}{path.suffix}"
    return candidate


@contextlib.contextmanager
def _descended(
    base: Path, relative: PurePath, enter: Callable[[int, str], int]
) -> Iterator[int]:
    """Go down folder by folder; only the newest descriptor stays open."""
    here = os.open(base, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for name in relative.parts[:-1]:
            below = enter(here, name)
            os.close(here)
            here = below
        yield here
    finally:
        os.close(here)


def _entered(folder: int, name: str) -> int:
    return os.open(name, FOLDER_FLAGS, dir_fd=folder)


def _made(folder: int, name: str) -> int:
    number, candidate = 1, name
    while True:
        with contextlib.suppress(FileExistsError):
            os.mkdir(candidate, dir_fd=folder)
        try:
            return os.open(candidate, FOLDER_FLAGS, dir_fd=folder)
        except OSError as exc:
            if exc.errno not in (errno.ENOTDIR, errno.ELOOP):
                raise
        number += 1
        candidate = f"{name}-{number}"
