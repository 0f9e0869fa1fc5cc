"""Latency: how soon an idle daemon has a dropped clip in its record.

This should take no longer than ``settle_seconds`` and one and a half times the work
itself. The rest is noticing the clip, starting a worker and its models, and recording.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Optional

from analysis import AnalysisError
from analysis.config import AnalysisConfig
from analysis.intake.folders import Folders
from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from benchmarks.material import Material
from weir.clock import SystemClock

ROUNDS = 3
_SETTLE_S = 2.0
_IDLE_S = 3.0
_PATIENCE_S = 600.0
_LOOK_S = 0.01


def run(material: Material) -> None:
    """Measure, and print the table."""
    clip = max(material.clips, key=lambda each: each.stat().st_size)
    print(f"\nFrom inbox to record, {material.name}: {clip.name}, idle daemons")
    print(f"{'':<28}{'work s':>8}{'in all s':>10}{'less settling, of work':>24}")
    for number in range(1, ROUNDS + 1):
        work_s, all_s = measure(clip, material.analysis)
        ratio = (all_s - _SETTLE_S) / work_s
        print(f"{f'daemon {number}':<28}{work_s:>8.2f}{all_s:>10.2f}{ratio:>24.2f}")


def measure(clip: Path, config: AnalysisConfig) -> tuple[float, float]:
    """Measure the first clip of a new daemon.

    Returns:
        Seconds of work, and seconds from the drop to the record.
    """
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        folders = Folders(root)
        with _daemon(root, config) as daemon:
            _wait(lambda: b"analysis started" in daemon.log.read_bytes(), daemon)
            _pause(_IDLE_S)
            part = folders.inbox / f"{clip.name}.part"
            shutil.copyfile(clip, part)
            dropped_s = SystemClock().monotonic()
            part.replace(folders.inbox / clip.name)
            work_s = _wait(lambda: _work_s(folders), daemon)
            return work_s, SystemClock().monotonic() - dropped_s


@dataclass(frozen=True)
class _Daemon:
    """A running daemon, and the file with its messages."""

    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def _daemon(root: Path, config: AnalysisConfig) -> Iterator[_Daemon]:
    file, log = root / "config.toml", root / "log"
    file.write_text(_toml(config), "utf-8")
    command = [sys.executable, "-m", "analysis", "run", "--config", str(file)]
    with log.open("wb") as said:
        process = subprocess.Popen(command, stderr=said)
    try:
        yield _Daemon(process, log)
    finally:
        process.terminate()
        process.wait(_PATIENCE_S)


def _work_s(folders: Folders) -> Optional[float]:
    with reading(folders.results / FILE_NAME) as db:
        rows = db.execute("SELECT seconds FROM analyses").fetchall()
    return float(rows[0][0]) if rows else None


def _wait(ask: Callable[[], Any], daemon: _Daemon) -> Any:
    """Ask until there is an answer; raises AnalysisError if none comes."""
    clock = SystemClock()
    deadline_s = clock.monotonic() + _PATIENCE_S
    while not (answer := ask()):
        if daemon.process.poll() is not None or clock.monotonic() > deadline_s:
            said = daemon.log.read_text("utf-8", "replace")
            raise AnalysisError(f"the daemon gave no answer; it said:\n{said}")
        _pause(_LOOK_S)
    return answer


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def _toml(config: AnalysisConfig) -> str:
    """Write this config as TOML, with its own folder and a short settling time."""
    own = dataclasses.replace(config, folder=Path(), settle_seconds=_SETTLE_S)
    return f"""\
[deployment]
id = "benchmark"
camera = "cam1"
[analysis]
{_keys(own)}
[analysis.detector]
{_keys(own.detector)}
[analysis.classifier]
{_keys(own.classifier)}
"""


def _keys(table: Any) -> str:
    """Write a table's keys; strings, numbers and lists are alike in TOML and JSON."""
    lines = []
    for key in dataclasses.fields(table):
        value = getattr(table, key.name)
        if isinstance(value, Path):
            value = str(value.resolve()) if value.name else "."
        if value is not None and not dataclasses.is_dataclass(value):
            lines.append(f"{key.name} = {json.dumps(value)}")
    return "\n".join(lines)
