"""Compares the config that a running daemon uses with the one in the file.

A daemon reads its config once, when it starts, and writes it to its state directory.
Somebody may have edited the file since, or may run ``check`` with another file.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Optional

from capture.config import CaptureSettings
from capture.finding import Finding
from weir import ContractError, atomic, service
from weir.document import Document, write_json

FILE_NAME = "config-in-use.json"
_SHOWN = 5


@dataclass(frozen=True)
class Running:
    """A daemon that runs.

    Attributes:
        process: its process number.
        file: its config file; None if it did not write that down.
        settings: what it read there; each key has its table's name before it.
    """

    process: int
    file: Optional[Path]
    settings: Mapping[str, Any]


def leave_word(state: Path, file: Path, settings: CaptureSettings) -> None:
    """Write down which config this process uses, unless the disk takes no writes."""
    fields = {
        "process": os.getpid(),
        "file": str(file.absolute()),
        "settings": flat(settings),
    }
    with contextlib.suppress(OSError):
        atomic.write_text(state / FILE_NAME, write_json(fields))


def running(states: Iterable[Path], lock_name: str) -> Optional[Running]:
    """Return the daemon that works in one of these state directories, if one does."""
    for state in states:
        process = service.holder_of(state / lock_name)
        if process is not None:
            return _read(state / FILE_NAME, process)
    return None


def _read(word: Path, process: int) -> Running:
    try:
        document = Document.parse(word.read_bytes(), str(word))
        if document.whole("process") == process:
            file = Path(document.text("file"))
            return Running(process, file, document.mapping("settings"))
    except (OSError, ContractError):
        pass  # one of an older version, or of a state directory that takes no writes
    return Running(process, None, {})


def flat(settings: CaptureSettings) -> dict[str, Any]:
    """Return every key like ``capture.schedule.windows`` with its value as in JSON."""
    found: dict[str, Any] = {}

    def walk(table: Mapping[str, Any], before: str) -> None:
        for key, value in table.items():
            if isinstance(value, dict):
                walk(value, f"{before}{key}.")
            else:
                found[f"{before}{key}"] = value

    walk(json.loads(json.dumps(asdict(settings), default=str)), "")
    return found


def compare(daemon: Running, file: Path, settings: CaptureSettings) -> Finding:
    """Compare a config with the one that a running daemon uses."""
    who = f"the running daemon (process {daemon.process})"
    restart = "sudo systemctl restart weir-capture"
    if daemon.file is None:
        words = f"{who} does not say which config it uses; after {restart} it does"
        return Finding(None, f"config: {words}")
    here, there = flat(settings), daemon.settings
    differ = [key for key in here if key in there and here[key] != there[key]]
    if not differ:
        return Finding(True, f"config: {who} uses the same")
    shown = ", ".join(
        f"{key} is {json.dumps(there[key])} there and {json.dumps(here[key])} here"
        for key in differ[:_SHOWN]
    )
    more = f", and {len(differ) - _SHOWN} more" if len(differ) > _SHOWN else ""
    if daemon.file == file.absolute():
        why = f"{who} uses this file as it was before: {shown}{more}; {restart}"
    else:
        why = f"{who} uses {daemon.file}: {shown}{more}; or --config {daemon.file}"
    return Finding(False, f"config: {why}")
