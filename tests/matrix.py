"""``make matrix``: the quick tests on every Python and engine of this machine.

Each cell is set up and tested as ``make setup`` and ``make test`` do it; what is named
behind ``tests/matrix.py`` goes to pytest, as ONLY does.

3.9 is the last Python of the legacy camera stack, 3.11 the last of tflite-runtime; from
3.12 on the engine is LiteRT. What is not here is skipped, with the reason.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

ROOT = Path(__file__).parent.parent


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
    environment = f".venv-{cell.python}{'-'.join(('', *cell.without))}"
    print(f"\n== Python {cell.python}, {cell.what}", flush=True)
    of_cell = [f"VENV={environment}", f"PYTHON={python}"]
    if not set_up(cell, of_cell, environment):
        return "FAILED to set up"
    only = [f"ONLY={' '.join(sys.argv[1:])}"] if sys.argv[1:] else []
    result = went("make", "test", *of_cell, *only)
    return "passed" if result == 0 else f"FAILED (exit {result})"


def set_up(cell: Cell, of_cell: list[str], environment: str) -> bool:
    """Make a cell's virtual environment as ``make setup`` does; whether that worked."""
    pip = (f"{environment}/bin/python", "-m", "pip", "-q")
    steps = [
        ("make", "setup", *of_cell),
        *((*pip, "uninstall", "-y", package) for package in cell.without),
    ]
    return all(went(*step) == 0 for step in steps)


def went(*command: str) -> int:
    """Run a command at the project's root, and return its exit code."""
    return subprocess.run(command, cwd=ROOT, check=False).returncode


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
