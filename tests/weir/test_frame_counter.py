"""Frames are counted in the bytes of a stream, whatever pieces it comes in."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.footage import clip_bytes
from weir.h264 import FrameCounter, count_frames


def counted(data: bytes, piece: int) -> tuple[int, int, bool]:
    """What a counter says of a stream that comes in pieces of a size."""
    counter = FrameCounter()
    for start in range(0, len(data), piece):
        counter.feed(data[start : start + piece])
    return counter.frames, counter.key_frames, counter.has_parameters


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 64, 1 << 20])
def test_every_frame_is_counted_once(piece: int) -> None:
    """Also where a piece ends within a start code."""
    assert counted(clip_bytes(1, 13), piece) == (13, 3, True)


@pytest.mark.parametrize("piece", [1, 3, 1 << 20])
def test_slices_of_one_frame_are_one_frame(piece: int) -> None:
    """Only the first of them begins with macroblock 0: a bit that is set."""
    frame = b"\0\0\1\x65\x88key" + b"\0\0\1\x65\x1ckey"
    other = b"\0\0\1\x41\x9afish" + b"\0\0\1\x41\x0bfish"

    assert counted(frame + other + other, piece) == (3, 1, False)


def test_a_stream_that_is_cut_has_the_frames_that_have_begun() -> None:
    """Never more than the whole, and never fewer when it is longer."""
    data = clip_bytes(1, 13)
    counts = [counted(data[:end], 1 << 20)[0] for end in range(0, len(data), 97)]

    assert counts == sorted(counts)
    assert counts[0] == 0


@pytest.mark.parametrize("data", [b"", b"hello there", bytes(10_000)])
def test_what_is_no_stream_has_no_frames(data: bytes) -> None:
    """Nor parameters."""
    assert counted(data, 100) == (0, 0, False)


def test_random_bytes_do_no_harm() -> None:
    """Whatever is in a file, it is counted through."""
    data = random.Random(1).randbytes(300_000)
    whole, pieces = counted(data, 1 << 20), counted(data, 777)

    assert whole == pieces


def test_a_file_is_counted_with_heartbeats(tmp_path: Path) -> None:
    """A long one takes a while."""
    path = tmp_path / "a.h264"
    path.write_bytes(clip_bytes(1, 13) + bytes(3 << 20))
    beats: list[int] = []

    assert count_frames(path, lambda: beats.append(1)).frames == 13
    assert len(beats) == 4
