"""Containers say how much there was; what comes is held against it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Callable, Optional

import av
import pytest

from analysis.frames.extent import frames_expected
from analysis.frames.frames import FrameReader
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
    assert row["reason"] == f"{row['frames_decoded']} of 60 frames could be decoded"


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


@pytest.mark.parametrize(
    ("told", "decoded", "end_s", "expected"),
    [
        (900, 900, 899, 900),
        (900, 881, 880, 900),
        (900, 882, 881, 882),  # 2 % are a guess's
        (20, 17, 16, 20),
        (20, 18, 17, 18),
        (900, 100, 899, 100),  # the rate varied
        (900, 100, 99, 900),
        (18, 20, 19, 20),
        (0, 20, 19, None),
        (-2.3e17, 20, 19, None),
        (9.2e18, 20, 19, None),
        (float("nan"), 20, 19, None),
        (float("inf"), 20, 19, None),
    ],
)
def test_a_clip_is_short_by_its_frames_and_by_its_times(
    told: float, decoded: int, end_s: float, expected: Optional[int]
) -> None:
    """Only if both are missing is a clip short; here at one frame a second."""
    end_ms = 1000 * end_s

    assert frames_expected(told, 1.0, decoded=decoded, end_ms=end_ms) == expected
