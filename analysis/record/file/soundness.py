"""Whether the record is whole, asked once at the start."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path
from typing import Callable

from analysis import StoreError
from analysis.record.file import sqlite

_STEP_S = 0.5


def require_kept(record: Path, receipts: Path) -> None:
    """Refuse to begin a new record where receipts speak of an old one.

    Raises:
        StoreError: the record is gone.
    """
    if not record.exists() and any(receipts.rglob("*.receipt.json")):
        raise StoreError(
            f"{record}: is gone, and {receipts} speaks of clips that were in it; put it"
            " back, or a copy of it. To begin anew, move the receipts away"
        )


def require_sound(record: Path, heartbeat: Callable[[], None]) -> None:
    """Read all of the record and see that it is whole.

    It takes about a second for 300 MB that are in memory, else as long as the disk
    takes to read them.

    Args:
        heartbeat: called all the while; may raise to break it off.

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
