"""A progress bar for a person at a terminal; nothing for a journal."""

from __future__ import annotations

import logging
import shutil
import sys
from typing import TextIO

from weir.printable import printable

_WIDTH = 24


class ProgressLine:
    """One line at the foot of a terminal, drawn over again.

    Args:
        stream: where it goes; nothing is drawn where that is no terminal.
    """

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._shown = ""
        self._on = stream.isatty()

    def show(self, done: int, total: int, note: str) -> None:
        """Draw so many of so many."""
        share = done / total if total else 0
        filled = round(share * _WIDTH)
        bar = "#" * filled + "-" * (_WIDTH - filled)
        line = f"[{bar}] {done}/{total} clips  {printable(note)}"
        # One that is wrapped could not be drawn over again.
        self._draw(line[: shutil.get_terminal_size().columns - 1])

    def clear(self) -> None:
        """Take it away, so that a log line can stand there."""
        self._draw("")

    def _draw(self, text: str) -> None:
        if self._on and text != self._shown:
            self._stream.write("\r\x1b[2K" + text)
            self._stream.flush()
            self._shown = text


class ClearingFilter(logging.Filter):
    """Clears the progress line before each log line."""

    def __init__(self, line: ProgressLine) -> None:
        super().__init__()
        self._line = line

    def filter(self, _record: logging.LogRecord) -> bool:  # noqa: D102
        self._line.clear()
        return True
