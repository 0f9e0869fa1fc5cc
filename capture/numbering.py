"""Clip numbers, which are never used twice.

A number is one more than the largest of everything that could tell of an earlier one:
the counter files on the drive and in the state directory (each may be lost or
restored), every name on the drive that begins like a clip, finished or not, and the
clips that the effort ledger and the record of packed clips name, which outlive
``prune``. The clock has no part in it. The counter files are written before the clip is
begun, so that a number that was taken is gone even when nothing came of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from weir import atomic
from weir.effort import LEDGER_NAME

COUNTER_NAME = "last-clip-number"
PACKED_NAME = "packed.jsonl"

_NAMED = re.compile(rb"\bclip(\d{1,9})_")
_COUNTER = re.compile(rb"\d{1,9}")


def take_number(drive: Path, state: Path) -> int:
    """The next number, which is taken by this call.

    Raises:
        OSError: the drive cannot be read or written.
    """
    number = last_number(drive, state) + 1
    atomic.write_text(drive / COUNTER_NAME, f"{number}\n")
    with suppress(OSError):
        # The state directory is the second witness; the drive's own is enough.
        atomic.write_text(state / COUNTER_NAME, f"{number}\n")
    return number


def counted(folder: Path) -> int:
    """The number that a folder's counter file was left at; 0 without one."""
    return _counter(folder / COUNTER_NAME)


def last_number(drive: Path, state: Path) -> int:
    """The largest number that anything tells of; 0 when nothing does."""
    found = [_counter(drive / COUNTER_NAME), _counter(state / COUNTER_NAME)]
    found += _numbers(os.fsencode(entry.name) for entry in drive.iterdir())
    if found[0] == 0:
        # The drive's counter is lost or torn: its long records are read for it.
        for name in (LEDGER_NAME, PACKED_NAME):
            found += _numbers(_lines(drive / name))
    return max(found)


def _numbers(texts: Iterable[bytes]) -> list[int]:
    return [int(number) for text in texts for number in _NAMED.findall(text)]


def _counter(file: Path) -> int:
    try:
        match = _COUNTER.match(file.read_bytes())
    except OSError:
        return 0
    return int(match[0]) if match else 0


def _lines(file: Path) -> Iterable[bytes]:
    try:
        with file.open("rb") as stream:
            yield from stream
    except FileNotFoundError:
        return
