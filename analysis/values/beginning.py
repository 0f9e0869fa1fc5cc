"""The beginning of a clip, by which an upload that broke off is recognised.

When scp breaks off within a clip, a stump arrives. Later the whole clip arrives, and
begins with exactly the stump's bytes: the sha256 of so many of its first bytes is the
stump's sha256. When the stump comes after the whole clip, it is recognised by marks.
Marks are short sums of a clip's first bytes, kept at lengths that grow by less than a
sixteenth each, so a stump is recognised by nearly all of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, takewhile
from pathlib import Path

from analysis.values.heartbeat import Heartbeat

_CHUNK = 1 << 20
_FIRST_OCTAVE = 8
LEAST_BYTES = 1 << _FIRST_OCTAVE
"""Bytes; a shorter file seldom has a frame."""

_STEPS = 16
MARK_BYTES = 8
"""How many bytes of a sha256 make a mark."""


@dataclass(frozen=True)
class Beginning:
    """What a clip's bytes begin with.

    Attributes:
        marks: if clip A starts with all the bytes of clip B, A's marks start with B's.
        stumps: the sha256 of each known clip that is only the beginning of this one.
    """

    marks: bytes
    stumps: tuple[str, ...] = ()


def read_beginning(
    path: Path, shorter: Mapping[str, int], heartbeat: Heartbeat
) -> Beginning:
    """Read a clip once, and compare it with clips that may be stumps of it.

    Args:
        path: the clip.
        shorter: the length of each possible stump, by its sha256.
        heartbeat: called after each piece that is read.

    Raises:
        OSError: the clip cannot be read.
    """
    marks = tuple(_mark_lengths(path.stat().st_size))
    sums = _sums_at(path, {*marks, *shorter.values()}, heartbeat)
    return Beginning(
        bytes.fromhex("".join(sums[length][: 2 * MARK_BYTES] for length in marks)),
        tuple(sum_ for sum_, length in shorter.items() if sums.get(length) == sum_),
    )


def _mark_lengths(size: int) -> Iterator[int]:
    lengths = (
        (_STEPS + step << octave) // _STEPS
        for octave in count(_FIRST_OCTAVE)
        for step in range(_STEPS)
    )
    return takewhile(lambda length: length <= size, lengths)


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
