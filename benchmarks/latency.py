"""How soon a clip that is dropped is in the record, of a daemon that had nothing to do.

Promised is: within ``settle_seconds`` and one and a half times what the work takes. The
rest of it is to notice the clip, to start a worker and its models, and to record.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Callable, Optional

from analysis.config import AnalysisConfig, ModelConfig
from analysis.folders import Folders
from analysis.store import FILE_NAME, reading
from benchmarks.material import Material
from weir.clock import SystemClock

ROUNDS = 3
_SETTLE_S = 2.0
_IDLE_S = 3.0
_PATIENCE_S = 120.0
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
    """A new daemon's first clip: seconds of work, and from the drop to the record."""
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        folders = Folders(root)
        with _daemon(root, config) as log:
            _wait(lambda: b"analysis started" in log.read_bytes(), log)
            _pause(_IDLE_S)
            part = folders.inbox / f"{clip.name}.part"
            shutil.copyfile(clip, part)
            part.replace(folders.inbox / clip.name)
            dropped_s = SystemClock().monotonic()
            work_s = _wait(lambda: _work_s(folders), log)
            return work_s, SystemClock().monotonic() - dropped_s


@contextmanager
def _daemon(root: Path, config: AnalysisConfig) -> Iterator[Path]:
    file, log = root / "config.toml", root / "log"
    file.write_text(_toml(config), "utf-8")
    command = [sys.executable, "-m", "analysis", "run", "--config", str(file)]
    with log.open("wb") as said:
        daemon = subprocess.Popen(command, stderr=said)
    try:
        yield log
    finally:
        daemon.terminate()
        daemon.wait()


def _work_s(folders: Folders) -> Optional[float]:
    with reading(folders.results / FILE_NAME) as db:
        rows = db.execute("SELECT seconds FROM analyses").fetchall()
    return float(rows[0][0]) if rows else None


def _wait(ask: Callable[[], Any], log: Path) -> Any:
    """Ask until there is an answer; RuntimeError when none comes."""
    clock = SystemClock()
    deadline_s = clock.monotonic() + _PATIENCE_S
    while not (answer := ask()):
        if clock.monotonic() > deadline_s:
            raise RuntimeError(log.read_text("utf-8", "replace"))
        _pause(_LOOK_S)
    return answer


def _pause(seconds: float) -> None:
    threading.Event().wait(seconds)


def _toml(config: AnalysisConfig) -> str:
    """A config of these models, with a folder beside it."""
    return f"""\
[deployment]
id = "benchmark"
camera = "cam1"
[analysis]
folder = "."
engine = "{config.engine}"
settle_seconds = {_SETTLE_S}
[analysis.detector]
threshold = {config.detector.threshold}
{_keys(config.detector)}
[analysis.classifier]
{_keys(config.classifier)}
"""


def _keys(model: ModelConfig) -> str:
    """A model's keys; strings, numbers and lists are the same in TOML and JSON."""
    if model.model is None:
        return ""
    keys: dict[str, Any] = {
        "model": str(model.model.resolve()),
        "resize": model.resize,
        "fit": model.fit,
        "colour": model.colour,
        "normalise": model.normalise,
    }
    if model.labels is not None:
        keys["labels"] = str(model.labels.resolve())
    return "\n".join(f"{key} = {json.dumps(value)}" for key, value in keys.items())
