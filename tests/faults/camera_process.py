"""The real daemon as a process, with the simulated camera replaying a small stream."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Callable, Optional

from tests.capture.river_bank import stream

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60.0


def write_config(folder: Path, drive: Path, *, pace: str, **keys: str) -> Path:
    """A config that films all day, and the stream that it replays."""
    (folder / "replay.h264").write_bytes(stream(600))
    defaults = {"require_mount": "false", "min_free_mb": "0", "framerate": "1"}
    lines = "\n".join(f"{key} = {value}" for key, value in {**defaults, **keys}.items())
    file = folder / "config.toml"
    file.write_text(
        f"""[deployment]
id = "creek"
camera = "cam1"
timezone = "UTC"
[capture]
backend = "simulated"
directory = "{drive}"
state = "{folder / "state"}"
{lines}
[capture.schedule]
windows = ["00:00-24:00"]
every_minutes = {15 if pace == "fast" else 60}
record_minutes = {15 if pace == "fast" else 60}
[capture.simulated]
pace = "{pace}"
replay = "replay.h264"
start = "2026-05-01T04:30:00Z"
"""
    )
    return file


class Process:
    """A running ``weir-capture run``, and what it says."""

    def __init__(self, config: Path, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "capture", "run", "--config", config, *arguments],
            cwd=ROOT,
            stderr=subprocess.PIPE,
        )
        self.said = ""

    def __enter__(self) -> Process:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        exc: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if self._process.poll() is None:
            self.kill()

    def wait_for(self, words: str, *, times: int = 1) -> None:
        """Read what it says until these words came so often."""
        deadline = time.monotonic() + PATIENCE_S
        while self.said.count(words) < times:
            if not self._read(deadline - time.monotonic()):
                raise AssertionError(f"not said: {words!r} in\n{self.said}")

    def wait_until(self, condition: Callable[[], object], what: str) -> None:
        """Read what it says until something is so."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, f"{what}: {self.said}"
            self.run_on(0.02)

    def run_on(self, seconds: float) -> None:
        """Let it work, and read what it says meanwhile."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            self._read(left)

    def pause(self) -> None:
        """Halt it where it is."""
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)

    def kill(self) -> None:
        """End it without a word."""
        self._process.kill()
        self._end()

    def terminate(self) -> int:
        """Ask it to end; its exit code."""
        self._process.terminate()
        return self._end()

    def finish(self) -> int:
        """Wait for its end; its exit code."""
        return self._end()

    def _end(self) -> int:
        assert self._process.stderr is not None
        while self._read(PATIENCE_S):
            pass
        self._process.stderr.close()
        return self._process.wait(PATIENCE_S)

    def _read(self, seconds: float) -> bool:
        assert self._process.stderr is not None
        descriptor = self._process.stderr.fileno()
        if not select.select([descriptor], [], [], max(0.0, seconds))[0]:
            return False
        data = os.read(descriptor, 1 << 16)
        self.said += data.decode()
        return bool(data)
