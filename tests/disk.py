"""What happens on the disk, in order: syncs, renames and removals, by their names."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_TEMPORARY = re.compile(r"weir-[0-9a-f]{16}\.part")
_records: list[list[str]] = []


@contextmanager
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Record what is done, as ``sync NAME``, ``rename NAME NAME`` and ``remove NAME``.

    A folder has a slash behind its name; a temporary file is called ``temporary``.
    """
    record: list[str] = []
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        record.append(f"sync {_short(path)}{'/' if path.is_dir() else ''}")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    _records.append(record)
    try:
        yield record
    finally:
        _records.remove(record)


def _short(path: Any) -> str:
    return _TEMPORARY.sub("temporary", Path(os.fsdecode(path)).name)


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    """Python tells of renames and removals itself, whoever calls them and how."""
    if _records and event in ("os.rename", "os.remove"):
        names = arguments[:2] if event == "os.rename" else arguments[:1]
        line = f"{event[3:]} {' '.join(map(_short, names))}"
        for record in _records:
            record.append(line)


sys.addaudithook(_listen)
