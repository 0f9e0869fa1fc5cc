"""What the decoder reports is heard, and nothing else is."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from analysis.frames.frames import FrameReader
from analysis.frames.hearing import hearing
from tests import containers


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".h264"])
def test_an_error_is_heard_at_its_frame(tmp_path: Path, suffix: str) -> None:
    """A frame whose second half is garbage comes, and is not trusted."""
    clip = containers.write(tmp_path / f"a{suffix}")
    data = bytearray(clip.read_bytes())
    lost = containers.places(clip)[22]
    middle, end = lost.at + lost.size // 2, lost.at + lost.size
    data[middle:end] = random.Random(1).randbytes(end - middle)
    clip.write_bytes(data)
    with FrameReader(clip) as reader:
        smeared = [frame.index for frame in reader if not frame.mark.is_trusted]

        assert "while decoding, the first at frame 22: " in reader.damage
        assert smeared == [22, 23, 24]


def test_the_outputs_are_the_same_afterwards(tmp_path: Path) -> None:
    """And what others print is not the decoder's."""
    before = [os.fstat(output) for output in (1, 2)]
    with hearing() as heard:
        os.write(1, b"a word\n[OPENCV:FFMPEG:24] a warning\n")
        os.write(2, b"[OPENCV:FFMPEG:16] an error\n[OPENCV:FFMPEG:08] another\n")
    with hearing() as silence:
        pass

    assert (heard, silence) == (["an error", "another"], [])
    assert [os.fstat(output) for output in (1, 2)] == before


def test_outputs_may_be_closed() -> None:
    """Then there is nothing to hear, and nothing fails."""
    kept = os.dup(1)
    os.close(1)
    try:
        with hearing() as heard:
            pass
    finally:
        os.dup2(kept, 1)
        os.close(kept)

    assert heard == []
