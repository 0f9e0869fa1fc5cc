"""A frame that is coded as two fields is one frame, in containers too."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from analysis.frames.frames import FrameReader
from tests import fields, video

FRAMES = 15


@pytest.mark.parametrize("suffix", [".ts", ".mp4", ".mov", ".mkv", ".avi"])
def test_two_fields_are_one_frame(tmp_path: Path, suffix: str) -> None:
    """Each is a packet, of which a container lists fifty in a second."""
    raw = tmp_path / "a.h264"
    raw.write_bytes(fields.stream(FRAMES))
    path = video.remux(raw, tmp_path / f"a{suffix}", framerate=50)

    with FrameReader(path) as reader:
        assert len(list(reader)) == FRAMES
        assert reader.frames_expected in (None, FRAMES)
        assert (reader.damage, reader.promised) == ("", FRAMES)
        assert reader.framerate == pytest.approx(25, rel=0.03)


@pytest.mark.parametrize("suffix", [".ts", ".mp4"])
def test_a_field_that_is_missing_is_no_second_one(tmp_path: Path, suffix: str) -> None:
    """What follows it begins a frame of its own."""
    raw = tmp_path / "a.h264"
    units = fields.stream(FRAMES).split(b"\0\0\0\1")
    raw.write_bytes(b"\0\0\0\1".join(units[:11] + units[12:]))
    path = video.remux(raw, tmp_path / f"a{suffix}", framerate=50)

    assert FrameReader(path).promised == FRAMES


def test_a_number_that_was_copied_with_a_cut_is_not_believed(tmp_path: Path) -> None:
    """FFmpeg keeps what another muxer stated of the whole."""
    whole = video.write(tmp_path / "whole.mp4", video.squares(20), framerate=5)
    path = tmp_path / "a.mkv"
    with av.open(str(whole)) as source, av.open(str(path), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        copy.metadata["NUMBER_OF_FRAMES"] = "500"
        for packet in source.demux(stream):
            if packet.size:
                packet.stream = copy
                target.mux(packet)

    with FrameReader(path) as reader:
        assert len(list(reader)) == reader.frames_expected == 20
