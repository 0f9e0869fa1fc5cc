"""What the daemon does while it is not filming: it looks at the drive and serves it."""

from __future__ import annotations

from typing import Callable

from capture.drive.drivewatch import DriveWatch
from capture.drivelog import DriveLog
from capture.drivework import DriveWork
from capture.slots.fieldclock import FieldClock

GRACE_S = 30.0
"""How long after a boot a plugged-in drive may take to be mounted."""

_EVERY_S = 60.0


class IdleWork:
    """The idle work of one daemon.

    Args:
        clock: says when something is due.
        watch, work, log: those of the daemon's drive.
        save: puts the book of effort on the disk.
    """

    def __init__(
        self,
        clock: FieldClock,
        watch: DriveWatch,
        work: DriveWork,
        log: DriveLog,
        save: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._watch = watch
        self._work = work
        self._log = log
        self._save = save
        self._begun = self._at = clock.monotonic()

    def do(self, *, watch: bool) -> None:
        """Do what is due; called every few seconds.

        Args:
            watch: whether to look at the drive, as between slots. Within a slot, a
                drive in trouble is tried by filming to it.
        """
        now = self._clock.monotonic()
        if watch and now - self._begun >= GRACE_S and self._watch.look():
            self._work.do()
        if now - self._at >= _EVERY_S:
            self._at = now
            if self._work.waits:
                self._work.do()
            self._save()
        self._log.write()
