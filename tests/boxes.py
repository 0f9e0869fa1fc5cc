"""Changes what the boxes of an MP4 or MOV say."""

from __future__ import annotations

import struct
from pathlib import Path

_ONE = 1 << 16
_MATRICES = {
    90: (0, _ONE, -_ONE, 0),
    180: (-_ONE, 0, 0, -_ONE),
    270: (0, -_ONE, _ONE, 0),
}
MIRRORED = {
    "level": (-_ONE, 0, 0, _ONE),
    "upright": (_ONE, 0, 0, -_ONE),
    "level and turned": (0, _ONE, _ONE, 0),
    "upright and turned": (0, -_ONE, -_ONE, 0),
}
"""Matrices that mirror, as FFmpeg and players obey them."""


def turned(path: Path, degrees: int) -> Path:
    """Let each track's header say that pictures are shown turned clockwise."""
    return shown_by(path, _MATRICES[degrees])


def shown_by(path: Path, matrix: tuple[int, int, int, int]) -> Path:
    """Let each track's header say how pictures are shown, in 65536th."""
    data = bytearray(path.read_bytes())
    at = data.find(b"tkhd")
    a, b, c, d = matrix
    while at >= 0:
        struct.pack_into(">9i", data, at + 44, a, b, 0, c, d, 0, 0, 0, 1 << 30)
        at = data.find(b"tkhd", at + 4)
    path.write_bytes(data)
    return path


def renamed(path: Path, before: bytes, after: bytes) -> Path:
    """Give a box another kind."""
    data = path.read_bytes()
    assert before in data
    path.write_bytes(data.replace(before, after))
    return path
