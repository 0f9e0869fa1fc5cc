"""Logs when the drive goes and when it is usable again, once each.

A drive that goes is logged at once, and not when the next slot begins in the morning. A
drive that comes back is logged when something was written to it, because a stick that
takes no more writes can still be opened.
"""

from __future__ import annotations

import logging

from capture import DriveError, events
from capture.config import CaptureConfig
from capture.drive.folder import Folder
from capture.drive.forecast import expected_bytes
from capture.drive.storage import Drive
from weir import atomic, effort
from weir.journal import tell

TRIAL_NAME = ".weir-trial"

logger = logging.getLogger(__name__)


class DriveWatch:
    """The watch over one drive.

    Args:
        drive: the drive.
        config: says how much will be filmed to it.

    Attributes:
        trouble: why we cannot film to the drive, in the ledger's words; empty if we
            can.
    """

    def __init__(self, drive: Drive, config: CaptureConfig) -> None:
        self.drive = drive
        self._config = config
        self.trouble = ""

    def look(self) -> bool:
        """Look at the drive between slots.

        Returns:
            True if it has just come back.
        """
        try:
            with self.drive.open_for(0) as folder, self.drive.errors():
                if self.trouble:
                    self._try(folder)
        except DriveError as exc:
            self.lost(exc.reason, str(exc))
            return False
        return self.usable()

    def lost(self, reason: str, detail: str) -> None:
        """Note that we cannot film to the drive, for one of the ledger's reasons."""
        if reason == self.trouble:
            return
        self.trouble = reason
        if reason == effort.DRIVE_FULL:
            tell(logger, events.DRIVE_FULL, detail=detail)
        else:
            tell(logger, events.DRIVE_LOST, reason=reason, detail=detail)

    def usable(self) -> bool:
        """Note that something was written to the drive.

        Returns:
            True if it was in trouble before.
        """
        was_lost, self.trouble = bool(self.trouble), ""
        if was_lost:
            tell(logger, events.DRIVE_BACK)
        return was_lost

    def _try(self, folder: Folder) -> None:
        """Check that there is room for a slot, and that a file can be written."""
        seconds = self._config.schedule.record_minutes * 60
        self.drive.check(folder, expected_bytes(folder.path, self._config, seconds))
        trial = folder.path / TRIAL_NAME
        atomic.write_bytes(trial, bytes(4096))
        trial.unlink()
