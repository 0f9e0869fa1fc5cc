"""A fragmented MP4's parts, each of which has the next number.

FFmpeg reads up to the first part that it cannot understand, and says nothing of what
lies behind it.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from analysis.frames.tracks.chain import LISTED, Chain

_HEAD = 8
_NUMBERED = b"mfhd"  # moof begins with it: its head, a version, flags and the number
_LEAST_TAIL = 8


def read_fragments(path: Path) -> Chain:
    """Follow the fragments of an MP4.

    Returns:
        What is found; ``LISTED`` for an MP4 in one part.

    Raises:
        OSError, ValueError: it cannot be read.
    """
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        boxes, at = list(_boxes(data)), 0
        numbers = []
        for kind, at, size in boxes:
            if kind == b"moof" and data[at + 12 : at + 16] == _NUMBERED:
                numbers.append((at, *struct.unpack_from(">I", data, at + 20)))
            at += size
        rest = len(data) - at
    if not numbers:
        return LISTED
    breaks, joints = _jumps(numbers)
    fault = ""
    if rest >= _LEAST_TAIL or rest < 0:
        fault = f"the chain of its parts breaks off at byte {at} of {at + rest}"
        if rest < 0:
            fault = f"its last part has {-rest} bytes less than it says"
    return Chain(not (breaks or fault), breaks, joints, is_numbered=True, fault=fault)


def _boxes(data: mmap.mmap) -> Iterator[tuple[bytes, int, int]]:
    """Yield the outermost boxes: kind, place, size; the last one may be cut."""
    at = 0
    while at + _HEAD <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        if size == 1 and at + 16 <= len(data):
            (size,) = struct.unpack_from(">Q", data, at + _HEAD)
        elif size == 0 and kind == b"mdat":
            size = len(data) - at
        if size < _HEAD or not kind.isalnum():
            return
        yield kind, at, size
        at += size


def _jumps(numbers: list[tuple[int, int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """List where numbers are left out, and where they begin again."""
    steps = np.diff([number for _, number in numbers])
    usual = np.median(steps[steps > 0]) if (steps > 0).any() else 0
    places = [place for place, _ in numbers[1:]]
    breaks = tuple(place for place, step in zip(places, steps) if step > usual)
    joints = tuple(place for place, step in zip(places, steps) if step <= 0)
    return breaks, joints
