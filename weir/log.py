"""The log: warnings and errors of the camera's machine, kept beside the footage.

A Pi keeps its journal in memory, so that a power cut would take the warnings of weeks.
So each warning and error is also a line of ``weir-log.jsonl`` on the drive. The archive
carries the file, and the host shows it. When it grows too long, its older half is
dropped.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Union

from weir import atomic, plain
from weir.document import Document, write_json_line
from weir.lines import parse_lines

LOG_NAME = "weir-log.jsonl"
FORMAT_VERSION = 1
LARGEST_LOG = 1 << 20
LONGEST_MESSAGE = 1000
"""Characters of a message; a longer one is cut."""

WARNING, ERROR = "warning", "error"
LEVELS = (WARNING, ERROR)


@dataclass(frozen=True)
class LogLine:
    """One warning or error.

    Attributes:
        at: when it was logged, UTC by the daemon's clock.
        clock_synchronised: whether that clock was known to be right.
        boot_id: the kernel's name for that boot.
        level: ``warning`` or ``error``.
        event: its name in the catalogue; empty for a message of a library.
        message: the words, on one line.
        repeated: how often the same message came since its last line.
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
    def from_json(cls, text: Union[str, bytes], source: str) -> LogLine:
        """Read one line of a log.

        Raises:
            ContractError: it is not such a line.
        """
        doc = Document.parse(text, source)
        doc.require_version(FORMAT_VERSION)
        level = doc.text("level")
        if level not in LEVELS:
            raise doc.error("level", level, " or ".join(LEVELS))
        return cls(
            deployment=doc.name("deployment"),
            camera=doc.name("camera"),
            at=doc.moment("at"),
            clock_synchronised=doc.flag("clock_synchronised"),
            boot_id=doc.text("boot_id", ""),
            level=level,
            event=doc.text("event", ""),
            message=doc.text("message")[:LONGEST_MESSAGE],
            repeated=doc.whole("repeated", 0),
        )


def parse_log(data: bytes, source: str) -> tuple[list[LogLine], list[str]]:
    """Read a log.

    Returns:
        The lines that can be read, in order, and what is wrong with the others (of
        many, only the first).
    """
    return parse_lines(data, source, LogLine.from_json)


def append(path: Path, lines: str, most: int = LARGEST_LOG) -> None:
    """Add lines to a log, and sync it; drop the older half if it gets too long.

    Args:
        path: the log.
        lines: one or more, without the last newline.
        most: the largest size of the file, in bytes.

    Raises:
        OSError: it cannot be written, or the name is not that of a plain file.
    """
    new = lines.encode() + b"\n"
    size = 0
    with contextlib.suppress(FileNotFoundError), plain.opened(path) as file:
        size = os.fstat(file.fileno()).st_size
    if size + len(new) < most:  # < and not <=: a torn line may need a newline first
        atomic.append_line(path, lines)
        return
    old = plain.read_newest(path, most // 2) if size else b""
    if old and not old.endswith(b"\n"):
        old += b"\n"
    atomic.write_bytes(path, old + _newest(new, most // 2))


def _newest(lines: bytes, most: int) -> bytes:
    """Return whole lines from the end, ``most`` bytes at most."""
    if len(lines) <= most:
        return lines
    cut = lines[-most - 1 :]
    return cut[cut.find(b"\n") + 1 :]
