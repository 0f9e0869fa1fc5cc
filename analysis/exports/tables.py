"""The tables: UTF-8 CSV, one file a subject, columns and order as documented.

Rows are sorted by deployment, camera, date, clip, sha256 and frame. A new column comes
after those that were there, because scripts of other people count them.
"""

from __future__ import annotations

from pathlib import Path

from analysis.exports.cells import write_table
from analysis.exports.daytables import day_tables
from analysis.exports.footagetables import footage_tables
from analysis.exports.request import Request
from analysis.exports.runtables import run_tables
from analysis.exports.tracktables import track_tables
from analysis.record.results import Results


def write(request: Request, folder: Path) -> tuple[Path, ...]:
    """Write all tables into a folder, and return their paths."""
    return export(request.results, folder)


def export(results: Results, folder: Path) -> tuple[Path, ...]:
    """Write all tables into a folder.

    Returns:
        The paths of the files, in the order of the tables.
    """
    parts = (footage_tables, day_tables, run_tables, track_tables)
    tables = {name: table for part in parts for name, table in part(results).items()}
    for name, table in tables.items():
        write_table(folder / name, table)
    return tuple(folder / name for name in tables)
