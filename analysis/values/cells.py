"""A cell of a table, made so that no spreadsheet takes it for a formula.

It gets an apostrophe in front, which is what a spreadsheet itself would ask for.
"""

from __future__ import annotations

import re

_FORMULAS = "=+\\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
"""What begins a formula, with the full-width forms that spreadsheets also take."""

_CELLS = re.compile(rf"(^|;)(\s*)(?='*[{_FORMULAS}])")
"""Where a cell begins, also in a spreadsheet that separates cells by ``;``."""

_MARKED = re.compile(rf"(^|;)(\s*)'(?='*[{_FORMULAS}])")


def marked(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would take for a formula."""
    return text if _is_number(text) else _CELLS.sub(r"\1\2'", text)


def unmarked(text: str) -> str:
    """Take away the apostrophes that ``marked`` puts, and no others."""
    return _MARKED.sub(r"\1\2", text)


def seen(text: str) -> str:
    """Replace what cannot be seen, and could end a row, by a mark that can."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
