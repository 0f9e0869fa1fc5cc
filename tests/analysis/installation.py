"""The real ``weir-analysis`` as a process, on a folder of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Callable

from analysis.intake.folders import Folders
from tests.footage import model_bytes

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0


class Installation:
    """A config, a model and the folders of one daemon.

    Args:
        root: an empty folder.
        options: keys of ``[analysis]``, as TOML.
    """

    def __init__(self, root: Path, **options: str) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self.config = root / "config.toml"
        self.folders = Folders(root / "host")
        self.folders.make()
        (root / "model.tflite").write_bytes(model_bytes())
        keys = {
            "settle_seconds": "0.1",
            "workers": "2",
            "min_free_mb": "1",
            # The made scenes are still but for their fish; those who ask of motion
            # give "auto", which is shipped.
            "require_motion": "false",
            **options,
        }
        lines = "\n".join(f"{key} = {value}" for key, value in keys.items())
        self.config.write_text(
            f"""[deployment]
id = "creek"
camera = "cam1"
timezone = "UTC"
[analysis]
folder = "host"
{lines}
[analysis.detector]
model = "model.tflite"
normalise = "0..1"
"""
        )

    def drop(self, name: str, data: bytes) -> Path:
        """Put a file into the inbox, whole."""
        path = self.folders.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        part.write_bytes(data)
        part.rename(path)
        return path

    def command(self, *arguments: str) -> list[str]:
        """A command of the program."""
        start = [sys.executable, "-m", "analysis", arguments[0]]
        return [*start, "--config", str(self.config), *arguments[1:]]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self.command(*arguments),
            cwd=ROOT,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=10 * PATIENCE_S,
            check=False,
        )

    def start(self, *arguments: str) -> Daemon:
        """Start the daemon."""
        return Daemon(self.command("run", *arguments), self.config.parent / "log")

    def tables(self) -> dict[str, str]:
        """All that an export says, by the name of the table."""
        target = self.config.parent / "out"
        ended = self.run("export", "--format", "csv", "--output", str(target))
        assert ended.returncode == 0, ended.stderr
        return {file.stem: file.read_text("utf-8") for file in target.iterdir()}


class Daemon:
    """A running daemon; its words go to a file."""

    def __init__(self, command: list[str], log: Path) -> None:
        self._log = log
        self._before = log.stat().st_size if log.exists() else 0
        with log.open("ab") as file:
            self.process = subprocess.Popen(command, cwd=ROOT, stderr=file)

    @property
    def said(self) -> str:
        """All that it said."""
        return self._log.read_bytes()[self._before :].decode("utf-8", "replace")

    @property
    def children(self) -> list[int]:
        """The processes that it started."""
        number = self.process.pid
        tasks = Path(f"/proc/{number}/task").glob("*/children")
        return [int(child) for task in tasks for child in task.read_text().split()]

    def wait_until(self, condition: Callable[[], object], what: str) -> None:
        """Wait until something is so; it fails when that takes too long."""
        wait_until(condition, what, lambda: self.said)

    def kill(self) -> None:
        """SIGKILL, and wait for the end."""
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def stop(self) -> int:
        """SIGTERM, and wait for the end; the exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE_S)

    def __enter__(self) -> Daemon:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def wait_until(
    condition: Callable[[], object],
    what: str,
    said: Callable[[], str] = str,
    patience_s: float = PATIENCE_S,
) -> None:
    """Poll a condition; it fails when that takes too long."""
    deadline = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < deadline, f"{what}: {said()[-4000:]}"
        time.sleep(0.02)


def is_running(process: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
