"""A piece of a clip gives the very frames that the whole clip gives."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from analysis.frames import piece as pieces
from analysis.frames.cut import cut
from analysis.frames.footageformat import format_of
from analysis.frames.frames import FrameReader
from analysis.frames.piece import piece, places
from tests.footage import clip_bytes


def whole(path: Path, rotate: int = 0) -> list[Any]:
    """Every frame of a clip."""
    with FrameReader(path, rotate) as reader:
        return [frame.bgr().copy() for frame in reader]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Thirty frames with a key picture every six."""
    path = tmp_path / "clip.h264"
    path.write_bytes(clip_bytes(1, 30))
    return path


@pytest.mark.parametrize("first", [0, 5, 6, 13, 29])
@pytest.mark.parametrize("rotate", [0, 90])
def test_each_frame_is_that_of_the_whole_clip(
    clip: Path, first: int, rotate: int
) -> None:
    """Its number, too, wherever the piece begins and however it is turned."""
    expected = whole(clip, rotate)

    with piece(clip, first, first + 3, frames=30, rotate=rotate) as frames:
        found = {frame.index: frame.bgr().copy() for frame in frames}

    assert list(found) == list(range(first, min(first + 4, 30)))
    assert all(np.array_equal(expected[n], found[n]) for n in found)


def test_only_what_is_needed_is_decoded(
    clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the key picture before: a season's clip is not read from its beginning."""
    read: list[int] = []

    class Counting(FrameReader):
        def __init__(self, path: Path, rotate: int = 0) -> None:
            read.append(path.stat().st_size)
            super().__init__(path, rotate)

    monkeypatch.setattr(pieces, "FrameReader", Counting)
    with piece(clip, 26, 27, frames=30) as frames:
        assert [frame.index for frame in frames] == [26, 27]
    assert read[0] < clip.stat().st_size / 3


def container(path: Path, *, b_frames: int, rate: int = 25, count: int = 120) -> Path:
    """A container whose pictures all differ, with a key picture every twelve."""
    with av.open(str(path), "w") as made:
        stream = made.add_stream("libx264", rate=Fraction(rate))
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        more = {"bf": str(b_frames), "g": "12", "sc_threshold": "0"}
        stream.options = {"crf": "12", **more}
        for n in range(count):
            bgr = np.full((64, 96, 3), 40, np.uint8)
            bgr[:, (n * 5) % 90 : (n * 5) % 90 + 6] = 30 + n
            made.mux(stream.encode(av.VideoFrame.from_ndarray(bgr, format="bgr24")))
        made.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov", ".avi", ".ts"])
@pytest.mark.parametrize("b_frames", [0, 2])
def test_a_container_gives_the_same_frames(
    tmp_path: Path, suffix: str, b_frames: int
) -> None:
    """Cut or not, with pictures that are shown in another order or without."""
    path = container(tmp_path / f"clip{suffix}", b_frames=b_frames)
    expected = whole(path)

    for first in (0, 11, 12, 50, 97, 118):
        with piece(path, first, first + 3, frames=120, rate=25) as frames:
            found = {frame.index: frame.bgr().copy() for frame in frames}
        assert list(found) == list(range(first, min(first + 4, 120)))
        assert all(np.array_equal(expected[n], found[n]) for n in found)


def test_a_long_container_is_not_read_from_its_beginning(tmp_path: Path) -> None:
    """From the key picture before; not where the rate is not what it is said to be."""
    path = container(tmp_path / "clip.mp4", b_frames=2)
    target, found = tmp_path / "cut.mkv", format_of(path)
    assert found is not None

    assert cut(path, found, target, frames=(100, 103), rate=25) == 96
    with FrameReader(target) as reader:
        assert 8 <= len(list(reader)) < 24
    assert cut(path, found, target, frames=(100, 103), rate=24.3) is None
    assert cut(path, found, target, frames=(100, 103), rate=0) is None


def test_a_clip_with_a_hole_is_decoded_from_its_beginning(tmp_path: Path) -> None:
    """Its frames have other numbers than its bytes suggest."""
    data = clip_bytes(1, 30)
    path = tmp_path / "clip.h264"
    path.write_bytes(data)
    starts = places(path).starts
    path.write_bytes(data[: starts[9]] + data[starts[11] :])
    expected = whole(path)

    with piece(path, 20, 22, frames=len(expected) + 1) as frames:
        found = {frame.index: frame.bgr().copy() for frame in frames}

    assert all(np.array_equal(expected[n], found[n]) for n in found)
    assert list(found) == [20, 21, 22]
