"""The beginning of a clip: by it an upload that broke off is known for what it is.

scp may die inside a clip without a sidecar, and a stump of it is all that came. When
the clip comes whole, its bytes begin with those of the stump, to the bit: their sha256
at that length is the stump's. For a stump that comes later, sums are kept at marks,
closer together than a sixteenth of the length; they tell a clip by that much of it.
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
"""In fewer there is seldom a frame."""

_STEPS = 16
MARK_BYTES = 8
"""Of a sha256, as a mark."""


@dataclass(frozen=True)
class Beginning:
    """What a clip's bytes begin with.

    Attributes:
        marks: of a clip that begins with another, they begin with the other's.
        stumps: sha256 of known clips that are its beginning and no more.
    """

    marks: bytes
    stumps: tuple[str, ...] = ()


def read_beginning(
    path: Path, shorter: Mapping[str, int], heartbeat: Heartbeat
) -> Beginning:
    """Read a clip once, and compare it with those that may be stumps of it.

    Args:
        shorter: the length of each, by its sha256.

    Raises:
        OSError: it cannot be read.
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
    """The sha256 of the first so many bytes; none where there are not so many."""
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
