"""Footage without a frame is refused in words that say why, and what to do."""

from __future__ import annotations

import os
from pathlib import Path

import av
import cv2
import pytest

from analysis import DecodeError
from analysis.frames.frames import FrameReader
from tests import boxes, containers, fields, video
from tests.analysis.small_host import Host, names
from tests.footage import zip_bytes


def reason(path: Path) -> str:
    """The words in which footage is refused."""
    with pytest.raises(DecodeError) as refused:
        list(FrameReader(path))
    name, _, why = str(refused.value).partition(": ")
    assert name == path.name
    return why


def sound(path: Path) -> Path:
    """A container without pictures."""
    whole = containers.write(path.with_name(f"whole{path.suffix}"), sound_s=2)
    with av.open(str(whole)) as source, av.open(str(path), "w") as target:
        stream = source.streams.audio[0]
        copy = target.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.size:
                packet.stream = copy
                target.mux(packet)
    whole.unlink()
    return path


@pytest.mark.parametrize("name", ["a.h264", "a.mp4", "a.ts"])
def test_an_empty_file_is_called_empty(tmp_path: Path, name: str) -> None:
    """Whatever its name."""
    (tmp_path / name).write_bytes(b"")

    assert reason(tmp_path / name) == "it is empty; copy it again from the camera"


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
@pytest.mark.parametrize("share", [0.3, 0.95])
def test_a_recording_that_was_not_closed_has_no_index(
    tmp_path: Path, suffix: str, share: float
) -> None:
    """It lies at the end, and may be cut itself."""
    path = containers.write(tmp_path / f"a{suffix}")
    data = path.read_bytes()
    path.write_bytes(data[: int(share * data.index(b"moov"))])
    assert reason(path).startswith("it has no index (moov)")
    path.write_bytes(data[: data.index(b"moov") + 40])

    assert reason(path).startswith("it has no index (moov)")


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_sound_alone_is_called_so(tmp_path: Path, suffix: str) -> None:
    """With its kind."""
    why = "it has only sound (aac) and no pictures"

    assert reason(sound(tmp_path / f"a{suffix}")).startswith(why)


def av1(path: Path) -> Path:
    """Write five pictures with an encoder that goes before all else where it is root.

    It does so for good: so this process is put back where it was.
    """
    before = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        with av.open(str(path), "w") as container:
            stream = container.add_stream("libsvtav1", rate=5)
            stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
            for bgr in video.squares(5):
                picture = av.VideoFrame.from_ndarray(bgr, format="bgr24")
                container.mux(stream.encode(picture))
            container.mux(stream.encode(None))
    finally:
        os.sched_setscheduler(0, *before)
    return path


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_pictures_that_opencv_does_not_decode_are_named(
    tmp_path: Path, suffix: str
) -> None:
    """With the line that converts them."""
    path = av1(tmp_path / f"a{suffix}")

    if cv2.VideoCapture(str(path), cv2.CAP_FFMPEG).grab():
        pytest.skip(f"OpenCV {cv2.__version__} decodes AV1")
    why = reason(path)
    assert why.startswith("its pictures are av1, which OpenCV ")
    assert "convert it, for example with: ffmpeg -i" in why


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
@pytest.mark.parametrize("kind", [b"encv", b"drmi"])
def test_what_is_encrypted_is_not_decoded(
    tmp_path: Path, suffix: str, kind: bytes
) -> None:
    """A decoder would show noise, and count it."""
    path = boxes.renamed(containers.write(tmp_path / f"a{suffix}"), b"avc1", kind)

    assert reason(path).startswith("it is encrypted, and Weir has no key")


def test_a_scrambled_broadcast_is_not_decoded(tmp_path: Path) -> None:
    """Each of its packets says so."""
    path = containers.write(tmp_path / "a.ts")
    data = bytearray(path.read_bytes())
    data[3::188] = bytes(byte | 0x80 for byte in data[3::188])
    path.write_bytes(data)

    assert reason(path).startswith("it is encrypted")
    path.write_bytes(data[:900] + data[935:])
    assert reason(path).startswith("it is encrypted")


@pytest.mark.parametrize("lost", [1, 35])
def test_a_broadcast_that_lost_bytes_is_not_called_encrypted(
    tmp_path: Path, lost: int
) -> None:
    """All its packets after them lie elsewhere."""
    path = containers.write(tmp_path / "a.ts")
    data = path.read_bytes()
    path.write_bytes(data[:900] + data[900 + lost :])

    with FrameReader(path) as reader:
        assert len(list(reader)) >= containers.FRAMES - 1


def test_a_stream_says_which_of_its_parts_is_missing(tmp_path: Path) -> None:
    """The parameters, or a picture to start at."""
    path = tmp_path / "a.h264"
    path.write_bytes(fields.field(0, 90, is_bottom=False, is_key=True))
    assert reason(path).startswith("it has no parameters (SPS)")
    path.write_bytes(fields.parameters())
    assert reason(path).startswith("it has no key frame")


def test_the_second_of_two_equal_files_is_called_by_its_own_name(
    tmp_path: Path,
) -> None:
    """In its reason; each lies in rejected/ with its own."""
    data = fields.parameters() + b"\0\0\1\x61"
    with Host(tmp_path) as host:
        for name in ("b.h264", "a.h264", "c.mp4"):
            host.drop(name, data)
        host.drop("d.zip", zip_bytes({"e.h264": data}))
        host.settle()
        rejected = host.folders.rejected

    for name in ("a.h264", "b.h264", "c.mp4"):
        text = (rejected / f"{name}.reason.txt").read_text()
        assert text.startswith(f"{name}: it has no key frame")
    assert names(host.folders.done) == ["d.zip"]
    (row,) = host.clips()
    assert row["reason"].startswith(f"{row['clip']}: it has no key frame")
