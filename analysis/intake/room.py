"""Checks whether there is enough room on the disk to go on."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from analysis import AnalysisError
from analysis.intake.folders import Folders

_FULL = (errno.ENOSPC, errno.EDQUOT)


class NoRoom(AnalysisError, OSError):
    """The disk has less free room than must stay free, which may pass by itself."""


class Room:
    """Watches the disks that the analysis writes to, which may be more than one.

    Args:
        folders: where the analysis writes.
        min_free_mb: how much must stay free on each disk, in 10^6 bytes.
    """

    def __init__(self, folders: Folders, min_free_mb: float) -> None:
        self._folders = folders
        self._least = min_free_mb

    def shortage(self, needed: int = 0) -> str:
        """Find out whether and why there is too little room.

        Args:
            needed: how many bytes are about to be written into working/.

        Returns:
            The reason, or "" if there is enough room.
        """
        places = ((self._folders.working, needed), (self._folders.results, 0))
        problems = (self._in(folder, extra) for folder, extra in places)
        return next(filter(None, problems), "")

    def check(self, needed: int = 0) -> None:
        """Check that there is enough room; ``shortage`` explains ``needed``.

        Raises:
            NoRoom: there is too little room.
        """
        if problem := self.shortage(needed):
            raise NoRoom(problem)

    def _in(self, folder: Path, needed: int) -> str:
        try:
            facts = os.statvfs(folder)
        except OSError:
            return ""  # not made yet, or gone: whoever writes there will tell
        free = facts.f_bavail * facts.f_frsize
        if free < needed + self._least * 1e6:
            least = f"analysis.min_free_mb = {self._least:g}"
            more = f"{needed / 1e6:.0f} MB are needed and " if needed else ""
            return f"{more}{free / 1e6:.0f} MB are free for {folder.name}/; {least}"
        if facts.f_files and not facts.f_favail:
            return f"no file can be added to {folder.name}/ (inodes)"
        return ""


def is_no_room(exc: BaseException) -> bool:
    """Whether an error means that the disk is full."""
    return isinstance(exc, NoRoom) or (isinstance(exc, OSError) and exc.errno in _FULL)
