"""The drive: whether it is there, can be written, and has room.

An empty mount point without a drive looks like an empty drive. So the drive is opened
as a directory first. That open directory is asked whether it is a mount point, and
every file is made through it. If the drive is pulled or unmounted meanwhile, no file
can end up on the system's disk.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Union

from capture import DriveError, DriveTaken
from capture.config import CaptureConfig
from capture.drive.folder import Folder, open_below, open_folder
from weir import ConfigError
from weir.effort import DRIVE_ERROR, DRIVE_FULL, NO_DRIVE

MB = 1_000_000
ALWAYS_FREE = MB
"""Bytes that stay free even with ``min_free_mb = 0``: a sidecar must still fit."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class Drive:
    """The drive that clips go to.

    Args:
        directory: the drive's mount point, or a folder on the drive.
        require_mount: whether ``directory`` must be a mount point. A path names the
            mount point that it must lie in.
        min_free_bytes: how much filming leaves free.
        alone: whether the drive is claimed for filming while it is open.
    """

    def __init__(
        self,
        directory: Path,
        *,
        require_mount: Union[bool, Path],
        min_free_bytes: int,
        alone: bool = False,
    ) -> None:
        self.directory = directory
        self._require_mount = require_mount
        self._alone = alone
        self.min_free_bytes = max(min_free_bytes, ALWAYS_FREE)

    @classmethod
    def of(cls, config: CaptureConfig, *, alone: bool = False) -> Drive:
        """Return the drive that the config names.

        Raises:
            ConfigError: ``directory`` does not lie in the mount point it must lie in.
        """
        mount = config.require_mount
        parents, parts = config.directory.parents, config.directory.parts
        if isinstance(mount, Path) and (mount not in parents or ".." in parts):
            raise ConfigError(
                f'capture.require_mount = "{mount}": capture.directory must lie in it, '
                f"and is {config.directory}"
            )
        return cls(
            config.directory,
            require_mount=config.require_mount,
            min_free_bytes=int(config.min_free_mb * MB),
            alone=alone,
        )

    def open(self, *, create: bool = False) -> Folder:
        """Open the drive, to read or to write.

        Args:
            create: whether to make the folder if it is missing on a mounted drive.

        Raises:
            DriveError: the folder is not there, or no drive is mounted there.
            DriveTaken: another process films to it.
        """
        try:
            folder = self._opened(create=create or self._alone)
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
        """Open the drive in order to write a number of bytes to it.

        Raises:
            DriveError: it is not there, cannot be written, or has too little room.
        """
        folder = self.open(create=True)
        try:
            with self.errors():
                self._check_writable(folder)
                self._check_room(folder, expected_bytes)
        except BaseException:
            folder.close()
            raise
        return folder

    def check(self, folder: Folder, expected_bytes: int = 0) -> None:
        """Check that an open drive is still mounted and has room.

        Raises:
            DriveError: it is not, or it has too little room.
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
        """Turn OSErrors of the block into DriveErrors that name the drive."""
        try:
            yield
        except (DriveError, BrokenPipeError):
            raise  # no drive breaks a pipe; whoever read our output has left
        except OSError as exc:
            reason = DRIVE_FULL if exc.errno in _FULL else DRIVE_ERROR
            raise DriveError(
                f"{self.directory}: {exc.strerror or exc}", reason
            ) from exc

    def _opened(self, *, create: bool) -> Folder:
        if isinstance(self._require_mount, Path):
            return open_below(self._require_mount, self.directory, create=create)
        return open_folder(self.directory)

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
