"""Keeps lines for the drive's ledger in the state directory until a drive is there."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime
from itertools import chain, count
from pathlib import Path

from capture.events import STATE_LOST, STATE_NOT_KEPT
from capture.troubles import why
from weir import atomic, effort, plain
from weir.effort import EffortLine, parse_ledger
from weir.journal import tell

logger = logging.getLogger(__name__)


class WaitingLines:
    """The lines that no drive has yet, in the order in which they were written.

    A file that cannot be read is left alone, because it may be readable at the next
    start. New lines then go to a second file beside it.

    Args:
        file: where the lines lie.
    """

    def __init__(self, file: Path) -> None:
        self._lines: list[EffortLine] = []
        self._read: list[Path] = []
        unread = []
        for each in sorted(file.parent.glob(f"{file.stem}*{file.suffix}"), key=_age):
            try:
                self._lines += read_lines(each)
                self._read.append(each)
            except OSError as exc:
                tell(logger, STATE_LOST, file=each, reason=why(exc))
                unread.append(each)
        others = (file.with_stem(f"{file.stem}-{n}") for n in count(2))
        self._file = next(each for each in chain([file], others) if each not in unread)

    def __iter__(self) -> Iterator[EffortLine]:
        return iter(self._lines)

    def __bool__(self) -> bool:
        return bool(self._lines)

    def add(self, line: EffortLine) -> None:
        """Add a line; if the file does not take it, the line waits in memory."""
        self._lines.append(line)
        try:
            atomic.append_line(self._file, line.to_json())
        except OSError as exc:
            # The system's disk is full or read-only.
            tell(logger, STATE_NOT_KEPT, reason=str(exc))

    def withdraw(self, lines: Collection[EffortLine]) -> None:
        """Remove lines that proved to be wrong."""
        self._lines = [line for line in self._lines if line not in lines]
        try:
            text = "".join(left.to_json() + "\n" for left in self._lines)
            atomic.write_text(self._file, text)
            self._forget({*self._read} - {self._file})
        except OSError as exc:
            tell(logger, STATE_NOT_KEPT, reason=str(exc))

    def deliver(self, ledger: Path) -> int:
        """Append the lines to a drive's ledger, except those that it has already.

        Returns:
            How many were appended.

        Raises:
            OSError: the drive does not take them; they go on waiting.
        """
        if not self._lines:
            return 0
        # The power may have been cut after an append and before the file was deleted.
        on_drive = read_lines(ledger)
        there = {line.to_json() for line in on_drive}
        filmed = {_slot(line) for line in on_drive if line.filmed_s > 0}
        fresh = [
            line
            for line in self._lines
            if _slot(line) not in filmed and line.to_json() not in there
        ]
        for line in fresh:
            effort.append(ledger, line)
        self._lines.clear()
        self._forget({self._file, *self._read})
        return len(fresh)

    def _forget(self, files: Collection[Path]) -> None:
        """Delete files whose lines lie elsewhere by now."""
        self._read.clear()
        for file in files:
            with suppress(OSError):
                file.unlink()


def read_lines(file: Path) -> list[EffortLine]:
    """Return the readable lines of a ledger; none if there is no ledger.

    Raises:
        OSError: the ledger cannot be read.
    """
    try:
        lines, _ = parse_ledger(plain.read_newest(file), file.name)
    except FileNotFoundError:
        return []
    return lines


def _slot(line: EffortLine) -> tuple[str, str, datetime]:
    return line.deployment, line.camera, line.planned_start


def _age(file: Path) -> tuple[int, str]:
    """Return a key that sorts the first file before the second, and so on."""
    return len(file.name), file.name
