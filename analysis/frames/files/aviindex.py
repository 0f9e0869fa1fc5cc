"""The index of an AVI: which pictures it lists.

PyAV tells it from version 16 on, which needs Python 3.10.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Optional

import numpy as np

_FIRST = 12  # behind RIFF, its length and AVI
_ENTRY = np.dtype([("name", "S4"), ("flags", "<u4"), ("at", "<u4"), ("size", "<u4")])


def count_listed(path: Path, track: int) -> Optional[int]:
    """Count the pictures that the index lists; one that is listed twice is one.

    Args:
        path: the file.
        track: the number of the pictures' track.

    Returns:
        The number; None where there is no index.

    Raises:
        OSError, ValueError: it cannot be read.
    """
    names = [f"{track:02d}{kind}".encode() for kind in ("dc", "db")]
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        at = _FIRST
        while at + 8 <= len(data):
            name, size = struct.unpack_from("<4sI", data, at)
            if name == b"idx1":
                count = min(size, len(data) - at - 8) // _ENTRY.itemsize
                entries = np.frombuffer(data[at + 8 :], _ENTRY, count)
                is_picture = np.isin(entries["name"], names) & (entries["size"] > 0)
                return len(np.unique(entries["at"][is_picture]))
            at += 8 + size + size % 2
    return None
