"""A fragmented MP4 is followed from part to part."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.frames.frames import FrameReader
from analysis.frames.tracks.fragments import read_fragments
from tests import containers


@pytest.mark.parametrize("zeros", [16, 3000])
def test_zeros_over_a_parts_head_are_told(tmp_path: Path, zeros: int) -> None:
    """The demuxer takes them for the end, and says nothing."""
    path = containers.write(tmp_path / "a.mp4", movflags=containers.FRAGMENTED)
    data = bytearray(path.read_bytes())
    at = data.find(b"moof", len(data) // 2) - 4
    data[at : at + zeros] = bytes(zeros)
    path.write_bytes(data)

    with FrameReader(path) as reader:
        assert len(list(reader)) < 40
        assert reader.damage == (
            "the container is damaged: the chain of its parts breaks off at byte"
            f" {at} of {len(data)}"
        )


@pytest.mark.parametrize("kept", [30, 200])
def test_a_part_that_is_cut_off_is_told(tmp_path: Path, kept: int) -> None:
    """Within its head, before any picture, or behind it."""
    path = containers.write(tmp_path / "a.mp4", movflags=containers.FRAGMENTED)
    data = path.read_bytes()
    path.write_bytes(data[: data.rfind(b"moof") + kept])

    with FrameReader(path) as reader:
        list(reader)
        assert reader.damage
    assert "less than it says" in read_fragments(path).fault


def test_parts_that_begin_again_are_another_recording(tmp_path: Path) -> None:
    """Numbers that are left out are a loss."""
    path = containers.write(tmp_path / "a.mp4", movflags=containers.FRAGMENTED)
    data = path.read_bytes()
    first, second = data.find(b"moof") - 4, data.find(b"moof", 2000) - 4
    path.write_bytes(data[:first] + data[second:])
    assert read_fragments(path).is_complete
    last = data.rfind(b"moof") - 4
    path.write_bytes(data[:last] + data[first:])

    chain = read_fragments(path)
    assert (chain.joints, chain.breaks) == ((last,), ())
