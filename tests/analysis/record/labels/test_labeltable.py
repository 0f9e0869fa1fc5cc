"""The table of labels: what is read of it, and what is said of the rest."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis import LabelsError
from analysis.record.labels import labeltable
from analysis.record.labels.labeltable import COLUMNS, Line, read_table, write_table
from analysis.values.label import FISH, NOT, WITHDRAWN
from tests.analysis.made_labels import said
from tests.analysis.made_record import NOW

HEAD = "clip,first_frame,last_frame,verdict"


def only(text: str) -> Line:
    """The one line of a table without faults."""
    (line,), faults = read_table(text.encode(), NOW)
    assert faults == []
    return line


def fault(cells: str, head: str = HEAD) -> str:
    """What is wrong with the third line of a table, whose second is empty."""
    lines, (fault,) = read_table(f"{head}\n\n{cells}\n".encode(), NOW)
    assert (lines, fault.number) == ([], 3)
    return fault.words


def test_the_columns_are_the_documented_ones() -> None:
    """Other people's scripts read and write these names."""
    expected = "clip,sha256,first_frame,last_frame,verdict,label,species,count,note"

    assert write_table([]) == f"{expected},person,at\n"


NOTES = ["", "=1+1", "'=1+1", "''@x", "-5", "a;=b", 'He said "x, y"', "été; \u2212x"]


@pytest.mark.parametrize("note", NOTES)
def test_what_is_written_is_read_again(note: str) -> None:
    """Whatever stands in it; a spreadsheet takes none of it for a formula."""
    label = said(FISH, label="fish", species="dace", count=3, note=note)
    text = write_table([label, replace(label, verdict=WITHDRAWN)])
    lines, faults = read_table(text.encode(), NOW)

    assert faults == []
    assert lines[0].label == label
    assert lines[1].label.key == label.key
    assert "\n=" not in text and ",=" not in text and ";=" not in text


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_spreadsheets_write_it_in_their_own_ways(separator: str) -> None:
    """With a byte order mark, other separators, line ends and an order of their own."""
    cells = ["\ufeffverdict", "last_frame", "clip", "first_frame"]
    text = "\r\n".join(
        map(separator.join, [cells, [" Fish", "5", "D:\\x\\a.h264", " 2 "]])
    )
    line = only(text)

    assert line.label.stretch == ("", 2, 5)
    assert (line.label.clip, line.label.verdict) == ("a.h264", FISH)


def test_a_line_without_a_time_is_dated_now() -> None:
    """And is known to be."""
    line = only(f"{HEAD}\na.h264,2,5,not\n")

    assert (line.label.at, line.is_dated, line.label.verdict) == (NOW, False, NOT)


def test_a_note_of_several_lines_has_the_number_of_its_first() -> None:
    """And stands on one line, without what cannot be seen."""
    text = f'{HEAD},note\na,2,5,not,"x\ny\u202ez"\nb,9,2,not,\n'
    (line,), (bad,) = read_table(text.encode(), NOW)

    assert (line.label.note, line.number, bad.number) == ("x y\ufffdz", 2, 4)


FAULTS = {
    "a.h264,2,5,Fisch": "verdict = 'fisch'; expected fish, not, unsure, watched",
    "a.h264,2.5,5,fish": "first_frame = '2.5'; expected a whole number, 0 or more",
    "a.h264,-2,5,fish": "first_frame = '-2'; expected a whole number",
    "a.h264,²,5,fish": "first_frame = '²'; expected a whole number",
    "a.h264,2,9999999999,fish": "last_frame = '9999999999'; expected a whole number",
    "a.h264,5,2,fish": "last_frame = '2'; expected first_frame = 5 or more",
    "a.h264,5": "verdict = ''; expected fish, not, unsure, watched",
    "a.h264,2,5,fish,,6": "has 6 cells; expected 4",
    "a.h264,2,5,withdrawn": "at = ''; expected the time of the decision",
    f"{'a' * 201},2,5,fish": "clip has 201 letters; at most 200",
}


@pytest.mark.parametrize("cells", FAULTS)
def test_a_wrong_line_says_what_would_be_right(cells: str) -> None:
    """With its number in the file, empty lines counted."""
    assert fault(cells).startswith(FAULTS[cells])


CELLS = {
    ("count", "0"): "count = '0'; expected 1 or more of a fish",
    ("count", "two"): "count = 'two'; expected a whole number",
    ("at", "yesterday"): "at: 'yesterday' is no time like 2026-05-01T05:00:00Z",
    ("at", "2026-05-01 05:00"): "at: '2026-05-01 05:00' does not say its zone",
    (
        "at",
        "2062-05-01T05:00:00Z",
    ): "at = '2062-05-01T05:00:00Z'; expected a time",
    (
        "at",
        "1899-12-30T00:00:00Z",
    ): "at = '1899-12-30T00:00:00Z'; expected a time",
    ("sha256", "12ab"): "sha256 = '12ab'; expected 64 hexadecimal digits",
}


@pytest.mark.parametrize("cell", CELLS)
def test_a_wrong_cell_says_what_would_be_right(cell: tuple[str, str]) -> None:
    """Its name, its value, and what was expected."""
    name, text = cell

    assert fault(f"a,2,5,fish,{text}", f"{HEAD},{name}").startswith(CELLS[cell])


TABLES = {
    b"": "has no column 'first_frame'",
    b"clip,first_frame,last_frame,verdict,called\n": "has a column 'called'; expected",
    b"clip,clip,first_frame,last_frame,verdict\n": "has a column 'clip'; expected, on",
    b"first_frame,last_frame,verdict\n": "has no column 'clip'",
    b"clip\0": "is no text, or UTF-16",
    "clip,\u00e9".encode("utf-16"): "is no text, or UTF-16",
    f"{HEAD}\na,1,1,fish\n\u00e9".encode("latin-1"): "line 3 is not UTF-8",
    f'{HEAD}\na,1,1,fish\n"b,1'.encode(): "is no CSV that can be read to its end",
    f"{HEAD}\n{'x' * 200_000},1".encode(): "is no CSV that can be read to its end",
    b"x" * ((32 << 20) + 1): "has more than 32 MiB",
}


@pytest.mark.parametrize("data", TABLES, ids=list(TABLES.values()))
def test_what_is_no_such_table_is_refused_whole(data: bytes) -> None:
    """Nobody knows what its other lines would mean."""
    with pytest.raises(LabelsError) as told:
        read_table(data, NOW)
    assert str(told.value).startswith(TABLES[data])


def test_every_column_is_written() -> None:
    """A cell more or less would shift what is behind it."""
    head, row = write_table([said(FISH)]).splitlines()

    assert head.count(",") == row.count(",") == len(COLUMNS) - 1


def test_a_table_without_end_is_not_read_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that are wrong take room, too."""
    monkeypatch.setattr(labeltable, "MOST_LINES", 2)
    lines = [HEAD, "a,1,1,fish", "a,1,1,wrong"]
    assert len(read_table("\n".join(lines).encode(), NOW)[0]) == 1

    with pytest.raises(LabelsError, match="has more than 2 lines; take it apart"):
        read_table("\n".join([*lines, "a,2,2,fish"]).encode(), NOW)
