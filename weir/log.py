"""The log: warnings and errors of the camera's machine, kept beside the footage.

A Pi keeps its journal in memory, and a power cut takes what a person should know of
weeks. So each warning and error is a line of ``weir-log.jsonl`` on the drive, too. The
archive carries it, and the desk shows it. It is bounded: of a longer one the older half
is dropped.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from weir import atomic, plain
from weir.document import Document, write_json_line
from weir.lines import parse_lines

LOG_NAME = "weir-log.jsonl"
FORMAT_VERSION = 1
LARGEST_LOG = 1 << 20
LONGEST_MESSAGE = 1000
"""Characters; what is longer is cut."""

WARNING, ERROR = "warning", "error"
LEVELS = (WARNING, ERROR)


@dataclass(frozen=True)
class LogLine:
    """One warning or error.

    Attributes:
        at: when it was told, UTC by the daemon's clock.
        clock_synchronised: whether that clock was known to be right.
        boot_id: the kernel's name for that boot.
        level: ``warning`` or ``error``.
        event: its name in the catalogue; empty for what is told by a library.
        message: the words, on one line.
        repeated: how often the same was told since the last line that says it.
    """

    deployment: str
    camera: str
    at: datetime
    clock_synchronised: bool
    boot_id: str
    level: str
    event: str
    message: str
    repeated: int = 0

    def to_json(self) -> str:
        """The line, without a newline."""
        return write_json_line({"format_version": FORMAT_VERSION, **self.__dict__})

    @classmethod
    def from_json(cls, text: str | bytes, source: str) -> LogLine:
        """Read one line; raises ContractError when it is none."""
        doc = Document.parse(text, source)
        doc.require_version(FORMAT_VERSION)
        level = doc.text("level")
        if level not in LEVELS:
            raise doc.error("level", level, " or ".join(LEVELS))
        return cls(
            deployment=doc.text("deployment"),
            camera=doc.text("camera"),
            at=doc.moment("at"),
            clock_synchronised=doc.flag("clock_synchronised"),
            boot_id=doc.text("boot_id", ""),
            level=level,
            event=doc.text("event", ""),
            message=doc.text("message")[:LONGEST_MESSAGE],
            repeated=doc.whole("repeated", 0),
        )


def parse_log(data: bytes, source: str) -> tuple[list[LogLine], list[str]]:
    """Read a log. Returns: the lines, and what is wrong with the first few others."""
    return parse_lines(data, source, LogLine.from_json)


def append(path: Path, lines: str, most: int = LARGEST_LOG) -> None:
    """Add lines to a log and sync it; of one that would be too long, drop the older.

    Args:
        lines: without the last newline.
        most: bytes that the file may have.

    Raises:
        OSError: it cannot be written, or something else than a file has the name.
    """
    new = lines.encode() + b"\n"
    size = 0
    with contextlib.suppress(FileNotFoundError), plain.opened(path) as file:
        size = os.fstat(file.fileno()).st_size
    if size + len(new) < most:  # one more may end a torn line
        atomic.append_line(path, lines)
        return
    old = plain.read_newest(path, most // 2) if size else b""
    if old and not old.endswith(b"\n"):
        old += b"\n"
    atomic.write_bytes(path, old + _newest(new, most // 2))


def _newest(lines: bytes, most: int) -> bytes:
    """Whole lines from the end of many."""
    if len(lines) <= most:
        return lines
    cut = lines[-most - 1 :]
    return cut[cut.find(b"\n") + 1 :]
