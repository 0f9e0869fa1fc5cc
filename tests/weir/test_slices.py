"""A frame that is coded as two fields is one frame."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from analysis.frames.frames import FrameReader
from tests import fields
from tests.footage import clip_bytes
from tests.video import squares
from weir.h264 import FrameCounter, count_frames


def counted(data: bytes, size: int = 1 << 20) -> FrameCounter:
    """A counter that has had these bytes, in pieces."""
    counter = FrameCounter()
    for at in range(0, len(data), size):
        counter.feed(data[at : at + size])
    return counter


@pytest.mark.parametrize("size", [1, 7, 100, 1 << 20])
def test_two_fields_are_one_frame(tmp_path: Path, size: int) -> None:
    """In pieces of any size, and as many as are decoded."""
    path = tmp_path / "fields.h264"
    path.write_bytes(fields.stream(20))
    counter = counted(path.read_bytes(), size)

    assert (counter.frames, counter.key_frames) == (20, 1)
    assert len(list(FrameReader(path))) == 20


@pytest.mark.parametrize("bottom", [False, True])
def test_a_field_alone_is_a_frame(bottom: bool) -> None:
    """Its other half is lost, and its neighbours are other frames."""
    data = fields.stream(4) + fields.field(4, 90, is_bottom=bottom)
    whole = fields.field(5, 90, is_bottom=False) + fields.field(5, 90, is_bottom=True)

    assert counted(data).frames == 5
    assert counted(data + whole).frames == 6
    assert counted(data + fields.field(5, 90, is_bottom=not bottom)).frames == 6
    assert counted(data + clip_bytes(1)).frames == 5 + 12


@pytest.mark.parametrize(
    "options",
    [
        {"flags": "+ildct+ilme"},
        {"x264-params": "fake-interlaced=1"},
        {"x264-params": "interlaced=1:cqm=jvt", "profile": "high"},
        {"profile": "high444", "bf": "2"},
    ],
)
def test_lines_that_interlace_within_a_picture_are_one_frame(
    tmp_path: Path, options: dict[str, str]
) -> None:
    """Fields that are coded block by block, or only announced."""
    path = tmp_path / "a.h264"
    pixels = "yuv444p" if "444" in options.get("profile", "") else "yuv420p"
    with av.open(str(path), "w", format="h264") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = 96, 64, pixels
        stream.options = options
        for bgr in squares(9):
            picture = av.VideoFrame.from_ndarray(bgr, format="bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))

    assert count_frames(path).frames == 9


def test_parameters_that_are_none_do_no_harm() -> None:
    """Bytes of any kind may follow the header of one."""
    endless = b"\x4d\x00\x14\xd3\x00\x80" + b"\x00\x01" * 500  # a cycle of 255
    for fill in (b"\0" * 99, b"\xff" * 99, b"\x4d\x00\x14\x80" * 99, endless):
        assert counted(b"\0\0\1\x67" + fill + clip_bytes(1)).frames == 12
