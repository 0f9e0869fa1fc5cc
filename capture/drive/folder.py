"""A folder on the drive that is held open: the drive's root, or one below it.

Whatever is reached through the open directory lies on the drive that was opened.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Optional

from capture.drive.claim import claim
from weir import owner

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


class Folder:
    """The drive's directory, held open; everything in it is reached through it.

    Args:
        descriptor: an open descriptor of the directory.
        mount: an open descriptor of the mount point above it; None if the directory is
            the mount point itself.

    Attributes:
        path: the open directory as a path. It leads to the drive that was opened, even
            if another drive, or none, is mounted there by now.
    """

    def __init__(self, descriptor: int, mount: Optional[int] = None) -> None:
        self._descriptor = descriptor
        self._mount = mount
        self._lock: Optional[int] = None
        self.path = Path(f"/proc/self/fd/{descriptor}")

    def __enter__(self) -> Folder:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        exc: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it, so that the drive can be unmounted."""
        for descriptor in (self._lock, self._descriptor, self._mount):
            if descriptor is not None:
                os.close(descriptor)

    def claim(self) -> str:
        """Claim it until it is closed.

        Returns:
            Who has claimed it before, in words; empty when it is ours.
        """
        self._lock, holder = claim(self.path)
        return holder

    def is_mount(self) -> bool:
        """Whether the folder is a mount point, or lies on its mount point's drive."""
        root = self._descriptor if self._mount is None else self._mount
        here = os.fstat(root)
        above = os.stat("..", dir_fd=root)
        mine = os.fstat(self._descriptor)
        return here.st_dev != above.st_dev and mine.st_dev == here.st_dev

    def is_read_only(self) -> bool:
        """Whether its file system takes no writes."""
        return bool(os.fstatvfs(self._descriptor).f_flag & os.ST_RDONLY)

    def free_bytes(self) -> int:
        """Return how many bytes an ordinary user may still write."""
        facts = os.fstatvfs(self._descriptor)
        return facts.f_bavail * facts.f_frsize

    def names(self) -> list[str]:
        """Return the names in the folder.

        Raises:
            OSError: it cannot be listed.
        """
        return [entry.name for entry in self.path.iterdir()]


def open_folder(directory: Path) -> Folder:
    """Open a drive's root, or any other folder.

    Raises:
        OSError: it is not there, or is no folder.
    """
    return Folder(os.open(directory, _DIRECTORY))


def open_below(mount: Path, directory: Path, *, create: bool) -> Folder:
    """Open a folder of a drive, step by step from its mount point.

    No link on the way is followed, because it may lead to another disk.

    Args:
        mount: the mount point.
        directory: the folder, somewhere below the mount point.
        create: whether to make missing folders, if a drive is mounted.

    Returns:
        The folder; the mount point's own if no drive is mounted there.

    Raises:
        OSError: the folder is not there, or cannot be made.
    """
    root = os.open(mount, _DIRECTORY)
    here = os.dup(root)
    folder = Folder(here, root)
    try:
        if not folder.is_mount():
            return folder  # without a drive there is nothing below it
        for name in directory.relative_to(mount).parts:
            if create:
                with suppress(FileExistsError):
                    os.mkdir(name, dir_fd=here)
            below = os.open(name, _DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
            if create:
                owner.give(below, here)
            os.close(here)
            here = below
            folder = Folder(here, root)
    except BaseException:
        folder.close()
        raise
    return folder
