"""The columns of each table, and the statement that writes a row of all of them.

The schema is the one list of columns: a row names its values, and the statement is made
from the schema. So a new column is a step of the schema and a value in
``analysis.record.rows``, and a row that lacks a value is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from functools import lru_cache
from typing import Any

from analysis.record.file import sqlite
from analysis.record.schema import MIGRATIONS

Row = Mapping[str, Any]
"""One row to be written: the value of each column, by the column's name."""


@lru_cache(maxsize=1)
def tables() -> dict[str, tuple[str, ...]]:
    """Return the names of every table's columns, in the order of the schema."""
    with closing(sqlite.in_memory()) as db:
        for script in MIGRATIONS:
            db.executescript(script)
        names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            table: tuple(
                column["name"] for column in db.execute(f"PRAGMA table_info({table})")
            )
            for (table,) in names.fetchall()
        }


def insert(table: str, *, instead: str = "") -> str:
    """Return the statement that writes one row, given by name.

    Args:
        table: where it goes.
        instead: what is done when its key is there already, IGNORE or REPLACE.
    """
    names = tables()[table]
    verb = f"INSERT OR {instead}" if instead else "INSERT"
    values = ", ".join(f":{name}" for name in names)
    return f"{verb} INTO {table} ({', '.join(names)}) VALUES ({values})"
