"""``make matrix``: the tests on every Python and engine that is on this machine.

3.9 is the last Python of the legacy camera stack, 3.11 the last of tflite-runtime; from
3.12 on the engine is LiteRT. What is not here is skipped, with the reason.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).parent.parent
EXTRAS = ".[analysis,review,simulated,picamera,sun,dev]"


@dataclass(frozen=True)
class Cell:
    """One Python and the engines that are tested on it."""

    python: str
    without: tuple[str, ...]
    what: str


CELLS = (
    Cell("3.9", (), "tflite-runtime and ai-edge-litert"),
    Cell("3.11", (), "tflite-runtime and ai-edge-litert"),
    Cell("3.11", ("tflite-runtime",), "ai-edge-litert alone"),
    Cell("3.13", (), "ai-edge-litert, numpy 2"),
)


def main() -> int:
    """Run every cell that can be run; 1 when one of them failed."""
    results = [(cell, run(cell)) for cell in CELLS]
    print()
    for cell, result in results:
        print(f"{cell.python:6} {cell.what:36} {result}")
    return int(any(result.startswith("FAILED") for _, result in results))


def run(cell: Cell) -> str:
    """Set up one cell and run its tests; what came of it."""
    python = find(cell.python)
    if python is None:
        return f"skipped: there is no Python {cell.python} on this machine"
    environment = ROOT / f".venv-{cell.python}{'-'.join(('', *cell.without))}"
    print(f"\n== Python {cell.python}, {cell.what}", flush=True)
    if not set_up(cell, python, environment):
        return "FAILED to set up"
    tests = [str(environment / "bin" / "python"), "-m", "pytest", *sys.argv[1:]]
    done = subprocess.run(tests, cwd=ROOT, check=False)
    return "passed" if done.returncode == 0 else f"FAILED (exit {done.returncode})"


def set_up(cell: Cell, python: Path, environment: Path) -> bool:
    """Make the virtual environment of a cell; whether that worked."""
    pip = [str(environment / "bin" / "python"), "-m", "pip", "-q"]
    install = [*pip, "install", "-c", "constraints.txt"]
    steps = [
        [str(python), "-m", "venv", str(environment)],
        [*install, "-e", EXTRAS],
        [*install, "--no-deps", "picamera2", "videodev2", "axe-playwright-python"],
        *([*pip, "uninstall", "-y", package] for package in cell.without),
    ]
    # picamera installs off a Pi only when it believes it is building its manual.
    variables = {
        **os.environ,
        "READTHEDOCS": "True",
        "PIP_NO_WARN_SCRIPT_LOCATION": "1",
    }
    return all(
        subprocess.run(step, cwd=ROOT, env=variables, check=False).returncode == 0
        for step in steps
    )


def find(version: str) -> Optional[Path]:
    """An interpreter of a version that runs, on the path or from pyenv."""
    for candidate in candidates(version):
        probe = "import sys; print('%d.%d' % sys.version_info[:2])"
        try:
            done = subprocess.run(
                [str(candidate), "-c", probe],
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError:
            continue
        if done.stdout.strip() == version:
            return candidate
    return None


def candidates(version: str) -> Iterator[Path]:
    """Where an interpreter might be."""
    named = shutil.which(f"python{version}")
    if named:
        yield Path(named)
    yield Path(sys.executable)
    yield from sorted(Path.home().glob(f".pyenv/versions/{version}.*/bin/python"))


if __name__ == "__main__":
    sys.exit(main())
