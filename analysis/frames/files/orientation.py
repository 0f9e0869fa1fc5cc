"""How a container says that its pictures stand, beyond what OpenCV obeys.

OpenCV turns pictures by quarters where the container says so. A telephone's front
camera also mirrors them, and some cameras say it in the stream alone. FFmpeg shows them
as both say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import numpy as np

from analysis.frames.files.container import film_of, opened
from analysis.frames.footageformat import FootageFormat
from analysis.frames.pyav import av

_TELLING = ("mov", "matroska", "mpegts", "h264", "hevc")
_UPSIDE_DOWN, _SIDEWAYS = 0, 1  # as cv2.flip counts
_QUARTER, _NEAR = 90.0, 1.0


@dataclass(frozen=True)
class Orientation:
    """What is to be done with a picture that OpenCV has turned.

    Attributes:
        turn: by how many degrees clockwise it is turned first: 0, 90, 180 or 270.
        flip: as ``cv2.flip`` counts; None where it is not mirrored.
        degrees: by how much it should be turned clockwise, where that is no quarter,
            and so is not done; 0 else.
    """

    turn: int = 0
    flip: Optional[int] = None
    degrees: float = 0.0


def read_orientation(
    path: Path, footage_format: FootageFormat, turned: float
) -> Orientation:
    """Read how the film's pictures stand: by the container, or by its first picture.

    Args:
        path: the file.
        footage_format: recognised by the file's first bytes.
        turned: by how many degrees clockwise OpenCV turns its pictures.
    """
    if footage_format.demuxer not in _TELLING:
        return Orientation()
    try:
        with opened(path, footage_format) as container:
            film = film_of(container)
            picture = next(iter(container.decode(film)), None) if film else None
            told: Any = picture.side_data.get("DISPLAYMATRIX") if picture else None
            if told is None:
                return Orientation()
            return _of(np.frombuffer(told, np.int32), round(turned))
    except (av.FFmpegError, OSError, ValueError):
        return Orientation()  # reading its frames tells what is wrong


def _of(matrix: Any, turned: int) -> Orientation:
    """Take a matrix whose first row is where the picture's upper edge lies."""
    across, down, aslant, upright = (float(matrix[n]) for n in (0, 1, 3, 4))
    degrees = math.degrees(math.atan2(down, across)) % 360
    if abs(degrees - round(degrees / _QUARTER) * _QUARTER) > _NEAR:
        return Orientation(degrees=round(degrees, 1))
    turn = (round(degrees / _QUARTER) * round(_QUARTER) - turned) % 360
    if across * upright - down * aslant >= 0:
        return Orientation(turn)
    return Orientation(turn, _UPSIDE_DOWN if abs(across) > abs(down) else _SIDEWAYS)
