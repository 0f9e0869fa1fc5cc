"""Draws a progress bar on a terminal, but never in a journal."""

from __future__ import annotations

import logging
import os
import sys
import unicodedata
from dataclasses import dataclass
from itertools import accumulate
from typing import TextIO

from weir.printable import many, printable

_WIDTH = 16
_COLUMNS = 80  # of a terminal that does not say
_LEAST_S = 1.0  # before that, nothing can be estimated


@dataclass(frozen=True)
class Done:
    """How far the work has come; clips differ much in size, so bytes are counted, too.

    Attributes:
        clips, all_clips: how many have ended, and of how many.
        bytes, bytes_left: those of the clips that have ended, and that have not.
    """

    clips: int
    all_clips: int
    bytes: int
    bytes_left: int

    @property
    def share(self) -> float:
        """How much of the work is done, 0 to 1."""
        whole = self.bytes + self.bytes_left
        return self.bytes / whole if whole else 0.0

    @property
    def in_words(self) -> str:
        """Say how much of how much is done."""
        whole = (self.bytes + self.bytes_left) / 1e6
        name, size = ("GB", 1e3) if whole >= 1e3 else ("MB", 1.0)
        return (
            f"{self.clips}/{many(self.all_clips, 'clip')},"
            f" {self.bytes / 1e6 / size:.1f}/{whole / size:.1f} {name}"
        )


@dataclass(frozen=True)
class Since:
    """When there was nothing to do last; what is shown is of the work since then.

    Attributes:
        at_s: that moment, by a monotonic clock.
        clips, frames, bytes: what had ended until then.
    """

    at_s: float
    clips: int = 0
    frames: int = 0
    bytes: int = 0


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

    def show(self, done: Done, *notes: str) -> None:
        """Show how far the work has come, followed by notes."""
        filled = int(done.share * _WIDTH)
        bar = "#" * filled + "-" * (_WIDTH - filled)
        words = ", ".join((done.in_words, *map(printable, notes)))
        self._draw(_cut(f"[{bar}] {words}", self._columns() - 1))

    def _columns(self) -> int:
        """Return how wide the terminal is that is drawn on."""
        try:
            return os.get_terminal_size(self._stream.fileno()).columns or _COLUMNS
        except (OSError, ValueError):
            return _COLUMNS

    def clear(self) -> None:
        """Remove the line, to make room for a log line."""
        self._draw("")

    def _draw(self, text: str) -> None:
        if self._on and text != self._shown:
            self._stream.write("\r\x1b[2K" + text)
            self._stream.flush()
            self._shown = text


def _cut(line: str, columns: int) -> str:
    """Cut a line that would wrap, which could not be drawn over."""
    widths = accumulate(_columns_of(letter) for letter in line)
    if sum(map(_columns_of, line)) <= columns:
        return line
    fits = sum(width <= columns - 3 for width in widths)
    return line[:fits] + "..."


def _columns_of(letter: str) -> int:
    """Return how many columns a letter takes on a terminal."""
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def time_left(done: Done, took_s: float) -> str:
    """Estimate the time that is left, in words.

    Returns:
        An empty text before the first has ended.
    """
    if not done.bytes or took_s < _LEAST_S:
        return ""
    left_s = took_s / done.bytes * done.bytes_left
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
