"""A JSON file written piece by piece, so that a year of results needs no memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO


def write_json(path: Path, head: Mapping[str, Any], **lists: Iterable[Any]) -> None:
    """Write an object.

    Args:
        path: the file.
        head: its first members.
        **lists: its other members, each a list, one entry a line. They are read in
            this order, and one may be filled while the one before it is read.
    """
    with path.open("w", encoding="utf-8") as file:
        file.write("{")
        for number, (name, value) in enumerate(head.items()):
            file.write(f"{',' if number else ''}\n{_text(name)}: {_text(value)}")
        for number, (name, entries) in enumerate(lists.items()):
            comma = "," if head or number else ""
            file.write(f"{comma}\n{_text(name)}: [")
            _write_list(file, entries)
            file.write("]")
        file.write("\n}\n")


def _write_list(file: TextIO, entries: Iterable[Any]) -> None:
    separator = "\n"
    for entry in entries:
        file.write(separator + _text(entry))
        separator = ",\n"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
