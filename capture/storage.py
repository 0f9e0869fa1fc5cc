"""The drive: whether it is there, can be written, and has room.

A folder that is empty because nothing is mounted on it looks like a drive. So the drive
is opened as a directory first, and it is that open directory which is asked whether it
is the root of a mount, and below which every file is made: when the drive is pulled or
unmounted in between, the file still cannot end up on the system's disk.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Optional

from capture import DriveError, DriveTaken
from capture.claim import claim
from capture.config import CaptureConfig
from weir.effort import DRIVE_ERROR, DRIVE_FULL, NO_DRIVE

MB = 1_000_000
ALWAYS_FREE = MB
"""Bytes that are left even with ``min_free_mb = 0``: a sidecar must still fit."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Folder:
    """The drive's directory, held open; everything in it is reached through it.

    Attributes:
        path: the open directory as a path. It leads to the drive that was opened, even
            when another one, or none, is mounted there by now.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
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
        """Let go of it, so that the drive can be unmounted."""
        os.close(self._descriptor)

    def claim(self) -> str:
        """Claim it until it is closed; who has claimed it before, else empty."""
        return claim(self._descriptor)

    def is_mount(self) -> bool:
        """Whether it is the root of a mount: another device than its parent."""
        here = os.fstat(self._descriptor)
        above = os.stat("..", dir_fd=self._descriptor)
        return here.st_dev != above.st_dev

    def is_read_only(self) -> bool:
        """Whether its file system takes no writes."""
        return bool(os.fstatvfs(self._descriptor).f_flag & os.ST_RDONLY)

    def free_bytes(self) -> int:
        """What an ordinary user may still write."""
        facts = os.fstatvfs(self._descriptor)
        return facts.f_bavail * facts.f_frsize

    def names(self) -> list[str]:
        """The names in it; raises OSError."""
        return [entry.name for entry in self.path.iterdir()]


class Drive:
    """Where clips go.

    Args:
        directory: the drive's mount point.
        require_mount: whether it must be one.
        min_free_bytes: what filming leaves free.
        alone: whether it is claimed while it is open, for filming.
    """

    def __init__(
        self,
        directory: Path,
        *,
        require_mount: bool,
        min_free_bytes: int,
        alone: bool = False,
    ) -> None:
        self.directory = directory
        self._require_mount = require_mount
        self._alone = alone
        self.min_free_bytes = max(min_free_bytes, ALWAYS_FREE)

    @classmethod
    def of(cls, config: CaptureConfig, *, alone: bool = False) -> Drive:
        """The drive that the config names."""
        return cls(
            config.directory,
            require_mount=config.require_mount,
            min_free_bytes=int(config.min_free_mb * MB),
            alone=alone,
        )

    def open(self) -> Folder:
        """Open the drive, to read or to write.

        Raises:
            DriveError: it is not there, or what is there is not a mounted drive.
            DriveTaken: another process films to it.
        """
        try:
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
            folder = Folder(os.open(self.directory, flags))
        except OSError as exc:
            raise DriveError(
                f"{self.directory}: cannot be opened ({exc.strerror})", NO_DRIVE
            ) from exc
        try:
            with self.errors():
                self._check_mount(folder)
                if self._alone:
                    self._claim(folder)
        except BaseException:
            folder.close()
            raise
        return folder

    def open_for(self, expected_bytes: int) -> Folder:
        """Open the drive to write so many bytes to it.

        Raises:
            DriveError: it is not there, not writable, or has not the room.
        """
        folder = self.open()
        try:
            with self.errors():
                self._check_writable(folder)
                self._check_room(folder, expected_bytes)
        except BaseException:
            folder.close()
            raise
        return folder

    def check(self, folder: Folder, expected_bytes: int = 0) -> None:
        """See that an open drive is still the one that is mounted, and has room.

        Raises:
            DriveError: it is not, or has not.
        """
        with self.errors():
            self._check_mount(folder)
            self._check_room(folder, expected_bytes)

    def _check_room(self, folder: Folder, expected_bytes: int) -> None:
        free = folder.free_bytes()
        if free < self.min_free_bytes + expected_bytes:
            raise DriveError(
                f"{self.directory}: {free // MB} MB free, "
                f"{expected_bytes / MB:.1f} MB are to be written and "
                f"{self.min_free_bytes // MB} MB to stay free",
                DRIVE_FULL,
            )

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Turn what the system says about the drive into DriveError."""
        try:
            yield
        except (DriveError, BrokenPipeError):
            raise  # no drive breaks a pipe; whoever read our output has left
        except OSError as exc:
            reason = DRIVE_FULL if exc.errno in _FULL else DRIVE_ERROR
            raise DriveError(
                f"{self.directory}: {exc.strerror or exc}", reason
            ) from exc

    def _check_mount(self, folder: Folder) -> None:
        if self._require_mount and not folder.is_mount():
            raise DriveError(
                f"{self.directory}: no drive is mounted there (require_mount)",
                NO_DRIVE,
            )

    def _claim(self, folder: Folder) -> None:
        holder = folder.claim()
        if holder:
            raise DriveTaken(
                f"{self.directory}: {holder} films to it already; stop one of the two, "
                "or give each a drive of its own"
            )

    def _check_writable(self, folder: Folder) -> None:
        if folder.is_read_only():
            raise DriveError(f"{self.directory}: is mounted read-only", DRIVE_ERROR)
