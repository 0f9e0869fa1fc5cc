"""VIAME's CSV, read by the rules of DIVE's parser."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ViameRow:
    """A detection, or a state of a track."""

    track: int
    frame: int
    box: tuple[int, int, int, int]
    score: float
    name: str


def read_viame(path: Path) -> tuple[float, list[ViameRow]]:
    """Read a file.

    Returns:
        Frames per second, and the rows.
    """
    rows, about = [], {}
    with path.open(encoding="utf-8", newline="") as file:
        for cells in csv.reader(file):
            if cells[0].startswith("# metadata"):
                facts = (cell.split(":", 1) for cell in cells[1:])
                about = {key.strip(): json.loads(value) for key, value in facts}
            elif not cells[0].startswith("#"):
                rows.append(_row(cells))
    return about["fps"], rows


def _row(cells: list[str]) -> ViameRow:
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{6}", cells[1])
    left, top, right, bottom = map(int, cells[3:7])
    assert left < right
    assert top < bottom
    assert cells[8] == "-1"
    assert 0 <= float(cells[10]) <= 1
    assert all(re.match(r"\((atr|trk-atr)\) \S+ \S+", cell) for cell in cells[11:])
    frame = int(cells[2])
    return ViameRow(
        *(int(cells[0]), frame, (left, top, right, bottom)), float(cells[7]), cells[9]
    )
