"""``python -m benchmarks``: every table, on generated footage or on one's own."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from analysis import AnalysisError
from benchmarks import reference, speed, workers
from benchmarks.material import Material, from_folder, generated

SECTIONS = {
    "speed": speed.run,
    "workers": workers.run,
    "reference": reference.run,
}


def main() -> int:
    """Measure, and print each section's table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument(
        "--footage", type=Path, help="a folder with clips, and models where it has any"
    )
    parser.add_argument(
        "--config", type=Path, help="whose models to use; default: the demo's"
    )
    parser.add_argument("--engine", default="auto", help="as in the config")
    parser.add_argument("--only", nargs="+", choices=SECTIONS, help="these tables")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        try:
            material = _material(arguments, Path(temporary))
            for name in arguments.only or SECTIONS:
                SECTIONS[name](material)
        except AnalysisError as exc:
            sys.stderr.write(f"{exc}\n")
            return 1
    return 0


def _material(arguments: argparse.Namespace, temporary: Path) -> Material:
    if arguments.footage:
        return from_folder(arguments.footage, arguments.config, arguments.engine)
    return generated(temporary, arguments.config, arguments.engine)


if __name__ == "__main__":
    sys.exit(main())
