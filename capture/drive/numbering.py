"""Clip numbers, which are never used twice.

A number is one more than the largest of everything that could tell of an earlier one:
the counter files on the drive and in the state directory (each may be lost or
restored), every name on the drive that begins like a clip, finished or not, and the
clips that the effort ledger and the record of packed clips name, which outlive
``prune``. The clock has no part in it. The counter files are written before the clip is
begun, so that a number that was taken is gone even when nothing came of it.

A witness may be false: a stray name at the top of all numbers would leave no next one.
So the next is one more than the largest that has a free one above it.
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
"""A larger number is none that was given here."""

logger = logging.getLogger(__name__)


def take_number(drive: Path, state: Path, troubles: Optional[Troubles] = None) -> int:
    """Take the next number.

    Args:
        troubles: tells of witnesses that cannot be heard.

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
    """The number that a folder's counter file was left at; 0 without one."""
    return _counter(folder / COUNTER_NAME)


def _next(taken: set[int]) -> int:
    """Return one more than the largest number that has a free one above it."""
    return 1 + max(n for n in taken if n < LARGEST and n + 1 not in taken)


def _witnessed(drive: Path, state: Path, troubles: Troubles) -> set[int]:
    """Every number that anything tells of, and 0."""
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
