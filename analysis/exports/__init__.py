"""Exports: the results as files that other tools read, one module a format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from analysis.exports import tables
from analysis.record.results import Results

Exporter = Callable[[Results, Path], tuple[Path, ...]]

FORMATS: dict[str, Exporter] = {"csv": tables.export}
"""Each writes its files directly into a folder and says which."""
