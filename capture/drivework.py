"""The work on the drive between clips, whenever the drive is there.

Unfinished clips are closed off. Once the clock is right, the clips of this boot get a
corrected start. Effort lines that waited are appended to the drive's ledger.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Callable

from capture import DriveError
from capture.clock.evidence import news
from capture.drive.storage import Drive
from capture.effort.book import EffortBook
from capture.events import (
    CLIP_CLOSED_OFF,
    CLIP_LEFT,
    CLIP_REDATED,
    CLIP_SET_ASIDE,
    EFFORT_DELIVERED,
    FILE_UNFIT,
    WORK_FAILED,
)
from capture.film.description import Describer
from capture.film.leftovers import Leftover, close_off
from capture.slots.fieldclock import FieldClock
from capture.troubles import Troubles, why
from weir import ContractError, WeirError, atomic, plain
from weir.clip import CLIP_SUFFIX, SIDECAR_SUFFIX, sidecar_name
from weir.clock import format_utc
from weir.effort import LEDGER_NAME, NOT_RUNNING
from weir.journal import tell
from weir.sidecar import Sidecar

_STRAYS = 20
"""How many stray clips with higher numbers may come before those of this boot."""

logger = logging.getLogger(__name__)


class DriveWork:
    """The work on one drive.

    Args:
        drive: the drive to work on.
        describer: makes sidecars for clips of which only the name is known.
        book: learns what the drive's ledger says.
        alive: called while a long file is read, to feed the watchdog.

    Attributes:
        undated: whether clips of this boot may lack a corrected start.
    """

    def __init__(
        self,
        drive: Drive,
        describer: Describer,
        book: EffortBook,
        alive: Callable[[], None],
    ) -> None:
        self._drive = drive
        self._describer = describer
        self._clock = describer.clock
        self._book = book
        self._alive = alive
        self._troubles = Troubles(logger)
        self.undated = True
        self._heard = False

    @property
    def waits(self) -> bool:
        """Whether there is anything to do between slots.

        Ledger lines dated by an untrusted clock are kept back until a slot was filmed,
        because they can still be corrected until then.
        """
        sure = self._clock.synchronised() or not self._book.guesses
        if not (self._heard or self._clock.trusted):
            return True  # a drive that comes now may know what time it is
        return (self._book.lines_wait and sure) or self._can_redate

    def do(self) -> None:
        """Do all that waits, if the drive is there."""
        with suppress(DriveError), self._drive.open() as folder, self._drive.errors():
            self.settle(folder.path)
            with self._survived():
                self._deliver(folder.path)
            with self._survived():
                self._redate(folder.path)

    def settle(self, folder: Path) -> None:
        """Close off unfinished clips, and let book and clock learn from the drive.

        Raises:
            OSError: the drive fails.
        """
        atomic.sweep(folder)
        with self._survived():
            for left in close_off(folder, self._describer.found, self._alive):
                self._tell(left)
        with self._survived():
            moment = news(folder, self._book, self._describer.settings.deployment)
            self._heard = True
            if moment:
                self._clock.learn(moment)

    @contextmanager
    def _survived(self) -> Iterator[None]:
        """Log a bug of ours, and go on: no work on a drive is worth a slot.

        A drive may hold anything. If something on it could end the daemon, it would
        do so after each restart.
        """
        try:
            yield
        except (OSError, WeirError):
            raise
        except Exception as exc:  # noqa: BLE001 - see above
            reason = f"{type(exc).__name__}: {exc}"
            self._troubles.tell(WORK_FAILED, reason=reason)

    def _redate(self, folder: Path) -> None:
        if self._can_redate:
            redate(folder, self._describer.boot, self._clock)
            self.undated = False

    def recount(self) -> None:
        """After a power cut, correct the open slot's account by what its clips hold."""
        account = self._book.account
        if account is None:
            return
        with suppress(DriveError), self._drive.open() as folder, self._drive.errors():
            for clip, thought in list(account.filmed.items()):
                with suppress(OSError, ContractError):
                    sidecar = Sidecar.read(folder.path / sidecar_name(clip))
                    seconds = sidecar.duration / timedelta(seconds=1)
                    # Time that passed without frames was not filmed.
                    backed = sidecar.frames / sidecar.rate
                    seconds = min(seconds, max(thought, backed))
                    self._book.found(clip, seconds, NOT_RUNNING)

    @property
    def _can_redate(self) -> bool:
        return self.undated and bool(self._clock.synchronised())

    def _deliver(self, folder: Path) -> None:
        try:
            lines = self._book.deliver(folder)
        except plain.STRANGE as exc:
            self._troubles.tell(FILE_UNFIT, file=LEDGER_NAME, reason=why(exc))
            return
        if lines:
            tell(logger, EFFORT_DELIVERED, lines=lines)

    def _tell(self, left: Leftover) -> None:
        if left.problem:
            # It is tried again before each clip.
            reason = left.problem
            self._troubles.tell(CLIP_LEFT, clip=left.name, frames=0, reason=reason)
        elif left.sidecar is None:
            tell(logger, CLIP_SET_ASIDE, clip=left.name)
        else:
            tell(logger, CLIP_CLOSED_OFF, clip=left.name, frames=left.sidecar.frames)


def redate(folder: Path, boot: str, clock: FieldClock) -> None:
    """Give the clips of this boot a corrected start; the clock must be right by now.

    Raises:
        OSError: the drive fails; clips corrected before that stay corrected.
    """
    booted = clock.now() - timedelta(seconds=clock.monotonic())
    others = 0
    for path in sorted(folder.glob("*" + CLIP_SUFFIX + SIDECAR_SUFFIX), reverse=True):
        try:
            sidecar = Sidecar.read(path)
        except (ContractError, OSError):
            continue
        others += sidecar.boot_id not in (boot, "")
        if others > _STRAYS:
            # Numbers go up: what comes now is of an earlier boot.
            return
        if sidecar.boot_id and sidecar.boot_id == boot:
            _redate(path, sidecar, booted, clock.monotonic())


def _redate(path: Path, sidecar: Sidecar, booted: datetime, up_s: float) -> None:
    uptime = sidecar.uptime_s
    if sidecar.clock_trusted or uptime is None or not 0 <= uptime <= up_s:
        return
    start = booted + timedelta(seconds=uptime)
    start = start.replace(microsecond=start.microsecond // 1000 * 1000)
    replace(sidecar, corrected_start=start).write(path)
    tell(logger, CLIP_REDATED, clip=sidecar.clip, start=format_utc(start))
