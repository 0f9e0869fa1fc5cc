"""A transport stream's packets, each of which has the next number of its programme.

The numbers run from 0 to 15. Packets that are missing leave a number out, save one time
in sixteen, and most losses take packets of several programmes. A file that was joined
from others begins all numbers anew, with the tables that every file begins with.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Optional

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
_BACK = 16  # packets; behind its tables a new file's other programmes begin at once
_MANY = 1 << 18  # packets that are looked at in one go

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
    runs = _runs(data, size)
    if not runs:
        return UNKNOWN
    torn = (run.start for run in runs[1:])
    jumps = sorted({*_jumps(data, runs), *torn})
    joints = _joints(data, runs, jumps)
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


def _runs(data: _Bytes, size: int) -> list[range]:
    """Find where packets begin that follow each other, up to where others bytes lie."""
    runs, at = [], _next_run(data, 0, size)
    while 0 <= at < len(data):
        wrong = _first_wrong(data, at, size)
        runs.append(range(at, min(wrong, len(data) - _HEADER + 1), size))
        at = _next_run(data, wrong, size)
    return [run for run in runs if run]


def _first_wrong(data: _Bytes, at: int, size: int) -> int:
    """Find the first place at which a packet should begin and does not."""
    while at < len(data):
        wrong = np.flatnonzero(data[at : at + _MANY * size : size] != _SYNC)
        if len(wrong):
            return at + int(wrong[0]) * size
        at += _MANY * size
    return len(data)


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


def _jumps(data: _Bytes, runs: list[range]) -> list[int]:
    """List the packets before which a number was left out."""
    jumps: list[int] = []
    numbers: dict[int, int] = {}
    for run in runs:
        for first in range(0, len(run), _MANY):
            part = run[first : first + _MANY]
            packets = _packets(data, np.arange(part.start, part.stop, part.step))
            jumps += _jumps_among(packets, numbers)
    return jumps


def _jumps_among(packets: _Packets, numbers: dict[int, int]) -> Iterator[int]:
    """Yield the same of some packets, and keep the last number of each programme."""
    for programme in np.unique(packets.programme).tolist():
        (own,) = np.nonzero(packets.programme == programme)
        found = packets.number[own]
        before = numbers.get(programme, int(found[0]) - 1)
        step = np.diff(found, prepend=before) & 15
        is_jump = (step > 1) & ~packets.may_jump[own]  # one may be sent twice
        numbers[programme] = int(found[-1])
        yield from packets.place[own[is_jump]].tolist()


def _joints(data: _Bytes, runs: list[range], jumps: list[int]) -> list[tuple[int, int]]:
    """Find where another file begins, and the last jump that is its own."""
    joints: list[tuple[int, int]] = []
    starts = [run.start for run in runs]
    for jump in jumps:
        if joints and jump <= joints[-1][1]:
            continue
        start = _tables_at(
            _packets(data, _around(runs, starts, jump, _BACK, _BACK)), jump
        )
        if start is None:
            continue
        for ahead in (_BACK, _AHEAD):  # the first few tell it of most
            packets = _packets(data, _around(runs, starts, start, 0, ahead))
            _, first = np.unique(packets.programme, return_index=True)
            is_new = packets.begins[first].all() and not packets.number[first].any()
            if not is_new:
                break
        else:
            joints.append((start, max(int(packets.place[first].max()), jump)))
    return joints


def _around(
    runs: list[range], starts: list[int], place: int, before: int, behind: int
) -> _Places:
    """List so many places of packets before and behind one; some less at a tear."""
    size = runs[0].step
    near = range(place - before * size, place + behind * size)
    first = max(0, bisect_right(starts, near.start) - 1)
    found: list[int] = []
    for run in runs[first:]:
        if run.start >= near.stop:
            break
        found += run[bisect_left(run, near.start) : bisect_left(run, near.stop)]
    return np.array(found, np.int64)


def _tables_at(packets: _Packets, jump: int) -> Optional[int]:
    """Find where the tables begin that a jump is at, or just behind."""
    at = min(int(np.searchsorted(packets.place, jump)), len(packets.place) - 1)
    while at > 0 and packets.programme[at] not in _TABLES:
        at -= 1
    if at < 0 or packets.programme[at] not in _TABLES:
        return None
    while at and packets.programme[at - 1] in _TABLES:
        at -= 1
    return int(packets.place[at])
