"""A contact sheet: real water beside simulated, to be compared by eye.

``python -m benchmarks.contact_sheet --footage DIR --output sheet.png``: the left three
columns have frames of all clips in DIR, the right three have frames of the simulated
camera, from clear to murky and from dusk to day. Without --footage there are only
simulated frames.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from analysis.frames.frames import FrameReader
from benchmarks.river import FileSink
from capture.cameras.simulated import SimulatedCamera
from capture.config import CaptureConfig, SimulatedConfig
from weir.clock import SimulatedClock
from weir.truth import Truth

_TILE = (480, 320)
_ROWS, _COLUMNS = 8, 3
_SECONDS = 120
_START = datetime(2026, 6, 1, 9, tzinfo=timezone.utc)


def real(folder: Path) -> list[Any]:
    """Take frames from all real clips, at different moments."""
    clips = sorted(folder.glob("*.h264"))
    wanted = _ROWS * _COLUMNS
    tiles = []
    for number in range(wanted):
        clip = clips[number * len(clips) // wanted]
        tiles.append(_tile(clip, 40 + 263 * number % 800))
    return tiles


def simulated() -> list[Any]:
    """Take simulated frames over all parameters, most of them with a fish."""
    wanted = _ROWS * _COLUMNS
    with tempfile.TemporaryDirectory() as folder:
        return [
            _simulated(number, number / (wanted - 1), Path(folder, f"{number}.h264"))
            for number in range(wanted)
        ]


def _simulated(number: int, murk: float, path: Path) -> Any:
    scene = SimulatedConfig(
        seed=700 + number,
        turbidity=murk,
        light=(number * 7 % 10) / 9,
        flicker=(number * 3 % 10) / 9,
        debris=(number * 9 % 10) / 9,
        fish_per_hour=120,
    )
    camera = SimulatedCamera(CaptureConfig(simulated=scene), SimulatedClock(_START))
    camera.start(FileSink(path))
    camera.wait(_SECONDS)
    camera.stop(1)
    truth = Truth.from_json(camera.companions()[".truth.json"], path.name)
    frames = [s.frame for s in truth.sightings if s.visible] or [_SECONDS // 2]
    # Two of three are chosen with a fish, the third is not chosen.
    return _tile(path, frames[len(frames) // 2] if number % 3 else _SECONDS // 2)


def _tile(clip: Path, index: int) -> Any:
    """Return a frame (or the last one, if the clip is shorter), made small, BGR."""
    with FrameReader(clip) as reader:
        for frame in reader:
            if frame.index == index:
                break
        return cv2.resize(frame.bgr(), _TILE, interpolation=cv2.INTER_AREA)


def sheet(halves: Sequence[Sequence[Any]]) -> Any:
    """Lay out tiles in rows, with a black line between the two halves."""
    columns = []
    for half in halves:
        rows = [half[at : at + _COLUMNS] for at in range(0, len(half), _COLUMNS)]
        columns.append(np.vstack([np.hstack(row) for row in rows]))
        columns.append(np.zeros((len(columns[0]), 12, 3), np.uint8))
    return np.hstack(columns[:-1])


def main() -> None:
    """Write the sheet."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.contact_sheet")
    parser.add_argument("--footage", type=Path, help="a folder of real .h264 clips")
    parser.add_argument("--output", type=Path, default=Path("contact-sheet.png"))
    arguments = parser.parse_args()
    halves = [simulated()]
    if arguments.footage:
        halves.insert(0, real(arguments.footage))
    cv2.imwrite(str(arguments.output), sheet(halves))
    print(arguments.output)


if __name__ == "__main__":
    main()
