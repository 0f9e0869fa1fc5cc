"""The times of frames that a recorder wrote beside a raw clip, in a ``.pts`` file.

rpicam-vid, raspivid and RPi_Cam_Web write what mkvmerge reads: a line that names the
format, then the milliseconds of each frame. picamera writes microseconds, and no such
line. Whole numbers without it are taken for these, unless the rate would be one that no
such camera has: then they may as well be milliseconds.
"""

from __future__ import annotations

import re
from typing import Optional

import numpy as np

from analysis.values.job import Times
from analysis.values.rate import rate_of
from weir.member import LARGEST_TIMES

_HEADER = re.compile(rb"#\s*(?:timecode|timestamp)s? format v(\d+)\s*", re.IGNORECASE)
_TIME = re.compile(rb"\d{1,15}(?:\.\d{1,12})?")
_READ_VERSIONS = (b"2", b"4")
_EXAMPLE = "# timecode format v2"
_MOST_FPS, _MOST_FPS_BARE = 1000.0, 240.0
_LONGEST_MS = 366 * 86_400_000.0
_SHOWN = 30


def read_frame_times(data: bytes) -> tuple[Optional[Times], str]:
    """Read a ``.pts`` file.

    Returns:
        When each frame was filmed, in milliseconds from the first one, and "". Where
        it cannot be used: None, and why.
    """
    if len(data) > LARGEST_TIMES:
        return None, f"it is larger than {LARGEST_TIMES >> 20} MiB"
    lines = [line.strip() for line in data.splitlines()]
    header = _HEADER.fullmatch(lines[0]) if lines else None
    if header and header[1] not in _READ_VERSIONS:
        return None, f"its format is v{header[1].decode()}, expected v2 or v4"
    told: list[bytes] = []
    for number, line in enumerate(lines, 1):
        if _TIME.fullmatch(line):
            told.append(line)
        elif line and not line.startswith(b"#"):
            shown = line[:_SHOWN].decode("ascii", "backslashreplace")
            return None, f"line {number}: {shown!r} is no time"
    if len(told) < 2:
        return None, f"it has {len(told)} times, and a rate needs two"
    if not header and any(b"." in line for line in told):
        return None, f"its first line is not like {_EXAMPLE!r}"
    times = np.array(told).astype(np.float64)
    return _checked(times if header else times / 1000, has_header=bool(header))


def _checked(times: Times, *, has_header: bool) -> tuple[Optional[Times], str]:
    """Refuse times that no camera has. Returns: as ``read_frame_times``."""
    back = np.flatnonzero(np.diff(times) <= 0)
    if len(back):
        return None, f"its frame {back[0] + 1} is not later than the one before"
    if times[-1] - times[0] > _LONGEST_MS:
        return None, "it is longer than a year"
    fps = rate_of(times)
    if fps > (_MOST_FPS if has_header else _MOST_FPS_BARE):
        more = "" if has_header else f"; milliseconds need a first line {_EXAMPLE!r}"
        return None, f"its rate would be {fps:.0f} frames a second{more}"
    return times - times[0], ""
