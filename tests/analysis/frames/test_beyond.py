"""A header that states too few frames hides none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.frames.frames import FrameReader
from analysis.frames.halving import Image
from tests import containers


def pictures(path: Path, rotate: int = 0) -> tuple[list[Image], str]:
    """Every picture of a clip, and what was noticed of damage."""
    with FrameReader(path, rotate) as reader:
        return [frame.bgr().copy() for frame in reader], reader.damage


@pytest.mark.parametrize("told", [1, 30, 58])
@pytest.mark.parametrize("rotate", [0, 90])
def test_frames_beyond_the_headers_number_are_read(
    tmp_path: Path, told: int, rotate: int
) -> None:
    """They look as they would by a right header."""
    clip = containers.write(tmp_path / "a.avi")
    right, _ = pictures(clip, rotate)
    data, length = bytearray(clip.read_bytes()), containers.FRAMES
    at = data.index(length.to_bytes(4, "little"), data.index(b"strh"))
    data[at : at + 4] = told.to_bytes(4, "little")
    clip.write_bytes(data)

    found, damage = pictures(clip, rotate)
    assert (len(found), damage) == (containers.FRAMES, "")
    for bgr, expected in zip(found, right):
        assert np.abs(bgr.astype(int) - expected).mean() < 2


def test_damage_beyond_the_headers_number_is_noticed(tmp_path: Path) -> None:
    """The bad frame costs itself alone."""
    clip = containers.write(tmp_path / "a.avi")
    containers.zero(clip, 40)
    data = bytearray(clip.read_bytes())
    at = data.index((60).to_bytes(4, "little"), data.index(b"strh"))
    data[at : at + 4] = (20).to_bytes(4, "little")
    clip.write_bytes(data)

    found, damage = pictures(clip)
    assert len(found) == containers.FRAMES - 1
    assert "while decoding, the first at frame 40" in damage


def test_an_error_of_flvs_demuxer_costs_no_other_frames(tmp_path: Path) -> None:
    """OpenCV lets them go by up to the next key frame."""
    clip = containers.write(tmp_path / "a.flv", repeat=4)
    data, at = bytearray(clip.read_bytes()), containers.places(clip)[66].at
    data[at - 20 : at + 80] = bytes(100)
    clip.write_bytes(data)

    with FrameReader(clip) as reader:
        found = len(list(reader))  # FFmpeg 7 leaves out a key frame that two need
        assert reader.promised - 3 < found <= reader.promised
        assert "Packet mismatch" in reader.damage
