"""The file of labels, ``labels/labels.sqlite``: opened, written, closed, and copied.

Several programs may want to write labels at once: a page for review, a command. So each
opens the file for one step, under a lock, and closes it again. Only the owner of the
folder can open it. Everybody else who may read the folder reads the copy, which is
renewed at the end of each step that changed something.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import Optional

from analysis import StoreError
from analysis.record.file import sqlite
from analysis.record.file.publication import copy_pages
from analysis.record.file.recordfile import RecordFile, Seen, look
from analysis.record.labels.schema import LABEL_MIGRATIONS
from weir import atomic, plain

FILE_NAME, COPY_NAME, LOCK_NAME = "labels.sqlite", "labels-copy.sqlite", "lock"

_PRIVATE, _SHARED = 0o600, 0o644
_STEP_S, _STEPS = 0.05, 600  # half a minute in all


class LabelFile:
    """The file of labels in a folder; it is open only within ``opened``.

    Args:
        folder: ``labels/`` of the analysis folder.
    """

    def __init__(self, folder: Path) -> None:
        self.path, self.copy = folder / FILE_NAME, folder / COPY_NAME
        self._folder = folder
        self._seen: Optional[Seen] = None

    @contextmanager
    def opened(self) -> Iterator[RecordFile]:
        """Open the file, alone among all programs; it is made when it is not there.

        Raises:
            StoreError: it is another user's, was moved or replaced, or is damaged.
        """
        self._make_folder()
        with (
            _locked(self._folder / LOCK_NAME),
            sqlite.explaining(self.path, even_full=True),
        ):
            self._require_kept()
            atomic.sweep(self._folder)
            file = RecordFile(self.path, LABEL_MIGRATIONS)
            try:
                yield file
                self._publish(file.db)
            finally:
                file.close()
            self._seen = look(self.path)

    def _make_folder(self) -> None:
        nearest = self._folder if self._folder.exists() else self._folder.parent
        if nearest.stat().st_uid != os.geteuid():
            raise StoreError(
                f"{nearest}: belongs to user {nearest.stat().st_uid}, who alone writes"
                " labels; type the same command with sudo"
            )
        self._folder.mkdir(exist_ok=True)

    def _require_kept(self) -> None:
        """Refuse to begin anew where there were labels before."""
        now = look(self.path)
        if now is None and self.copy.exists():
            raise StoreError(
                f"{self.path}: is gone, and {self.copy} is a copy of it; put it back,"
                " or give the copy its name"
            )
        if self._seen and now and now[:2] != self._seen[:2]:
            raise StoreError(
                f"{self.path}: was replaced since it was last written to; end what"
                " writes labels, and start it again"
            )

    def _publish(self, db: sqlite.Connection) -> None:
        """Renew the copy unless it has all labels."""
        if _newest(db) == self._published():
            return
        try:
            with atomic.writing(self.copy, mode=_SHARED) as file:
                copy_pages(self.path, file.fileno(), lambda *_: None)
        except OSError as exc:
            raise StoreError(
                f"{self.copy}: cannot be renewed ({exc.strerror}); the labels are kept,"
                " and the next command tries again"
            ) from exc

    def _published(self) -> Optional[tuple[int, int]]:
        with suppress(sqlite.Error), closing(open_copy(self.copy)) as db:
            return _newest(db)
        return None


def open_copy(path: Path) -> sqlite.Connection:
    """Open a copy for reading; it needs no rights in the folder.

    Raises:
        sqlite3.Error: it is not there, or cannot be read.
    """
    return sqlite.connect(path, "mode=ro&immutable=1")


def _newest(db: sqlite.Connection) -> tuple[int, int]:
    """Return the format and the last label's number, which only ever grow."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    return version, db.execute("SELECT max(id) FROM labels").fetchone()[0] or 0


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock; a program that died has let go of it.

    Raises:
        StoreError: another program holds it for long.
    """
    descriptor = plain.descriptor(path, os.O_RDWR | os.O_CREAT, _PRIVATE)
    try:
        for _ in range(_STEPS):
            with suppress(BlockingIOError):
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            Event().wait(_STEP_S)
        else:
            raise StoreError(f"{path}: another program holds it; end that one")
        yield
    finally:
        os.close(descriptor)
