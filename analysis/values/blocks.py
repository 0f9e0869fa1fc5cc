"""The blocks of a clip: a short sum of each, by which a copy with holes is known.

A download whose pieces came in any order, or a rescue from a bad drive, has the clip's
bytes at their places, and zeros where they are missing. So the file is summed in blocks
that begin at the same places in every file, and a block with a run of zeros has none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

import numpy as np
import numpy.typing as npt

from analysis.values.heartbeat import Heartbeat

_CHUNK = 1 << 20
_SIZES = ((256, 1 << 16), (1 << 12, 1 << 22))
"""Bytes of a block, up to which byte of the file; all are parts of a chunk."""

_LARGEST = 1 << 16
_SUM_BYTES = 4
_HOLE = bytes(_SUM_BYTES)
_RUN = bytes(512)
"""A camera seldom writes so many zeros."""

_HALF_RUN = bytes(256)

_ANCHOR = 4
_LEAST_ALIKE = 8
_LEAST_SHARE = 0.1

Sums = npt.NDArray[np.uint32]


def sum_blocks(path: Path, heartbeat: Heartbeat) -> bytes:
    """Read a clip once, and sum its blocks.

    Returns:
        Four bytes for each block, which are zeros where it has a run of zeros.

    Raises:
        OSError: it cannot be read.
    """
    sums, at = bytearray(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            heartbeat()
            sums += b"".join(_sums(chunk, at))
            at += len(chunk)
    return bytes(sums)


def _sums(chunk: bytes, at: int) -> Iterator[bytes]:
    holes = list(_runs(chunk))
    place = 0
    while place < len(chunk):
        end = place + _size(at + place)
        while holes and holes[0][1] <= place:
            del holes[0]
        if holes and holes[0][0] < end:
            yield _HOLE
        else:
            sum_ = hashlib.sha256(chunk[place:end]).digest()[:_SUM_BYTES]
            yield sum_ if sum_ != _HOLE else b"\1" * _SUM_BYTES
        place = end


def _size(place: int) -> int:
    return next((size for size, until in _SIZES if place < until), _LARGEST)


def _runs(chunk: bytes) -> Iterator[tuple[int, int]]:
    """Find the runs of zeros in a piece of a file, the first first.

    A run may begin in the piece before or end in the next one: half is enough there.
    """
    if chunk.startswith(_HALF_RUN):
        yield 0, len(chunk) - len(chunk.lstrip(b"\0"))
    at = chunk.find(_RUN)
    while at >= 0:
        end = at + len(_RUN)
        while zeros := chunk[end : end + _LARGEST]:
            end += len(zeros) - len(zeros.lstrip(b"\0"))
            if zeros.strip(b"\0"):
                break
        yield at, end
        at = chunk.find(_RUN, end)
    if chunk.endswith(_HALF_RUN):
        yield len(chunk.rstrip(b"\0")), len(chunk)


def anchor_of(blocks: bytes) -> Optional[tuple[int, bytes]]:
    """Return where to compare a clip with holes first: a place, and the sums there.

    Returns:
        The first place with a few sums in a row, and these; None for a clip without
        holes, or without such a place.
    """
    sums = _array(blocks)
    if sums.all():
        return None
    runs = np.convolve(sums != 0, np.ones(_ANCHOR, int), "valid") == _ANCHOR
    if not runs.any():
        return None
    at = _SUM_BYTES * int(np.argmax(runs))
    return at, blocks[at : at + _SUM_BYTES * _ANCHOR]


def first_hole(blocks: bytes) -> Optional[int]:
    """Return the byte at which the first block with a hole begins; None without one."""
    holes = np.flatnonzero(_array(blocks) == 0)
    if not len(holes):
        return None
    place = 0
    for _ in range(int(holes[0])):
        place += _size(place)
    return place


def has_holes_of(copy: bytes, whole: bytes) -> bool:
    """Whether a clip is another one but for zeros: of each, the sums of its blocks.

    What follows the end of the shorter one is not compared, nor its last block.
    """
    here, there = _array(copy), _array(whole)
    if here.size != there.size:
        size = min(here.size, there.size)
        if here[size:].any():
            return False  # it goes on behind the other's end
        here, there = (each[: max(0, size - 1)] for each in (here, there))
    both = (here != 0) & (there != 0)
    alike = int((both & (here == there)).sum())
    holes = int(((here == 0) & (there != 0)).sum())
    gained = int(((here != 0) & (there == 0)).sum())
    is_less = gained < holes and (not gained or len(copy) == len(whole))
    is_enough = alike >= max(_LEAST_ALIKE, _LEAST_SHARE * here.size)
    return is_less and is_enough and alike == int(both.sum())


def _array(blocks: bytes) -> Sums:
    return np.frombuffer(blocks, np.uint32)
