"""Files of JSON lines: a torn or wrong line does not spoil the others."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Callable, Optional, TypeVar

from weir import ContractError

Line = TypeVar("Line")

_LONGEST_LINE = 1 << 16  # parsing a line of brackets takes thirty times its size
_MOST_TOLD, _MOST_BAD = 20, 1000


def parse_lines(
    data: bytes, source: str, read: Callable[[bytes, str], Optional[Line]]
) -> tuple[list[Line], list[str]]:
    """Read every line that can be read.

    Args:
        data: the bytes of the file.
        source: the file's name, for messages.
        read: reads a line from its text and its name; returns None to leave it out,
            raises ContractError if it is wrong.

    Returns:
        The lines that can be read, in order, and what is wrong with the others (of
        many, only the first).
    """
    lines: list[Line] = []
    problems: list[str] = []
    bad = 0
    for number, text in _numbered(data):
        name = f"{source}:{number}"
        try:
            if line := read(_bounded(text, name), name):
                lines.append(line)
        except ContractError as exc:
            bad += 1
            if bad <= _MOST_TOLD:
                problems.append(str(exc))
            if bad == _MOST_BAD:
                problems.append(f"{source}: the rest, as bad, was not read")
                return lines, problems
    if bad > _MOST_TOLD:
        more = bad - _MOST_TOLD
        lines_are = "line is" if more == 1 else "lines are"
        problems.append(f"{source}: {more} more {lines_are} unreadable")
    return lines, problems


def _bounded(text: bytes, source: str) -> bytes:
    if len(text) > _LONGEST_LINE:
        raise ContractError(f"{source}: a line of {len(text)} bytes is none of ours")
    return text


def _numbered(data: bytes) -> Iterator[tuple[int, bytes]]:
    for number, line in enumerate(BytesIO(data), start=1):
        if line.strip():
            yield number, line
