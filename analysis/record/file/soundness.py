"""Whether the record is there and whole; the daemon asks once, at its start."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path
from typing import Callable

from analysis import StoreError
from analysis.record.file import sqlite

_STEP_S = 0.5


def require_kept(record: Path, receipts: Path) -> None:
    """Refuse to begin a new record where there are receipts for clips of an old one.

    Raises:
        StoreError: there are receipts and no record.
    """
    if not record.exists() and any(receipts.rglob("*.receipt.json")):
        raise StoreError(
            f"{record}: is gone, and {receipts} speaks of clips that were in it; put it"
            " back, or a copy of it. To begin anew, move the receipts away"
        )


def require_sound(record: Path, heartbeat: Callable[[], None]) -> None:
    """Read the whole record, and make sure that it is not damaged.

    300 MB take about a second where they are in memory, and otherwise as long as the
    disk takes to read them.

    Args:
        record: the file.
        heartbeat: called again and again meanwhile; it may raise to break this off.

    Raises:
        StoreError: it is damaged.
    """
    with (
        sqlite.explaining(record, even_full=True),
        closing(sqlite.connect(record, shared=True)) as db,
        ThreadPoolExecutor(1) as thread,
    ):
        asked = thread.submit(_ask, db)
        try:
            while not wait([asked], _STEP_S).done:
                heartbeat()
        except BaseException:
            db.interrupt()
            raise
        found = asked.result()
    if found != "ok":
        raise StoreError(
            f"{record}: is damaged ({found}); put back a copy of it, then start again"
        )


def _ask(db: sqlite.Connection) -> str:
    return str(db.execute("PRAGMA quick_check(1)").fetchone()[0])
