"""Cells that no spreadsheet runs, and that say the same when they are read again."""

from __future__ import annotations

from hypothesis import given
from hypothesis.strategies import text

from analysis.values.cells import marked, unmarked


@given(text(alphabet="=+-@;' \uff1d5ax"))
def test_what_is_marked_is_read_as_it_was(cell: str) -> None:
    """Also what had an apostrophe of its own."""
    assert unmarked(marked(cell)) == cell


def test_a_number_stays_a_number() -> None:
    """Below zero, too."""
    assert (marked("-5"), marked("-x"), marked("a;=b")) == ("-5", "'-x", "a;'=b")
