"""Blocks: a copy with holes is known by them, and nothing else is taken for one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.values.blocks import anchor_of, has_holes_of, sum_blocks

DATA = np.random.default_rng(1).integers(1, 256, 3_000_000, dtype=np.uint8).tobytes()


def sums(tmp_path: Path, data: bytes) -> bytes:
    """The sums of a file's blocks."""
    path = tmp_path / "clip"
    path.write_bytes(data)
    return sum_blocks(path, lambda: None)


def holed(data: bytes, *holes: tuple[int, int]) -> bytes:
    """The same bytes with zeros in these places."""
    found = bytearray(data)
    for begin, end in holes:
        found[begin:end] = bytes(end - begin)
    return bytes(found)


@pytest.mark.parametrize(
    "copy",
    [
        holed(DATA, (5000, 6000)),
        holed(DATA, (0, 70_000)),
        holed(DATA, ((1 << 20) - 300, (1 << 20) + 300), (2_000_000, 2_500_000)),
        holed(DATA, (5000, 6000))[:2_000_123],
        holed(DATA, (5000, 6000)) + bytes(10_000),
    ],
)
def test_a_copy_with_holes_is_one(tmp_path: Path, copy: bytes) -> None:
    """Somewhere, anywhere, cut off or with zeros behind it; and not the contrary."""
    whole, found = sums(tmp_path, DATA), sums(tmp_path, copy)
    assert (anchor_of(whole), anchor_of(found) is None) == (None, False)

    assert has_holes_of(found, whole)
    assert not has_holes_of(whole, found)


@pytest.mark.parametrize(
    "other",
    [
        DATA,
        DATA[:2_000_000],
        holed(DATA, (5000, 5400)),  # an encoder may write so many
        holed(DATA, (5000, 6000)) + DATA[:5000],
        holed(DATA, (5000, 6000)).replace(DATA[9000:9009], DATA[:9]),
        holed(DATA, (1000, len(DATA))),
        b"",
    ],
)
def test_what_differs_is_no_copy(tmp_path: Path, other: bytes) -> None:
    """It has no hole, other bytes, more bytes, or next to none in common."""
    whole = sums(tmp_path, DATA)

    assert not has_holes_of(sums(tmp_path, other), whole)
