"""A site for tests: a config, a drive and the commands, each run as a process."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

from tests.capture.river_bank import stream
from weir.clock import parse_utc
from weir.receipt import Receipt, ReceiptClip
from weir.signature import make_key, public_of, sign

ROOT = Path(__file__).parents[2]


class Site:
    """A config, a drive with clips, and the commands."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.drive = folder, folder / "drive"
        self.drive.mkdir()
        self.configure()
        (folder / "replay.h264").write_bytes(stream(600))

    def configure(self, capture: str = "", *, min_free_mb: float = 1) -> None:
        """Write the config."""
        (self.folder / "config.toml").write_text(
            f"""[deployment]
id = "creek 2026"
camera = "cam/1"
timezone = "Europe/Berlin"
[capture]
backend = "simulated"
directory = "drive"
require_mount = false
min_free_mb = {min_free_mb}
framerate = 0.1
{capture}
[capture.simulated]
pace = "fast"
replay = "replay.h264"
start = "2026-05-01T04:30:00Z"
"""
        )

    def run(self, *arguments: str) -> tuple[int, list[str]]:
        """Run a command: its exit code and its lines."""
        done = self.call(*arguments)
        told = f"config: {self.folder / 'config.toml'}"
        lines = (done.stdout + done.stderr).decode().splitlines()
        assert lines.count(told) == 1
        return done.returncode, [line for line in lines if line != told]

    def call(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run a command as a process."""
        return subprocess.run(
            self.command(*arguments), cwd=ROOT, capture_output=True, check=False
        )

    def python(self, script: str) -> str:
        """Run a script as a process, with the project's packages; what it printed."""
        command = [sys.executable, "-c", script]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, check=False, text=True
        )
        return done.stdout + done.stderr

    def command(self, *arguments: str) -> list[str]:
        """A command line."""
        config = str(self.folder / "config.toml")
        return [sys.executable, "-m", "capture", *arguments, "--config", config]

    def film(self, clips: int) -> None:
        """Film so many."""
        done = self.call("run", "--clips", str(clips))
        assert done.returncode == 0, done.stderr

    @property
    def archives(self) -> list[Path]:
        """The archives on the drive."""
        return sorted(self.drive.glob("*.zip"))

    @property
    def clips(self) -> list[str]:
        """The clips on the drive."""
        return sorted(path.name for path in self.drive.glob("*.h264"))

    @property
    def key(self) -> Path:
        """A host's private key; the public half lies beside it."""
        key = self.folder / "host" / "receipts"
        make_key(key)
        return key

    def trust(self) -> None:
        """Trust that host."""
        assert self.run("trust", str(public_of(self.key)))[0] == 0

    def receipt(
        self, clips: Sequence[str] = (), *, kept: bool = True, signed: bool = True
    ) -> Path:
        """A receipt of these clips, or of all, from a host that is trusted."""
        named = tuple(
            ReceiptClip(
                clip,
                hashlib.sha256((self.drive / clip).read_bytes()).hexdigest(),
                (self.drive / clip).stat().st_size,
                kept,
            )
            for clip in clips or self.clips
        )
        file = self.folder / "recordings.zip.receipt.json"
        receipt = Receipt("recordings.zip", parse_utc("2026-05-02T00:00:00Z"), named)
        if signed:
            self.trust()
        receipt.write(file, sign(receipt.message, self.key) if signed else "")
        return file


def clips_in(archive: Path) -> int:
    """The number of clips in an archive."""
    with zipfile.ZipFile(archive) as opened:
        return sum(name.endswith(".h264") for name in opened.namelist())
