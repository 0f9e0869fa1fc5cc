"""Which file is read: the record itself by its owner, a copy by everybody else.

Whoever may read a database can also lock it, and so stop the daemon. So only the
service may read the record, and the daemon publishes a copy for everybody else,
``results/weir-copy.sqlite``. It is replaced as a whole, and so needs no lock.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from pathlib import Path

from analysis import StoreError
from analysis.record.file import sqlite
from analysis.record.schema import MIGRATIONS
from weir.clock import format_utc

COPY_NAME = "weir-copy.sqlite"


def copy_of(record: Path) -> Path:
    """Return the path of a record's copy."""
    return record.with_name(COPY_NAME)


@contextmanager
def reading(record: Path) -> Iterator[sqlite.Connection]:
    """Open the record, or its copy, whether or not the daemon runs.

    Raises:
        StoreError: there is no record yet, or it cannot be read.
    """
    path = _readable(record)
    with (
        sqlite.explaining(path, even_full=True),
        closing(_opened(path, is_copy=path != record)) as db,
    ):
        version = int(db.execute("PRAGMA user_version").fetchone()[0])
        if version != len(MIGRATIONS):
            raise StoreError(
                f"{path}: has format {version}, expected {len(MIGRATIONS)};"
                " start the daemon once to bring it up to date"
            )
        yield db


def age_note(record: Path, now: datetime) -> str:
    """Say in words how old the copy is that ``reading`` opens.

    Returns:
        An empty text where the record itself is read, or where the copy is up to date.
    """
    try:
        path = _readable(record)
        copied_s = path.stat().st_mtime
    except (StoreError, OSError):
        return ""
    sides = (record.with_name(record.name + side) for side in ("", "-wal"))
    if path == record or max(map(_written_s, sides)) <= copied_s:
        return ""
    copied = datetime.fromtimestamp(copied_s, timezone.utc)
    minutes = max(0.0, (now - copied).total_seconds() / 60)
    return f"as of {format_utc(copied)}, {minutes:.1f} min ago; more was found since"


def _readable(record: Path) -> Path:
    """Return the file that this user is to read."""
    copy = copy_of(record)
    try:
        is_ours = record.stat().st_uid == os.geteuid()
    except OSError:
        is_ours = False
    if is_ours and record.is_file():
        return record
    if copy.is_file():
        return copy
    if not record.is_file():
        raise StoreError(f"{record}: there are no results yet")
    if os.access(record, os.R_OK):
        return record  # the daemon has published no copy
    raise StoreError(f"{copy}: is not there yet; the daemon writes it when it starts")


def _opened(path: Path, *, is_copy: bool) -> sqlite.Connection:
    if is_copy:
        return sqlite.connect(path, "mode=ro&immutable=1")
    # A user who may not write in the folder cannot make the files that WAL needs. When
    # the daemon ended and left none, everything is in the one file.
    settled = not path.with_name(path.name + "-wal").exists()
    try:
        # Opened for writing, too, so that closing it removes the files beside it.
        db = sqlite.connect(path)
        db.execute("PRAGMA query_only = ON")
        db.execute("PRAGMA user_version").fetchone()
    except sqlite.Error:
        if not settled:
            raise
        db = sqlite.connect(path, "mode=ro&immutable=1")
    return db


def _written_s(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
