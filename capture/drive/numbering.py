"""Gives clips their numbers, and never the same number twice.

A new number is one more than the largest that any witness knows. Witnesses are the
counter files on the drive and in the state directory (each may be lost or restored),
every name on the drive that begins like a clip's, and the clips named in the effort
ledger and in the record of packed clips, which outlive ``prune``. The clock plays no
part. The counter files are written before the clip begins, so that its number is used
up even if nothing comes of the clip.

A witness may be wrong: a stray file with the largest possible number would leave no
next one. So the new number is one more than the largest with a free number above it.
"""

from __future__ import annotations

import logging
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import Optional

from capture.events import FILE_UNFIT
from capture.troubles import Troubles, why
from weir import atomic, plain
from weir.effort import LEDGER_NAME

COUNTER_NAME = "last-clip-number"
PACKED_NAME = "packed.jsonl"

_NAMED = re.compile(rb"\bclip(\d{1,9})_")
_COUNTER = re.compile(rb"(\d{1,9})(?!\d)")
LARGEST = 999_999_999
"""No larger number is ever given."""

logger = logging.getLogger(__name__)


def take_number(drive: Path, state: Path, troubles: Optional[Troubles] = None) -> int:
    """Take the next number.

    Args:
        drive: the drive's folder.
        state: the state directory.
        troubles: logs witnesses that cannot be read.

    Raises:
        OSError: the drive cannot be read or written.
    """
    troubles = troubles or Troubles(logger)
    number = _next(_witnessed(drive, state, troubles))
    try:
        atomic.write_text(drive / COUNTER_NAME, f"{number}\n")
    except plain.STRANGE as exc:
        # Something else has the counter's name: the other witnesses are enough.
        troubles.tell(FILE_UNFIT, file=COUNTER_NAME, reason=why(exc))
    with suppress(OSError):
        # The state directory is the second witness; the drive's own is enough.
        atomic.write_text(state / COUNTER_NAME, f"{number}\n")
    return number


def counted(folder: Path) -> int:
    """Return the number in a folder's counter file, or 0 if there is no such file."""
    return _counter(folder / COUNTER_NAME)


def _next(taken: set[int]) -> int:
    """Return one more than the largest number that has a free one above it."""
    return 1 + max(n for n in taken if n < LARGEST and n + 1 not in taken)


def _witnessed(drive: Path, state: Path, troubles: Troubles) -> set[int]:
    """Return every number that a witness knows, and 0."""
    last = counted(drive)
    taken = {0, last, counted(state)}
    for entry in drive.iterdir():
        taken |= _named(os.fsencode(entry.name))
    if last == 0:
        # The drive's counter is lost or torn: its long records are read for it.
        for name in (LEDGER_NAME, PACKED_NAME):
            taken |= _recorded(drive / name, troubles)
    return taken


def _recorded(file: Path, troubles: Troubles) -> set[int]:
    try:
        return _named(plain.read_newest(file))
    except FileNotFoundError:
        return set()
    except OSError as exc:
        troubles.tell(FILE_UNFIT, file=file.name, reason=why(exc))
        return set()


def _named(text: bytes) -> set[int]:
    return {int(number) for number in _NAMED.findall(text)}


def _counter(file: Path) -> int:
    try:
        match = _COUNTER.match(plain.read_newest(file, 64))
    except OSError:
        return 0
    return int(match[1]) if match else 0
