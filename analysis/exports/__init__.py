"""Exports: the results as files that other tools read, one module a format.

In: the final numbers, and what the config says. Out: files that appear together when
all are whole, and none when one fails.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from analysis.exports.request import Request

    Exporter = Callable[[Request, Path], tuple[Path, ...]]

FORMATS = {
    "csv": "tables",
    "camtrap-dp": "camtrap.package",
    "megadetector": "megadetector",
    "viame": "viame",
    "coco": "coco",
}
"""The formats, and the module of each. The command line offers these and no other."""


def exporter(name: str) -> Exporter:
    """Return the function that writes a format.

    It writes its files directly into a folder, and returns their paths. Its module is
    imported here and not before: the names of the formats are asked for by every
    command, and numpy takes long to import.
    """
    write: Exporter = import_module(f"{__name__}.{FORMATS[name]}").write
    return write
