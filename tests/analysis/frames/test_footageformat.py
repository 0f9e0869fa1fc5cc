"""Footage is known by its first bytes, whatever its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import DecodeError
from analysis.frames.footageformat import format_of, require_format
from analysis.frames.frames import FrameReader
from tests import playlists, video
from tests.footage import clip_bytes


def demuxer(path: Path, data: bytes) -> str:
    """Return the demuxer for these bytes; empty if there is none."""
    path.write_bytes(data)
    found = format_of(path)
    return found.demuxer if found else ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.h264", "h264"),
        ("a.mp4", "mov"),
        ("a.mov", "mov"),
        ("a.avi", "avi"),
        ("a.mkv", "matroska"),
    ],
)
def test_footage_is_read_under_any_name(
    tmp_path: Path, name: str, expected: str
) -> None:
    """Whatever the name ends with, every frame is read."""
    path = video.write(tmp_path / name, video.squares(5), framerate=5)
    for other in (path, path.with_name("b.h264"), path.with_name("b.mp4")):
        path = path.rename(other)

        assert demuxer(path, path.read_bytes()) == expected
        assert len(list(FrameReader(path))) == 5


@pytest.mark.parametrize("ending", video.CODINGS)
def test_what_other_cameras_write_is_read_under_any_name(
    tmp_path: Path, ending: str
) -> None:
    """Discs, telephones, web cameras and old computers included."""
    path = video.write_as(tmp_path / f"a{ending}", video.squares(5))
    for other in (path, path.with_name("b.mp4"), path.with_name("b")):
        path = path.rename(other)

        assert len(list(FrameReader(path))) == 5


@pytest.mark.parametrize("ending", [".ts", ".m2ts", ".vob"])
def test_a_broadcast_may_begin_anywhere(tmp_path: Path, ending: str) -> None:
    """Within a packet, as one that somebody recorded does."""
    data = video.write_as(tmp_path / f"a{ending}", 4 * video.squares(5)).read_bytes()

    assert demuxer(tmp_path / f"b{ending}", data[100:])


@pytest.mark.parametrize("name", ["a.h264", "a.hevc", "a.264"])
@pytest.mark.parametrize(
    ("coding", "expected"), [("libx264", "h264"), ("libx265", "hevc")]
)
def test_hevc_is_told_from_h264_by_its_units(
    tmp_path: Path, name: str, coding: str, expected: str
) -> None:
    """Whatever the name says, and with a damaged beginning too."""
    ending = ".hevc" if coding == "libx265" else ".h264"
    write = video.write_as if coding == "libx265" else video.write
    data = write(tmp_path / f"whole{ending}", 4 * video.squares(5)).read_bytes()

    assert demuxer(tmp_path / name, data) == expected
    assert demuxer(tmp_path / name, b"\xff\0\0\0" + data[20:]) == expected


@pytest.mark.parametrize("name", ["x.h264", "x.mp4", "x.mkv"])
@pytest.mark.parametrize("text", playlists.TEXTS)
def test_a_text_is_no_footage(tmp_path: Path, name: str, text: str) -> None:
    """By no name; the message says how it begins."""
    assert not demuxer(tmp_path / name, playlists.TEXTS[text].encode())
    with pytest.raises(DecodeError, match="as no footage does"):
        require_format(tmp_path / name)


@pytest.mark.parametrize(
    "begins", [b"\0\0\1\xbd", b"\0\0\1\xff", b"G\0" * 99, b"\0\0", b"", b"OggS"]
)
def test_what_weir_does_not_read_is_unknown(tmp_path: Path, begins: bytes) -> None:
    """Other streams have start codes too."""
    assert not demuxer(tmp_path / "x.video", begins + b"\xff\0" * 9)


@pytest.mark.parametrize("lost", [b"\0" * 4096, b"\xff\0\0\0"])
def test_a_stream_with_a_damaged_beginning_is_one(tmp_path: Path, lost: bytes) -> None:
    """Zeros, or a byte that is wrong, cost little."""
    path = tmp_path / "clip1_2026-05-01.h264"

    assert demuxer(path, lost + clip_bytes(1)) == "h264"
    assert list(FrameReader(path))


def test_a_text_before_a_stream_is_no_beginning(tmp_path: Path) -> None:
    """Damage is not made of words."""
    text = playlists.HLS.encode()

    assert not demuxer(tmp_path / "x.h264", text + clip_bytes(1))
