"""What is done on the drive between clips, whenever it is there.

Leftovers are closed off, clips of this boot get a corrected start once the clock is
right, and effort lines that waited are appended to the drive's ledger.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Callable

from capture.description import Describer
from capture.events import (
    CLIP_CLOSED_OFF,
    CLIP_LEFT,
    CLIP_REDATED,
    CLIP_SET_ASIDE,
    EFFORT_DELIVERED,
)
from capture.fieldclock import FieldClock
from capture.ledger import EffortBook
from capture.leftovers import close_off
from weir import ContractError
from weir.clip import CLIP_SUFFIX, SIDECAR_SUFFIX, sidecar_name
from weir.clock import format_utc
from weir.effort import NOT_RUNNING
from weir.journal import tell
from weir.sidecar import Sidecar

logger = logging.getLogger(__name__)


def settle(
    folder: Path, describer: Describer, book: EffortBook, alive: Callable[[], None]
) -> None:
    """Close off what is unfinished, and let the book know what the drive knows.

    Raises:
        OSError: the drive's.
    """
    for left in close_off(folder, describer.found, alive):
        if left.problem:
            tell(logger, CLIP_LEFT, clip=left.name, frames=0, reason=left.problem)
        elif left.sidecar is None:
            tell(logger, CLIP_SET_ASIDE, clip=left.name)
        else:
            tell(logger, CLIP_CLOSED_OFF, clip=left.name, frames=left.sidecar.frames)
    with suppress(OSError):  # an unreadable ledger must not keep us from filming
        book.read_drive(folder)


def recount(folder: Path, book: EffortBook) -> None:
    """After a power cut: correct the open slot by what its clips hold.

    Raises:
        OSError: the drive's.
    """
    account = book.account
    if account is None:
        return
    for clip in list(account.filmed):
        with suppress(FileNotFoundError, ContractError):
            sidecar = Sidecar.read(folder / sidecar_name(clip))
            seconds = sidecar.duration / timedelta(seconds=1)
            account.found(clip, seconds, NOT_RUNNING)


def deliver(folder: Path, book: EffortBook) -> None:
    """Append the effort lines that wait; raises OSError."""
    lines = book.deliver(folder)
    if lines:
        tell(logger, EFFORT_DELIVERED, lines=lines)


def redate(folder: Path, boot: str, clock: FieldClock) -> None:
    """Give the clips of this boot a corrected start; the clock must be right by now.

    Raises:
        OSError: the drive's; what was corrected so far stays so.
    """
    booted = clock.now() - timedelta(seconds=clock.monotonic())
    for path in sorted(folder.glob("*" + CLIP_SUFFIX + SIDECAR_SUFFIX), reverse=True):
        with suppress(ContractError):
            sidecar = Sidecar.read(path)
            if sidecar.boot_id not in (boot, ""):
                # Numbers go up: what comes now is of an earlier boot.
                return
            if sidecar.boot_id:
                _redate(path, sidecar, booted)


def _redate(path: Path, sidecar: Sidecar, booted: datetime) -> None:
    if sidecar.clock_trusted or sidecar.uptime_s is None:
        return
    start = booted + timedelta(seconds=sidecar.uptime_s)
    start = start.replace(microsecond=start.microsecond // 1000 * 1000)
    replace(sidecar, corrected_start=start).write(path)
    tell(logger, CLIP_REDATED, clip=sidecar.clip, start=format_utc(start))
