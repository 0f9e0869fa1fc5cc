"""SQLite: how the record is opened, and what SQLite's errors mean."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis import StoreError

Connection = sqlite3.Connection
Row = sqlite3.Row
Error = sqlite3.Error
ERRORS_OF_DATA = (
    sqlite3.DataError,
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
)

WRITE_S, READ_S = 30.0, 5.0
"""How many seconds to wait while another program has locked the record."""

SIDES = ("-wal", "-shm")
"""What SQLite keeps beside a database in WAL mode while it is open."""


def connect(
    path: Path,
    options: str = "mode=rw",
    *,
    busy_s: float = READ_S,
    shared: bool = False,
) -> Connection:
    """Open a database that exists.

    Args:
        path: the file.
        options: what SQLite takes behind the ``?`` of a file's URI.
        busy_s: how many seconds to wait for a lock.
        shared: whether several threads use it, one after the other.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?{options}",
        uri=True,
        timeout=busy_s,
        isolation_level=None,
        check_same_thread=not shared,
    )
    db.row_factory = sqlite3.Row
    return db


def in_memory() -> Connection:
    """Open an empty database that is gone when it is closed."""
    db = sqlite3.connect(":memory:")
    db.row_factory = sqlite3.Row
    return db


def is_full(exc: BaseException) -> bool:
    """Whether an error of SQLite says that the disk is full."""
    text = str(exc).lower()
    return isinstance(exc, sqlite3.Error) and (
        "disk is full" in text or "disk i/o error" in text
    )


@contextmanager
def explaining(path: Path, *, even_full: bool = False) -> Iterator[None]:
    """Turn SQLite's errors into ones that name the file and say what to do.

    Args:
        path: the file.
        even_full: whether a full disk is turned into a StoreError, too. Without it
            that error stays SQLite's, for a caller who waits for room.

    Raises:
        StoreError: in place of SQLite's error.
    """
    try:
        yield
    except sqlite3.Error as exc:
        if is_full(exc) and not even_full:
            raise
        raise StoreError(f"{path}: {_words(str(exc))}") from exc


def _words(text: str) -> str:
    if "locked" in text:
        return f"{text}; another program has it open, and must let go of it"
    if "malformed" in text or "not a database" in text:
        return f"{text}; it is damaged, or no record: put back a copy of it"
    return text
