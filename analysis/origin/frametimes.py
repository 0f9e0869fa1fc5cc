"""The times of frames that a recorder wrote beside a raw clip.

rpicam-vid, raspivid, picamera2 and RPi_Cam_Web write what mkvmerge reads: a line that
names the format, then the milliseconds of each frame (v2; v4 in any order). picamera
writes microseconds, and no such line. Whole numbers without it are taken for these,
unless the rate would be one that no such camera has: then they may as well be
milliseconds. Of v1, which states rates, the number of frames must be known.
"""

from __future__ import annotations

import re
from typing import Optional

import numpy as np

from analysis.values.job import Times
from analysis.values.rate import rate_of
from weir.frametimes import HEADER
from weir.member import LARGEST_TIMES
from weir.printable import many

_TIME = re.compile(rb"\d{1,15}(?:\.\d{1,12})?")
_READ_VERSIONS = (b"2", b"4")
_RATE = rb"(\d{1,6}(?:\.\d{1,12})?)"
_ASSUME = re.compile(rb"assume\s+" + _RATE, re.IGNORECASE)
_RANGE = re.compile(rb"(\d{1,9})\s*,\s*(\d{1,9})\s*,\s*" + _RATE)
_EXAMPLE = "# timecode format v2"
_MOST_FPS, _MOST_FPS_BARE = 1000.0, 240.0
_LONGEST_MS = 366 * 86_400_000.0
_SHOWN = 30


def read_frame_times(
    data: bytes, frames: Optional[int] = None
) -> tuple[Optional[Times], str]:
    """Read a list of times.

    Args:
        data: its bytes.
        frames: how many frames the clip has; None if this is unknown.

    Returns:
        When each frame was filmed, in milliseconds from the first one, and "". Where
        it cannot be used: None, and why.
    """
    if len(data) > LARGEST_TIMES:
        return None, f"it is larger than {LARGEST_TIMES >> 20} MiB"
    data = data.removeprefix(b"\xef\xbb\xbf")
    lines = [line.strip() for line in data.splitlines()]
    header = HEADER.fullmatch(lines[0]) if lines else None
    version = header[1] if header else b""
    if version == b"1":
        return _by_rates(lines[1:], frames)
    if version and version not in _READ_VERSIONS:
        return None, f"its format is v{version.decode()}, expected v1, v2 or v4"
    told: list[bytes] = []
    for number, line in enumerate(lines, 1):
        if _TIME.fullmatch(line):
            told.append(line)
        elif line and not line.startswith(b"#"):
            shown = line[:_SHOWN].decode("ascii", "backslashreplace")
            return None, f"line {number}: {shown!r} is no time"
    if len(told) < 2:
        return None, f"it has {many(len(told), 'time')}, and a rate needs two"
    if not header and any(b"." in line for line in told):
        return None, f"its first line is not like {_EXAMPLE!r}"
    times = np.array(told).astype(np.float64)
    if version == b"4":
        times.sort()
    return _checked(times if header else times / 1000, has_header=bool(header))


def _by_rates(lines: list[bytes], frames: Optional[int]) -> tuple[Optional[Times], str]:
    """Read a list of rates (v1): one for all frames, and others for some of them."""
    if frames is None or frames < 2:
        return None, "its format is v1, and the number of frames is not known"
    rates = np.zeros(frames)
    for number, line in enumerate(lines, 2):
        if assumed := _ASSUME.fullmatch(line):
            rates[:] = float(assumed[1])
        elif some := _RANGE.fullmatch(line):
            rates[int(some[1]) : int(some[2]) + 1] = float(some[3])
        elif line and not line.startswith(b"#"):
            return None, f"line {number} states no rate, like b'Assume 25'"
    if not (rates > 0).all():
        return None, "it does not state the rate of each frame"
    times = np.concatenate(([0.0], np.cumsum(1000 / rates)[:-1]))
    return _checked(times, has_header=True)


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
