"""The cells of a table: how numbers, flags and texts are written, and how a file is.

Numbers have a decimal point, times are UTC, and an unknown value is an empty cell. A
text that a spreadsheet would take for a formula gets an apostrophe in front.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Optional

from analysis.values.cells import marked, seen
from weir import atomic

Cell = object
Table = tuple[Sequence[str], Iterable[Sequence[Cell]]]
"""The names of the columns, and the rows."""


def write_table(path: Path, table: Table) -> None:
    """Write a table as a UTF-8 CSV file, which appears whole."""
    columns, rows = table
    with atomic.writing(path) as file:
        text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(map(_plain, row) for row in rows)
        text.detach()


def number(value: Optional[float], digits: int = 6) -> str:
    """Write a number without trailing zeros, and None as an empty text."""
    if value is None:
        return ""
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def flag(value: Optional[bool]) -> str:
    """Write true, false, or an empty text for None."""
    return "" if value is None else str(value).lower()


def _plain(cell: Cell) -> Cell:
    """Make a cell harmless, so that it neither ends its row nor runs in a spreadsheet.

    Anyone can make an archive, and its names may hold a carriage return.
    """
    if not isinstance(cell, str):
        return cell
    return marked(seen(cell))
