"""The record's file, ``results/weir.sqlite``: the service's alone, and watched.

Somebody may delete or replace the file while the daemon has it open. Rows that are
committed then are lost, and nobody notices. So the file's device, inode and size are
compared with those seen before, at each commit and before each receipt. A record that
became shorter, empty or another file is an error, never a new beginning.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Optional

from analysis import StoreError
from analysis.record.file import sqlite
from analysis.record.file.planted import check_journals, note_closed, note_opened
from analysis.record.schema import MIGRATIONS
from weir import atomic

FILE_NAME = "weir.sqlite"

_PRIVATE = 0o600
_PUT_BACK = "put it back, or a copy of it, before Weir is started again"

Seen = tuple[int, int, int]
"""Device, inode and size."""


class RecordFile:
    """The record, open for writing by a process of the service.

    It is in WAL mode, so its owner can read it while the daemon writes. Two processes
    write in turns: each waits for the other's transaction, which is short.

    Attributes:
        db: the open database.

    Args:
        path: the file; it is made where there is none.
        steps: the steps of its schema.
        beside: whether the daemon may have it open meanwhile. Then it has to be there,
            and its format is left to the daemon.

    Raises:
        StoreError: it is no record of Weir, or of a newer Weir, or it is damaged.
    """

    def __init__(
        self, path: Path, steps: Sequence[str] = MIGRATIONS, *, beside: bool = False
    ) -> None:
        self.path, self._steps, self._beside = path, steps, beside
        self._seen: dict[Path, Seen] = {}
        _refuse_strange(path)
        if beside and not path.exists():
            raise StoreError(f"{path}: there are no results yet")
        check_journals(path)
        if not path.exists():
            _make(path, steps)
        self.db = self._opened()
        note_opened(path)

    def close(self) -> None:
        """Close the file; what is not committed is lost."""
        self.db.close()
        note_closed(self.path)

    def check(self) -> None:
        """Make sure that the file is still the one that was written to.

        Raises:
            StoreError: it was moved, replaced or cut off.
        """
        for path in (self.path, self._side("-wal")):
            before, now = self._seen.get(path), look(path)
            if before and (now is None or now[:2] != before[:2]):
                raise StoreError(
                    f"{path}: was moved or replaced while it was open; {_PUT_BACK}"
                )
            if before and now and now[2] < before[2]:
                raise StoreError(
                    f"{path}: was cut off while it was open, from {before[2]} to"
                    f" {now[2]} bytes; {_PUT_BACK}"
                )
            if now:
                self._seen[path] = now

    @contextmanager
    def transaction(self) -> Iterator[sqlite.Connection]:
        """Commit everything that the block writes, or none of it.

        Raises:
            StoreError: the file is not the one that it was, or cannot be written.
            sqlite3.Error: the disk is full.
        """
        self.check()
        with sqlite.explaining(self.path):
            self.db.execute("BEGIN IMMEDIATE")
            try:
                if self._beside:  # an upgraded daemon may have started since
                    _require_format(self.path, self.db)
                yield self.db
                self.check()
                self.db.execute("COMMIT")
            except BaseException:
                if self.db.in_transaction:
                    self.db.execute("ROLLBACK")
                raise
        self.check()

    def _opened(self) -> sqlite.Connection:
        for path in (self.path, *map(self._side, sqlite.SIDES)):
            with suppress(FileNotFoundError):
                path.chmod(_PRIVATE)  # older ones let the group read it, and so lock it
        with sqlite.explaining(self.path):
            db = sqlite.connect(self.path, busy_s=sqlite.WRITE_S)
            try:
                db.execute("PRAGMA journal_mode = WAL")
                db.execute("PRAGMA synchronous = FULL")
                db.execute("PRAGMA foreign_keys = ON")
                if self._beside:
                    _require_format(self.path, db)
                else:
                    _migrate(self.path, db, self._steps)
            except BaseException:
                db.close()
                raise
        return db

    def _side(self, suffix: str) -> Path:
        return self.path.with_name(self.path.name + suffix)


def look(path: Path) -> Optional[Seen]:
    """Return a file's device, inode and size; None if it is not there."""
    try:
        facts = path.lstat()
    except OSError:
        return None
    return facts.st_dev, facts.st_ino, facts.st_size


def _refuse_strange(path: Path) -> None:
    """Refuse a file that is no record, before SQLite would make it one."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise StoreError(f"{path}: is no plain file; {_PUT_BACK}")
    if path.exists() and not path.stat().st_size:
        raise StoreError(f"{path}: is empty, which no record ever is; {_PUT_BACK}")
    if not path.exists():
        for suffix in sqlite.SIDES:
            side = path.with_name(path.name + suffix)
            if os.path.lexists(side):
                raise StoreError(f"{side}: its record is gone; {_PUT_BACK}")


def _make(path: Path, steps: Sequence[str]) -> None:
    """Make an empty record; it gets its name when it is whole."""
    with atomic.writing(path, mode=_PRIVATE) as file:
        temporary = Path(f"/proc/self/fd/{file.fileno()}").readlink()
        db = sqlite.connect(temporary)
        try:
            db.execute("PRAGMA journal_mode = OFF")
            _migrate(path, db, steps)
        finally:
            db.close()


def _require_format(path: Path, db: sqlite.Connection) -> None:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version != len(MIGRATIONS):
        raise StoreError(
            f"{path}: has format {version}, expected {len(MIGRATIONS)}; start the"
            " daemon once with this version of Weir"
        )


def _migrate(path: Path, db: sqlite.Connection, steps: Sequence[str]) -> None:
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > len(steps):
        raise StoreError(
            f"{path}: has format {version}, written by a newer Weir; this one knows"
            f" {len(steps)}"
        )
    for number, script in enumerate(steps[version:], start=version + 1):
        db.executescript(
            f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {number}; COMMIT;"
        )
