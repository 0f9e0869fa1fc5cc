"""Events go to the journal, with words for people and fields to filter by.

Under systemd each event is one journal entry with its own fields (the journal's native
protocol, systemd.io/JOURNAL_NATIVE_PROTOCOL). If only standard error leads to a
journal, it is a line with a ``<N>`` priority (sd-daemon(3)). On a terminal it is plain
text with the local time.
"""

from __future__ import annotations

import array
import errno
import fcntl
import logging
import os
import socket
import struct
import sys
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Union

from weir.printable import printable, printable_lines

JOURNAL_SOCKET = Path("/run/systemd/journal/socket")
_NAMESPACE = uuid.UUID("5b0b7f1c-5a25-4c36-9c1b-0f8f1a0d2e6a")
_PRIORITIES = (
    (logging.CRITICAL, 2),
    (logging.ERROR, 3),
    (logging.WARNING, 4),
    (logging.INFO, 6),
)
_DEBUG_PRIORITY = 7
_ADD_SEALS, _ALL_SEALS = 1033, 0xF  # fcntl(2): F_ADD_SEALS, and every seal

Value = Union[str, int, float, Path]


@dataclass(frozen=True)
class Event:
    """Something that can happen, and the words in which it is told.

    Attributes:
        name: fixed, lower case with underscores; the journal's field WEIR_EVENT.
        level: info; warning if a person may have to act; error if something was lost.
        words: the sentence, a ``str.format`` template with the event's fields.
        meaning: what it means and what to do, for the catalogue.
    """

    name: str
    level: int
    words: str
    meaning: str

    @property
    def message_id(self) -> str:
        """Return the event's MESSAGE_ID, which is always the same, on every machine."""
        return uuid.uuid5(_NAMESPACE, self.name).hex


def tell(logger: logging.Logger, event: Event, **fields: Value) -> None:
    """Log an event with its fields.

    Args:
        logger: of the module in which it happened.
        event: what happened.
        fields: the values that fill the event's words; in the journal each is a field
            ``WEIR_<NAME>``.
    """
    words = event.words.format(**{key: one_line(v) for key, v in fields.items()})
    logger.log(event.level, "%s", words, extra={"event": event, "event_fields": fields})


def one_line(value: Value) -> Union[str, int, float]:
    """Put a value on one line, with bars where its lines ended."""
    if isinstance(value, (int, float)):
        return value
    lines = (_told(line) for line in str(value).splitlines())
    return " | ".join(line for line in lines if line)


def _told(line: str) -> str:
    spaced = line.replace("\t", " ").strip()
    return printable(spaced)


class JournalHandler(logging.Handler):
    """Sends log records to journald, with their fields.

    Args:
        identifier: the program's name, for the field SYSLOG_IDENTIFIER.
        address: the journal's socket.
    """

    def __init__(self, identifier: str, address: Path = JOURNAL_SOCKET) -> None:
        super().__init__()
        self._identifier = identifier
        self._address = str(address)
        datagrams = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC
        self._socket = socket.socket(socket.AF_UNIX, datagrams)

    def emit(self, record: logging.LogRecord) -> None:  # noqa: D102 - logging's own
        try:
            self._send(pack(self._fields(record)))
        except Exception:  # noqa: BLE001 - logging must never end the daemon
            self.handleError(record)

    def close(self) -> None:  # noqa: D102 - logging's own
        self._socket.close()
        super().close()

    def _fields(self, record: logging.LogRecord) -> dict[str, Any]:
        fields = {
            "MESSAGE": self.format(record),
            "PRIORITY": priority(record.levelno),
            "SYSLOG_IDENTIFIER": self._identifier,
            "LOGGER": record.name,
            "CODE_FILE": record.pathname,
            "CODE_LINE": record.lineno,
            "CODE_FUNC": record.funcName,
        }
        event = getattr(record, "event", None)
        if isinstance(event, Event):
            fields["MESSAGE_ID"] = event.message_id
            fields["WEIR_EVENT"] = event.name
            for key, value in record.__dict__["event_fields"].items():
                fields[f"WEIR_{key.upper()}"] = value
        return fields

    def _send(self, data: bytes) -> None:
        try:
            self._socket.sendto(data, self._address)
        except OSError as exc:
            if exc.errno not in (errno.EMSGSIZE, errno.ENOBUFS):
                raise
            self._send_large(data)

    def _send_large(self, data: bytes) -> None:
        """Send what is too long for a datagram, in a sealed file in memory."""
        flags = os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING
        descriptor = os.memfd_create("weir-journal", flags)
        try:
            os.write(descriptor, data)
            fcntl.fcntl(descriptor, _ADD_SEALS, _ALL_SEALS)
            rights = array.array("i", [descriptor])
            ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)]
            self._socket.sendmsg([b""], ancillary, 0, self._address)
        finally:
            os.close(descriptor)


class PlainFormatter(logging.Formatter):
    """Writes records with the local time, and with all characters made visible."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:  # noqa: D102 - logging's own
        return printable_lines(super().format(record))


class PriorityFormatter(logging.Formatter):
    """Puts ``<N>`` before each line, as sd-daemon(3) reads it."""

    def format(self, record: logging.LogRecord) -> str:  # noqa: D102 - logging's own
        prefix = f"<{priority(record.levelno)}>"
        lines = printable_lines(super().format(record)).splitlines() or [""]
        return "\n".join(prefix + line for line in lines)


def pack(fields: Mapping[str, Any]) -> bytes:
    """Write fields in the journal's form; a value with newlines has its length."""
    parts = []
    for key, value in fields.items():
        name, data = key.encode("ascii"), str(value).encode("utf-8", "surrogateescape")
        if b"\n" in data:
            parts.append(name + b"\n" + struct.pack("<Q", len(data)) + data + b"\n")
        else:
            parts.append(name + b"=" + data + b"\n")
    return b"".join(parts)


def priority(level: int) -> int:
    """Return the syslog priority of a logging level."""
    return next((p for least, p in _PRIORITIES if level >= least), _DEBUG_PRIORITY)


def set_up(identifier: str) -> None:
    """Set up logging to the journal, or to a terminal if there is no journal."""
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.handlers[:] = [choose_handler(identifier)]
    logging.captureWarnings(True)


def choose_handler(identifier: str) -> logging.Handler:
    """Choose the log handler by where standard error leads."""
    if leads_to_journal():
        if JOURNAL_SOCKET.exists():
            return JournalHandler(identifier)
        handler = logging.StreamHandler()
        handler.setFormatter(PriorityFormatter())
        return handler
    handler = logging.StreamHandler()
    handler.setFormatter(PlainFormatter())
    return handler


def leads_to_journal() -> bool:
    """Whether standard error leads to the journal, by systemd's JOURNAL_STREAM."""
    try:
        facts = os.fstat(sys.stderr.fileno())
    except (AttributeError, OSError, ValueError):  # AttributeError: stderr was closed
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{facts.st_dev}:{facts.st_ino}"
