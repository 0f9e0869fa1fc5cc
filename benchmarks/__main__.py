"""``python -m benchmarks`` prints all tables, for generated footage or your own."""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from subprocess import PIPE

import cv2

from analysis import AnalysisError
from analysis.models.interpreter import installed
from analysis.work import heap
from benchmarks import (
    cluster,
    latency,
    page,
    record,
    reference,
    reuse,
    speed,
    verifier,
    workers,
)
from benchmarks.material import Material, from_folder, generated
from benchmarks.parts import against

OF_FOOTAGE = {
    "speed": speed.run,
    "workers": workers.run,
    "cluster": cluster.run,
    "record": record.run,
    "latency": latency.run,
    "reference": reference.run,
    "reuse": reuse.run,
    "verifier": verifier.run,
}
OF_THE_MACHINE = ("scene", "capture", "door")
"""Modules that run in a process of their own, without the heap of a worker."""


def main() -> int:
    """Measure, and print the table of each section."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument(
        "--footage",
        type=Path,
        help="a folder with clips, and with models if it has any",
    )
    parser.add_argument(
        "--config",
        type=Path,
        help="the config whose models to use; default: the demo's",
    )
    parser.add_argument("--engine", default="auto", help="as in the config")
    every = [*OF_FOOTAGE, *OF_THE_MACHINE]
    parser.add_argument(
        "--only", nargs="+", choices=every, default=every, help="these tables"
    )
    parser.add_argument(
        "--against",
        metavar="REV",
        help="only compare the pipeline's speed with that of this commit",
    )
    parser.add_argument(
        "--into",
        type=Path,
        metavar="PAGE",
        help="also put the tables between the marks of this page",
    )
    parser.add_argument(
        "--marks", default="figures", help="the name of these marks (%(default)s)"
    )
    arguments = parser.parse_args()
    _have_a_workers_heap()
    try:
        with page.into(arguments.into, arguments.marks):
            return _measure(arguments)
    except AnalysisError as exc:
        sys.stderr.write(f"{exc}\n")
        return 1


def _have_a_workers_heap() -> None:
    """Start this process again with the heap of a worker, unless it has it."""
    if not heap.is_set(os.environ):
        again = [sys.executable, "-m", "benchmarks", *sys.argv[1:]]
        os.execve(sys.executable, again, heap.environment(os.environ))


def _measure(arguments: argparse.Namespace) -> int:
    print(machine())
    if arguments.against:
        return against.run(
            arguments.against, arguments.footage, arguments.config, arguments.engine
        )
    _measure_footage(arguments)
    failed = [_run(name) for name in OF_THE_MACHINE if name in arguments.only]
    return int(any(failed))


def _run(name: str) -> int:
    """Run a module and print what it prints.

    Returns:
        Its exit code.
    """
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    plain = heap.without(os.environ)
    done = subprocess.run(command, env=plain, stdout=PIPE, text=True, check=False)
    print(done.stdout, end="")
    return done.returncode


def machine() -> str:
    """Describe the machine and the versions on it."""
    info = Path("/proc/cpuinfo").read_text("utf-8", "replace")
    names = re.findall(r"^model name\s*:\s*(.+)$", info, re.MULTILINE)
    processor = names[0] if names else platform.machine()
    cores = len(os.sched_getaffinity(0))
    engines = ", ".join(f"{name} {version(name)}" for name in installed())
    return (
        f"{cores} cores of {processor}, Python {platform.python_version()}, "
        f"OpenCV {cv2.__version__}, {engines}"
    )


def _measure_footage(arguments: argparse.Namespace) -> None:
    sections = [OF_FOOTAGE[name] for name in OF_FOOTAGE if name in arguments.only]
    if not sections:
        return
    with tempfile.TemporaryDirectory() as temporary:
        material = _material(arguments, Path(temporary))
        for section in sections:
            section(material)


def _material(arguments: argparse.Namespace, temporary: Path) -> Material:
    if arguments.footage:
        return from_folder(arguments.footage, arguments.config, arguments.engine)
    return generated(temporary, arguments.config, arguments.engine)


if __name__ == "__main__":
    sys.exit(main())
