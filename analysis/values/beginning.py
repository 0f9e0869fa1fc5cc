"""The beginning of a clip, by which an upload that broke off is recognised.

When scp breaks off within a clip, a stump arrives. Later the whole clip arrives, and
begins with exactly the stump's bytes: the sha256 of so many of its first bytes is the
stump's sha256. When the stump comes after the whole clip, it is recognised by marks.
Marks are short sums of a clip's first bytes, kept at lengths that grow by less than a
sixteenth each; they find the clips that may be meant. Fine marks are kept every 16
bytes at first, and then at lengths that grow by less than a 256th each; they prove it.

A preallocated or zero-filled copy is a stump, too, with zeros behind it: marks are of
what comes before the zeros at a clip's end, which is its solid part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice, takewhile
from pathlib import Path

from analysis.values.blocks import first_hole, sum_blocks
from analysis.values.heartbeat import Heartbeat

_CHUNK = 1 << 20
_LONG_START = b"\0\0\0\1"
_FIRST_OCTAVE = 8
LEAST_BYTES = 1 << _FIRST_OCTAVE
"""Bytes; a shorter file seldom has a frame."""

_STEPS = 16
MARK_BYTES = 8
"""How many bytes of a sha256 make a mark."""

_FINE_BYTES = 4
_FINE_STEP = 16
_FINE_UNTIL = 1 << 16
_FINE_STEPS = 256


@dataclass(frozen=True)
class Beginning:
    """What a clip's bytes begin with.

    Attributes:
        marks: if clip A starts with all the bytes of clip B, A's marks start with B's.
        stumps: the sha256 of each known clip's solid part that this one begins with.
        fine: the same as marks, at many more lengths.
        solid_bytes, solid_sha256: the length and sum of all bytes before the zeros that
            it ends in.
        blocks: sums of its blocks; see ``analysis.values.blocks``.
        apart: the shorter or longer clips that share all bytes with it up to where the
            shorter one ends, and there the longer one begins another unit.
    """

    marks: bytes
    stumps: tuple[str, ...] = ()
    fine: bytes = b""
    solid_bytes: int = 0
    solid_sha256: str = ""
    blocks: bytes = b""
    apart: tuple[str, ...] = ()


def read_beginning(
    path: Path, shorter: Mapping[str, int], heartbeat: Heartbeat
) -> Beginning:
    """Read a clip once, and compare it with clips that may be stumps of it.

    Args:
        path: the clip.
        shorter: the length of each possible stump, by the sha256 of its solid part.
        heartbeat: called after each piece that is read.

    Raises:
        OSError: the clip cannot be read.
    """
    solid = _solid(path, heartbeat)
    marks, fine = tuple(_mark_lengths(solid)), tuple(_fine_lengths(solid))
    sums = _sums_at(path, {*marks, *fine, solid, *shorter.values()}, heartbeat)
    stumps = tuple(s for s, length in shorter.items() if sums.get(length) == s)
    return Beginning(
        _joined(sums, marks, MARK_BYTES),
        stumps,
        _joined(sums, fine, _FINE_BYTES),
        solid,
        sums[solid],
        sum_blocks(path, heartbeat),
        tuple(stump for stump in stumps if _begins_unit(path, shorter[stump])),
    )


def sure_marks(beginning: Beginning) -> bytes:
    """Return the marks that a whole copy has, too: those before its first hole."""
    hole = first_hole(beginning.blocks)
    if hole is None:
        return beginning.marks
    return beginning.marks[: MARK_BYTES * len(tuple(_mark_lengths(hole)))]


def _joined(sums: Mapping[int, str], lengths: Iterable[int], size: int) -> bytes:
    return bytes.fromhex("".join(sums[length][: 2 * size] for length in lengths))


def _solid(path: Path, heartbeat: Heartbeat) -> int:
    """Return the length of a file without the zeros that it ends in."""
    end = path.stat().st_size
    with path.open("rb") as file:
        while end:
            begin = max(0, end - _CHUNK)
            file.seek(begin)
            piece = file.read(end - begin).rstrip(b"\0")
            heartbeat()
            if piece:
                return begin + len(piece)
            end = begin
    return 0


def _begins_unit(path: Path, place: int) -> bool:
    """Whether a unit of a raw stream begins at a place."""
    with path.open("rb") as file:
        file.seek(place)
        return file.read(len(_LONG_START)).startswith((_LONG_START, _LONG_START[1:]))


def _mark_lengths(size: int) -> Iterator[int]:
    lengths = (
        (_STEPS + step << octave) // _STEPS
        for octave in count(_FIRST_OCTAVE)
        for step in range(_STEPS)
    )
    return takewhile(lambda length: length <= size, lengths)


def _fine_lengths(size: int) -> Iterator[int]:
    yield from range(_FINE_STEP, min(size, _FINE_UNTIL) + 1, _FINE_STEP)
    lengths = (
        (_FINE_STEPS + step << octave) // _FINE_STEPS
        for octave in count(_FINE_UNTIL.bit_length() - 1)
        for step in range(_FINE_STEPS)
    )
    yield from takewhile(lambda length: length <= size, islice(lengths, 1, None))


def _sums_at(
    path: Path, lengths: Iterable[int], heartbeat: Heartbeat
) -> dict[int, str]:
    """Return the sha256 of the first bytes, for each length that the file has."""
    sums: dict[int, str] = {}
    digest, read = hashlib.sha256(), 0
    with path.open("rb") as file:
        for length in sorted(lengths):
            while read < length:
                piece = file.read(min(_CHUNK, length - read))
                if not piece:
                    return sums
                digest.update(piece)
                read += len(piece)
                heartbeat()
            sums[length] = digest.hexdigest()
    return sums
