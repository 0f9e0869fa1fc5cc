"""Labels as a table: the CSV that ``labels export`` writes and ``labels import`` reads.

Columns are separated by commas, semicolons or tabs, in any order. A line that cannot be
read is named with its number, and does not spoil the others.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Optional

from analysis import LabelsError
from analysis.values.cells import marked, seen, unmarked
from analysis.values.label import FISH, VERDICTS, WITHDRAWN, Label
from weir import ContractError
from weir.clock import format_utc, parse_utc
from weir.printable import many

COLUMNS = (
    *("clip", "sha256", "first_frame", "last_frame", "verdict", "label", "species"),
    *("count", "note", "person", "at"),
)
MOST_BYTES, MOST_LINES = 32 << 20, 100_000

_NEEDED = ("first_frame", "last_frame", "verdict")
_LONGEST = {"note": 1000}
_LONGEST_TEXT = 200
_SHA256 = re.compile(r"[0-9a-f]{64}")
_WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Line:
    """A line of a table, as far as it can be read without knowing any clip.

    Attributes:
        number: of the line in its file, from 1.
        label: what it says; its ``sha256`` is empty where the line has none.
        is_dated: whether it says when that was said; else its time is that of now.
    """

    number: int
    label: Label
    is_dated: bool


@dataclass(frozen=True)
class Fault:
    """What is wrong with a line, and what would be right."""

    number: int
    words: str


def write_table(labels: Iterable[Label]) -> str:
    """Return the table of labels, in the order that they are given."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([marked(cell) for cell in _cells(label)] for label in labels)
    return text.getvalue()


def read_table(data: bytes, now: datetime) -> tuple[list[Line], list[Fault]]:
    """Read every line that can be read.

    Args:
        data: the bytes of the file.
        now: the present moment.

    Returns:
        The lines, and what is wrong with the others.

    Raises:
        LabelsError: it is no such table at all.
    """
    lines: list[Line] = []
    faults: list[Fault] = []
    rows = _rows(_text(data))
    try:
        _, header = next(rows, (1, []))
        names = _names(header)
        for number, row in rows:
            if len(lines) + len(faults) == MOST_LINES:
                raise LabelsError(f"has more than {MOST_LINES} lines; take it apart")
            try:
                lines.append(_line(number, _by_name(names, row), now))
            except ContractError as exc:
                faults.append(Fault(number, str(exc)))
    except csv.Error as exc:
        raise LabelsError(f"is no CSV that can be read to its end ({exc})") from exc
    return lines, faults


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise LabelsError(f"has more than {MOST_BYTES >> 20} MiB; expected a few")
    if b"\0" in data:
        raise LabelsError("is no text, or UTF-16; save it as CSV in UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = data.count(b"\n", 0, exc.start) + 1
        raise LabelsError(f"line {line} is not UTF-8; save it as CSV in UTF-8") from exc


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that is not empty, with the number of the line it begins in."""
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    for row in reader:
        if any(cell.strip() for cell in row):
            yield begins, row
        begins = reader.line_num + 1


def _names(header: list[str]) -> list[str]:
    names = [name.strip() for name in header]
    expected = ", ".join(COLUMNS)
    for name in names:
        if name not in COLUMNS or names.count(name) > 1:
            raise LabelsError(
                f"has a column {seen(name)!r}; expected, once: {expected}"
            )
    missing = [name for name in _NEEDED if name not in names]
    if missing or not {"clip", "sha256"} & set(names):
        missing = missing or ["clip"]
        raise LabelsError(f"has no column {missing[0]!r}; expected: {expected}")
    return names


def _by_name(names: list[str], row: list[str]) -> dict[str, str]:
    if len(row) > len(names) and any(cell.strip() for cell in row[len(names) :]):
        raise ContractError(
            f"has {many(len(row), 'cell')}; expected {len(names)}, and quotes around a"
            " text that holds a separator"
        )
    cells = {name: _clean(cell) for name, cell in zip(names, row)}
    for name, cell in cells.items():
        longest = _LONGEST.get(name, _LONGEST_TEXT)
        if len(cell) > longest:
            raise ContractError(f"{name} has {len(cell)} letters; at most {longest}")
    return {name: cells.get(name, "") for name in COLUMNS}


def _line(number: int, cells: Mapping[str, str], now: datetime) -> Line:
    verdict = cells["verdict"].lower()
    if verdict not in (*VERDICTS, WITHDRAWN):
        raise _wrong("verdict", verdict, ", ".join(VERDICTS))
    at = _moment(cells["at"], now)
    if verdict == WITHDRAWN and at is None:
        raise _wrong("at", "", "the time of the decision that is taken back")
    label = Label(
        sha256=_sha256(cells["sha256"]),
        clip=cells["clip"].replace("\\", "/").rpartition("/")[2],
        first_frame=_whole("first_frame", cells["first_frame"]),
        last_frame=_whole("last_frame", cells["last_frame"]),
        verdict=verdict,
        person=cells["person"],
        at=at or now,
        label=cells["label"],
        species=cells["species"],
        count=_count(cells["count"], verdict),
        note=cells["note"],
    )
    if label.last_frame < label.first_frame:
        expected = f"first_frame = {label.first_frame} or more"
        raise _wrong("last_frame", str(label.last_frame), expected)
    return Line(number, label, is_dated=at is not None)


def _clean(cell: str) -> str:
    """Return a cell's text on one line, without what cannot be seen."""
    return unmarked(seen(" ".join(cell.split())))


def _sha256(text: str) -> str:
    sha256 = text.lower()
    if sha256 and not _SHA256.fullmatch(sha256):
        raise _wrong("sha256", text, "64 hexadecimal digits, or nothing")
    return sha256


def _whole(name: str, text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise _wrong(name, text, "a whole number, 0 or more")
    return int(text)


def _count(text: str, verdict: str) -> Optional[int]:
    if not text:
        return None
    count = _whole("count", text)
    is_fish = verdict in (FISH, WITHDRAWN)
    if (count > 0) != is_fish:
        expected = "1 or more of a fish" if is_fish else "nothing, or 0"
        raise _wrong("count", text, expected)
    return count or None


def _moment(text: str, now: datetime) -> Optional[datetime]:
    if not text:
        return None
    try:
        at = parse_utc(text)
    except ContractError as exc:
        raise ContractError(f"at: {exc}") from exc
    if at.year < 2000 or (at - now).total_seconds() > 86400:
        raise _wrong("at", text, "a time since 2000 that is not in the future")
    return at


def _wrong(name: str, value: str, expected: str) -> ContractError:
    shown = value if len(value) <= 60 else value[:57] + "..."
    return ContractError(f"{name} = {shown!r}; expected {expected}")


def _cells(label: Label) -> tuple[str, ...]:
    return (
        *(label.clip, label.sha256, str(label.first_frame), str(label.last_frame)),
        *(label.verdict, label.label, label.species),
        "" if label.count is None else str(label.count),
        *(label.note, label.person, format_utc(label.at)),
    )
