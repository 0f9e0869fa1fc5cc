"""Frames come in order, turned as asked, and stay valid as long as is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis import DecodeError
from analysis.frames.frames import Frame, FrameReader, read_image
from analysis.frames.halving import halvings
from analysis.values.seen import Rect
from tests import video

GREY = (slice(32, 48), slice(40, 56))
RED_AT = {0: (0, 0), 90: (0, 63), 180: (63, 95), 270: (95, 0)}


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Twenty frames, each a little brighter than the one before."""
    return video.write(tmp_path / "clip.h264", video.squares(20))


def brightness(frame: Frame) -> int:
    """The number that a frame's grey tells."""
    return round((float(frame.bgr()[GREY].mean()) - 40) / 8)


def test_every_frame_comes_once_and_in_order(clip: Path) -> None:
    """From the first to the last."""
    with FrameReader(clip) as reader:
        seen = [(frame.index, brightness(frame)) for frame in reader]

    assert seen == [(index, index) for index in range(20)]


@pytest.mark.parametrize("rotate", RED_AT)
def test_frames_are_turned_clockwise(clip: Path, rotate: int) -> None:
    """What was top left goes with them."""
    frame = next(iter(FrameReader(clip, rotate)))

    row, column = RED_AT[rotate]
    blue, _, red = (int(each) for each in frame.bgr()[row, column])
    assert red > 200 > 60 > blue
    assert frame.size == ((96, 64) if rotate in (0, 180) else (64, 96))


@pytest.mark.parametrize("rotate", RED_AT)
def test_frames_stay_valid_as_long_as_is_said(tmp_path: Path, rotate: int) -> None:
    """``ahead`` of them at a time."""
    # In memory that is used again too early, 17 frames never look the same by chance.
    clip = video.write(tmp_path / "long.h264", 6 * video.squares(17))
    frames: list[Frame] = []
    with FrameReader(clip, rotate) as reader:
        assert reader.ahead == 36
        for frame in reader:
            frames = [*frames, frame][-reader.ahead :]
            assert [brightness(each) for each in frames] == [
                each.index % 17 for each in frames
            ]


def test_frames_are_halved_in_any_order(clip: Path) -> None:
    """They share memory, and each gives its own picture whenever it is asked."""
    with FrameReader(clip) as reader:
        first, second, third = (frame for frame, _ in zip(reader, range(3)))

        for frame in (third, first, first, second, third):
            for times in (2, 1):
                middle = int(frame.halved(times)[6:8, 10:12].mean())
                assert round((middle - 40) / 8) == frame.index


@pytest.mark.parametrize("part", [(8, 16, 64, 32), (9, 5, 33, 21), (0, 0, 96, 64)])
@pytest.mark.parametrize("times", [0, 1, 2])
def test_a_part_is_halved_as_a_frame_of_its_own(
    clip: Path, part: Rect, times: int
) -> None:
    """Whatever else of the frame was halved before."""
    x, y, width, height = part
    for frame in FrameReader(clip):
        frame.halved(2)
        cut = Frame(0, frame.bgr()[y : y + height, x : x + width].copy())

        np.testing.assert_array_equal(frame.halved(times, part), cut.halved(times))
        np.testing.assert_array_equal(frame.grey(12, 8, part), cut.grey(12, 8))


def test_what_is_kept_stays(tmp_path: Path) -> None:
    """The reader does not write over it."""
    clip = video.write(tmp_path / "long.h264", 6 * video.squares(17))
    with FrameReader(clip) as reader:
        kept = [frame.keep() for frame in reader]
        assert len(kept) > reader.ahead

    assert [brightness(frame) for frame in kept] == 6 * list(range(17))


def test_large_frames_are_not_held_by_the_dozen(tmp_path: Path) -> None:
    """Memory is bounded, not the number."""
    black = np.zeros((1536, 2048, 3), np.uint8)
    large = video.write(tmp_path / "large.h264", [black])

    assert FrameReader(large).ahead == 7


@pytest.mark.parametrize(
    ("name", "rate"), [("clip.h264", None), ("clip.mp4", 5.0), ("clip.mkv", 5.0)]
)
def test_raw_footage_has_no_framerate(tmp_path: Path, name: str, rate: float) -> None:
    """OpenCV would say 25; a container knows."""
    path = video.write(tmp_path / name, video.squares(10), framerate=5)

    assert FrameReader(path).framerate == rate


@pytest.mark.parametrize("content", [b"", b"no video at all", b"\0\0\0\1g" + b"x" * 99])
def test_footage_without_a_frame_is_an_error(tmp_path: Path, content: bytes) -> None:
    """It names the file."""
    path = tmp_path / "broken.h264"
    path.write_bytes(content)

    with pytest.raises(DecodeError, match=r"broken\.h264"):
        list(FrameReader(path))


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """The same one."""
    with pytest.raises(DecodeError, match=r"none\.h264"):
        list(FrameReader(tmp_path / "none.h264"))


def test_footage_that_is_cut_off_gives_what_came_before(clip: Path) -> None:
    """A power cut costs the end only."""
    whole = clip.read_bytes()
    clip.write_bytes(whole[: len(whole) * 3 // 4])

    assert 5 < len(list(FrameReader(clip))) < 20


@pytest.mark.parametrize("size", [(720, 480), (97, 61), (90, 60), (40, 30)])
def test_grey_is_small_and_true(size: tuple[int, int]) -> None:
    """The mean of an area, whatever the frame's size."""
    width, height = size
    bgr = np.zeros((height, width, 3), np.uint8)
    bgr[:, width // 2 :] = 200

    grey = Frame(0, bgr).grey(90, 60)

    assert grey.shape == (60, 90)
    assert grey[:, :43].max() == 0
    assert grey[:, 47:].min() == 200


@pytest.mark.parametrize(
    ("size", "target", "times"),
    [
        ((480, 480), (224, 224), 1),
        ((720, 480), (90, 60), 3),
        ((480, 480), (240, 240), 1),
        ((100, 100), (224, 224), 0),
        ((1, 1), (1, 1), 0),
        ((400, 100), (100, 100), 0),
    ],
)
def test_sides_are_halved_while_they_suffice(
    size: tuple[int, int], target: tuple[int, int], times: int
) -> None:
    """Neither side falls below the target's."""
    assert halvings(size, target) == times


def test_an_odd_line_is_left_out(tmp_path: Path) -> None:
    """So that pixel x always covers 2x and 2x + 1."""
    bgr = np.zeros((5, 7, 3), np.uint8)
    bgr[4], bgr[:, 6] = 255, 255

    assert Frame(0, bgr).halved(1).shape == (2, 3, 3)
    assert Frame(0, bgr).halved(1).max() == 0


def test_a_picture_is_a_frame(tmp_path: Path) -> None:
    """And what is none is an error."""
    with pytest.raises(DecodeError, match=r"none\.png"):
        read_image(tmp_path / "none.png")
