"""Cutting a raw stream into frames."""

from io import BytesIO

import pytest

from weir import h264
from weir.h264 import access_units

LONG, SHORT = b"\0\0\0\1", b"\0\0\1"
SPS, PPS, SEI, DELIMITER = b"\x67sps", b"\x68pps", b"\x06sei", b"\x09\xf0"
KEY, FRAME, SECOND_SLICE = b"\x65\x88key", b"\x41\x9aframe", b"\x41\x40more"


def cut(stream: bytes) -> list[bytes]:
    """The frames of a stream."""
    return list(access_units(BytesIO(stream)))


@pytest.mark.parametrize("start", [LONG, SHORT])
def test_parameters_belong_to_the_frame_behind_them(start: bytes) -> None:
    """Whatever the length of start codes."""
    first = start + SPS + start + PPS + start + KEY
    second = start + FRAME
    third = start + SEI + start + FRAME
    fourth = start + DELIMITER + start + SPS + start + KEY

    assert [first, second, third, fourth] == cut(first + second + third + fourth)


def test_slices_of_one_frame_stay_together() -> None:
    """A slice that does not begin at the first macroblock goes on with the frame."""
    frame = LONG + FRAME + LONG + SECOND_SLICE

    assert [frame, frame] == cut(frame * 2)


@pytest.mark.parametrize("piece", [1, 2, 3, 5, 7])
def test_it_does_not_matter_how_the_file_is_read(
    piece: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Start codes that lie across two pieces are found."""
    frames = [LONG + SPS + LONG + KEY, SHORT + FRAME, LONG + FRAME]
    monkeypatch.setattr(h264, "_PIECE", piece)

    assert frames == cut(b"".join(frames))


@pytest.mark.parametrize("stream", [b"", b"no video", LONG + SPS, LONG, b"\0\0"])
def test_a_stream_without_a_slice_has_no_frame(stream: bytes) -> None:
    """Parameters alone show nothing."""
    assert not cut(stream)


def test_the_last_frame_may_be_cut_short() -> None:
    """What a power cut left is given as it is."""
    assert cut(LONG + FRAME + LONG + b"\x41\x9a") == [LONG + FRAME, LONG + b"\x41\x9a"]
