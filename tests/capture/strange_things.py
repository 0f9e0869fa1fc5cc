"""Things that bear a file's name on a hostile or broken drive, for tests."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Callable

SECRET = "../secret"
"""What a link leads to, from the drive and from the state directory."""

Make = Callable[[Path], object]


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        # By a short way: a socket's name has room for a hundred bytes.
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            sock.bind(f"/proc/self/fd/{folder}/{path.name}")
        finally:
            os.close(folder)


def _terabyte(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 40)


def _bytes(data: bytes) -> Make:
    return lambda path: path.write_bytes(data)


def _book(**fields: str) -> Make:
    """A book of effort that can be parsed, but for what is said here."""
    known = {
        "format_version": "1",
        "at": '"2026-05-01T04:00:00Z"',
        "gap_reason": '"not running"',
        "vouched": "true",
        "slot": "null",
    }
    known.update(fields)
    text = ", ".join(f'"{key}": {value}' for key, value in known.items())
    return _bytes(f"{{{text}}}\n".encode())


_SLOT = (
    '{{"start": "2026-05-01T04:00:00Z", "end": "{end}", "window_end": "{end}",'
    ' "at": "2026-05-01T04:01:00Z", "filmed": {{"clip1": {filmed}}}, "missed": {{}}}}'
)

NO_FILES: dict[str, Make] = {
    "folder": Path.mkdir,
    "FIFO": os.mkfifo,
    "socket": _socket,
    "link": lambda path: path.symlink_to(SECRET),
    "link to itself": lambda path: path.symlink_to(path.name),
    "link to nothing": lambda path: path.symlink_to("nothing"),
}
"""What is no plain file."""

FILES: dict[str, Make] = {
    "terabyte": _terabyte,
    "no UTF-8": _bytes(b"\xff\xfe\xff\n" * 99),
    "half a pair": _bytes('{"clip": "\ud800"}'.encode("utf-16", "surrogatepass")),
    "deep lists": _bytes(b"[" * 100_000),
    "as deep as can be parsed": _bytes(b'{"clips": ' + b"[" * 900 + b"]" * 900 + b"}"),
    "400 digits": _book(at="9" * 400, format_version="9" * 400),
    "year 1": _book(at='"0001-01-01T00:00:00+23:00"'),
    "year 9999": _book(at='"9999-12-31T23:59:59-23:00"'),
    "filmed for ever": _book(
        slot=_SLOT.format(end="2026-05-01T05:00:00Z", filmed="9" * 400)
    ),
    "a slot of years": _book(slot=_SLOT.format(end="2199-05-01T05:00:00Z", filmed="1")),
    "all brackets": _bytes(b'{"slot": {}, "at": []}\n' * 3),
}
"""Plain files with what nobody wrote."""
