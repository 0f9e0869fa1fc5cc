"""Journals that somebody put beside the record, which SQLite would replay silently.

A daemon that is killed leaves a journal, which is replayed at the next start. Whoever
closes the record last leaves none, and notes that. So a journal beside a record that
was closed, and has not changed since, came from somebody else.
"""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path

from analysis import StoreError

_JOURNALS = ("-wal", "-journal")
_BESIDE = (*_JOURNALS, "-shm")


def check_journals(record: Path) -> None:
    """Refuse journals that are not the service's own.

    This must be called before SQLite opens the record, and with it the journals.

    Raises:
        StoreError: there is such a journal; the text says what to do.
    """
    closed = _is_closed(record)
    for suffix in _BESIDE:
        beside = record.with_name(record.name + suffix)
        with contextlib.suppress(FileNotFoundError):
            facts = beside.lstat()
            plain = stat.S_ISREG(facts.st_mode) and facts.st_nlink == 1
            if not plain or facts.st_uid != os.geteuid():
                raise StoreError(f"{beside}: is not the service's own; move it away")
            if closed and facts.st_size and suffix in _JOURNALS:
                raise StoreError(
                    f"{beside}: lies beside a record that was closed without one, and"
                    " would change it; move it away"
                )
    note_opened(record)


def note_opened(record: Path) -> None:
    """Take back the note that the record is closed; its journals are there by now."""
    _mark(record).unlink(missing_ok=True)


def note_closed(record: Path) -> None:
    """Note the state in which the record was closed; a full disk raises no error.

    While another process of the service has it open nothing is noted. One that opens
    it at this moment makes its journals before it calls ``note_opened``: so either it
    removes the note, or the journals are seen here.
    """
    with contextlib.suppress(OSError):
        if not _has_journal(record):
            _mark(record).write_text(_state(record), "ascii")
        if _has_journal(record):
            note_opened(record)


def _has_journal(record: Path) -> bool:
    return any(os.path.lexists(str(record) + suffix) for suffix in _JOURNALS)


def _is_closed(record: Path) -> bool:
    try:
        return _mark(record).read_text("ascii") == _state(record)
    except (OSError, ValueError):
        return False


def _state(record: Path) -> str:
    facts = record.stat()
    return f"{facts.st_ino} {facts.st_size} {facts.st_mtime_ns}\n"


def _mark(record: Path) -> Path:
    return record.with_name(record.name + ".closed")
