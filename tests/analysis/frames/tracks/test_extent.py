"""Containers say how much there was; what comes is held against it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any, Callable, Optional

import av
import numpy as np
import pytest

from analysis.frames.frames import FrameReader
from analysis.frames.tracks.extent import frames_expected
from analysis.frames.tracks.track import Track
from tests import containers
from tests.analysis.small_host import Host
from tests.video import squares

FRAMES = 60


def even(index: int) -> int:
    """Five frames a second, in milliseconds."""
    return 200 * index


def slowing(index: int) -> int:
    """A frame each 40 ms, then one each 400 ms."""
    return 40 * min(index, 30) + 400 * max(0, index - 30)


def write(path: Path, *, between: int = 0, shown: Callable[[int], int] = even) -> Path:
    """A clip whose index comes first, as cameras and phones send it.

    Args:
        between: so many B-frames in a row.
        shown: when a frame is, in milliseconds.
    """
    options = {"movflags": "faststart"} if path.suffix in (".mp4", ".mov") else {}
    with av.open(str(path), "w", options=options) as container:
        stream = container.add_stream("libx264", rate=Fraction(5))
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.options = {"crf": "10", "bf": str(between), "g": "5"}
        if shown is not even:
            stream.codec_context.time_base = Fraction(1, 1000)
        for index, bgr in enumerate(squares(20) * (FRAMES // 20)):
            picture = av.VideoFrame.from_ndarray(bgr, format="bgr24")
            if shown is not even:
                picture.pts, picture.time_base = shown(index), Fraction(1, 1000)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("between", [0, 3])
@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".avi"])
def test_a_container_that_broke_off_is_salvaged(
    tmp_path: Path, suffix: str, between: int
) -> None:
    """By its own count of frames; the row and its reason say how much is left."""
    data = write(tmp_path / f"whole{suffix}", between=between).read_bytes()
    with Host(tmp_path) as host:
        host.drop(f"dive_2026-05-01{suffix}", data[: len(data) * 7 // 10])
        host.settle()

    (row,) = host.clips()
    assert (row["status"], row["frames_expected"]) == ("salvaged", str(FRAMES))
    assert 0 < int(row["frames_decoded"]) < FRAMES
    short = f"{row['frames_decoded']} of 60 frames could be decoded"
    assert row["reason"].split("; ")[0] == short


@pytest.mark.parametrize("between", [0, 3])
@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".avi"])
def test_a_whole_container_is_analysed(
    tmp_path: Path, suffix: str, between: int
) -> None:
    """With frames that are shown in another order than they are stored in, too."""
    data = write(tmp_path / f"whole{suffix}", between=between).read_bytes()
    with Host(tmp_path) as host:
        host.drop(f"dive_2026-05-01{suffix}", data)
        host.settle()

    (row,) = host.clips()
    assert (row["status"], row["reason"]) == ("analysed", "")
    assert (row["frames_expected"], row["frames_decoded"]) == ("60", "60")


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
def test_a_rate_that_varies_is_no_loss(tmp_path: Path, suffix: str) -> None:
    """FFmpeg reckons with an even rate, and expects frames that never were."""
    clip = write(tmp_path / f"phone{suffix}", shown=slowing)
    with FrameReader(clip) as reader:
        decoded = len(list(reader))

        assert (decoded, reader.frames_expected) == (FRAMES, FRAMES)


def test_raw_footage_does_not_say_how_much_there_was(tmp_path: Path) -> None:
    """OpenCV would give a number, and a negative one."""
    with FrameReader(write(tmp_path / "clip.h264")) as reader:
        assert len(list(reader)) == FRAMES
        assert reader.frames_expected is None


def track(count: int, last_s: float, **more: Any) -> Track:
    """A track at one frame a second."""
    values: dict[str, Any] = {
        "index": 0,
        "codec": "h264",
        "size": (96, 64),
        "rate": 1.0,
        "created": "",
        "stated": None,
        "told": 0,
        "lasts_s": None,
        "delivered": count,
        "times_ms": np.linspace(0, 1000 * last_s, count),
        "delay": 0,
        "is_cut_out": False,
        "spoilt_ms": (),
        "errors": (),
        **more,
    }
    return Track(**values)


@pytest.mark.parametrize(
    ("lasts_s", "decoded", "last_s", "expected"),
    [
        (900, 900, 899, 900),
        (900, 881, 880, 900),
        (900, 882, 881, 882),  # 2 % are a guess's
        (20, 17, 16, 20),
        (20, 18, 17, 18),
        (900, 100, 899, 100),  # the rate varied
        (900, 100, 99, 900),
        (18, 20, 19, 20),
        (None, 20, 19, None),
    ],
)
def test_a_clip_is_short_by_its_frames_and_by_its_times(
    lasts_s: Optional[float], decoded: int, last_s: float, expected: Optional[int]
) -> None:
    """Where a header says only how long it lasts, both must be missing."""
    told = track(decoded, last_s, lasts_s=lasts_s)

    assert frames_expected(told, decoded) == expected


@pytest.mark.parametrize(
    ("stated", "codec", "decoded", "expected"),
    [
        (900, "h264", 900, 900),
        (900, "h264", 899, 900),
        (900, "mjpeg", 899, 900),
        (900, "h264", 901, 901),
        (900, "mpeg4", 899, 899),  # DivX has places without a picture
        (900, "mpeg4", 880, 900),
        (None, "h264", 899, 900),  # 900 lie in the file
    ],
)
def test_where_a_number_is_stated_one_less_is_too_few(
    stated: Optional[int], codec: str, decoded: int, expected: int
) -> None:
    """No share of it is forgiven."""
    told = track(900, 899, stated=stated, codec=codec)

    assert frames_expected(told, decoded) == expected


def test_a_matroska_that_was_cut_misses_what_it_says(tmp_path: Path) -> None:
    """Three of 240 frames, which are few, but its end is missing."""
    clip = containers.write(tmp_path / "a.mkv", repeat=4)
    data, last = clip.read_bytes(), containers.places(clip)[-3]
    clip.write_bytes(data[: last.at + 20])

    with FrameReader(clip) as reader:
        assert len(list(reader)) == 237
        assert reader.frames_expected == 240
