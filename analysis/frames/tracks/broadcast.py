"""A transport stream's packets, each of which has the next number of its programme.

The numbers run from 0 to 15. Packets that are missing leave a number out, save one time
in sixteen, and most losses take packets of several programmes. A file that was joined
from others begins all numbers anew, with the tables that every file begins with.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.frames.footageformat import PACKET_BYTES
from analysis.frames.tracks.chain import UNKNOWN, Chain

_SYNC = 0x47
_TABLES = (0, 1, 16, 17, 18, 20)  # programmes that describe the others
_EMPTY = 0x1FFF
_AHEAD = 4096  # packets; every programme of a new file has begun by then
_RUN = 4  # packets in a row by which one that lost its place is found again
_HEADER = 6

_Bytes = npt.NDArray[np.uint8]
_Places = npt.NDArray[np.int64]


class _Packets(NamedTuple):
    """The packets that carry something: one array entry for each."""

    place: _Places
    programme: _Places
    number: _Places
    begins: npt.NDArray[np.bool_]
    may_jump: npt.NDArray[np.bool_]


def read_broadcast(path: Path) -> Chain:
    """Follow the numbers of a transport stream's packets.

    Raises:
        OSError, ValueError: it cannot be read.
    """
    data: _Bytes = np.memmap(path, np.uint8, "r")
    size = max(PACKET_BYTES, key=lambda each: _in_step(data[: 64 * each], each))
    places, torn = _places(data, size)
    packets = _packets(data, places)
    if not len(packets.place):
        return UNKNOWN
    jumps = sorted({int(place) for place in (*_jumps(packets), *torn)})
    joints = _joints(packets, jumps)
    breaks = tuple(
        place
        for place in jumps
        if not any(first <= place <= last for first, last in joints)
    )
    return Chain(
        is_complete=not breaks,
        breaks=breaks,
        joints=tuple(first for first, _ in joints),
        is_numbered=True,
    )


def _in_step(data: _Bytes, size: int) -> int:
    return max((int((data[at::size] == _SYNC).sum()) for at in range(size)), default=0)


def _places(data: _Bytes, size: int) -> tuple[_Places, list[int]]:
    """Find where packets begin, and before which of them other bytes lie."""
    found, torn, at = [], [], _next_run(data, 0, size)
    while 0 <= at < len(data):
        wrong = np.flatnonzero(data[at::size] != _SYNC)
        count = int(wrong[0]) if len(wrong) else -(-(len(data) - at) // size)
        found.append(at + np.arange(count, dtype=np.int64) * size)
        if not len(wrong):
            break
        at = _next_run(data, at + count * size, size)
        torn += [at] if at >= 0 else []
    places = np.concatenate(found) if found else np.empty(0, np.int64)
    return places[places + _HEADER <= len(data)], torn


def _next_run(data: _Bytes, at: int, size: int) -> int:
    """Find the next place from which packets follow each other; -1 without one."""
    step = 1 << 16
    while at < len(data):
        run = np.ones(min(step, len(data) - at), np.bool_)
        for ahead in range(_RUN):
            part = data[at + ahead * size :][: len(run)] == _SYNC
            run[: len(part)] &= part  # beyond the end there is nothing to hold against
        if run.any():
            return at + int(run.argmax())
        at += step
    return -1


def _packets(data: _Bytes, places: _Places) -> _Packets:
    heads = [data[places + byte].astype(np.int64) for byte in range(1, _HEADER)]
    programme = (heads[0] & 0x1F) << 8 | heads[1]
    carries = (heads[2] & 0x10 > 0) & (programme != _EMPTY)
    may_jump = (heads[2] & 0x20 > 0) & (heads[3] > 0) & (heads[4] & 0x80 > 0)
    fields = (places, programme, heads[2] & 15, heads[0] & 0x40 > 0, may_jump)
    return _Packets(*(field[carries] for field in fields))


def _jumps(packets: _Packets) -> list[int]:
    """List the packets before which a number was left out."""
    jumps: list[int] = []
    for programme in np.unique(packets.programme):
        (own,) = np.nonzero(packets.programme == programme)
        step = np.diff(packets.number[own]) & 15
        is_jump = (step > 1) & ~packets.may_jump[own][1:]  # one may be sent twice
        jumps += packets.place[own[1:][is_jump]].tolist()
    return jumps


def _joints(packets: _Packets, jumps: list[int]) -> list[tuple[int, int]]:
    """Find where another file begins, and the last jump that is its own."""
    joints: list[tuple[int, int]] = []
    for jump in jumps:
        if joints and jump <= joints[-1][1]:
            continue
        at = min(int(np.searchsorted(packets.place, jump)), len(packets.place) - 1)
        while at and packets.programme[at] not in _TABLES:
            at -= 1
        while at and packets.programme[at - 1] in _TABLES:
            at -= 1
        ahead = slice(at, at + _AHEAD)
        _, first = np.unique(packets.programme[ahead], return_index=True)
        first += at
        if packets.begins[first].all() and not packets.number[first].any():
            last = int(packets.place[first].max())
            joints.append((int(packets.place[at]), max(last, jump)))
    return joints
