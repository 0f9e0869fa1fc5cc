"""Draws a progress bar on a terminal, but never in a journal."""

from __future__ import annotations

import logging
import shutil
import sys
from typing import TextIO

from weir.printable import printable

_WIDTH = 24
_LEAST_S = 1.0  # before that, nothing can be estimated


class ProgressLine:
    """Draws one line at the bottom of a terminal, over and over again.

    Args:
        stream: where to draw; nothing is drawn if it is not a terminal.
    """

    def __init__(self, stream: TextIO = sys.stderr) -> None:
        self._stream = stream
        self._shown = ""
        self._on = stream.isatty()

    @property
    def is_drawn(self) -> bool:
        """Whether anybody sees the line."""
        return self._on

    def show(self, done: int, total: int, note: str) -> None:
        """Show that ``done`` of ``total`` clips have ended, followed by a note."""
        share = done / total if total else 0
        filled = round(share * _WIDTH)
        bar = "#" * filled + "-" * (_WIDTH - filled)
        line = f"[{bar}] {done}/{total} clips  {printable(note)}"
        # A line that wraps could not be drawn over.
        self._draw(line[: shutil.get_terminal_size().columns - 1])

    def clear(self) -> None:
        """Remove the line, to make room for a log line."""
        self._draw("")

    def _draw(self, text: str) -> None:
        if self._on and text != self._shown:
            self._stream.write("\r\x1b[2K" + text)
            self._stream.flush()
            self._shown = text


def time_left(done: int, total: int, took_s: float) -> str:
    """Estimate the time that is left, in words.

    Returns:
        An empty text before the first has ended.
    """
    if not done or took_s < _LEAST_S:
        return ""
    left_s = took_s / done * (total - done)
    if left_s >= 3600:
        return f"{left_s / 3600:.1f} h"
    return f"{left_s / 60:.0f} min" if left_s >= 60 else f"{left_s:.0f} s"


class ClearingFilter(logging.Filter):
    """Clears the progress line before each log line."""

    def __init__(self, line: ProgressLine) -> None:
        super().__init__()
        self._line = line

    def filter(self, _record: logging.LogRecord) -> bool:  # noqa: D102 - logging's own
        self._line.clear()
        return True
