"""Pictures stand as a player shows them; ``rotate`` turns them from there."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from av.bitstream import BitStreamFilterContext

from analysis.frames.frames import FrameReader
from analysis.frames.halving import Image
from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.results import Results
from tests import boxes, video
from tests.analysis.small_host import Host

BLUE, RED = 0, 2
CORNERS = {0: (0, 0), 90: (0, -1), 180: (-1, -1), 270: (-1, 0)}
"""Where the red square of the top left comes to lie: row and column."""


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
@pytest.mark.parametrize("flag", [90, 180, 270])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_the_containers_turn_comes_first(
    tmp_path: Path, suffix: str, flag: int, rotate: int
) -> None:
    """Size and picture follow both."""
    path = video.write(tmp_path / f"a{suffix}", video.squares(3), framerate=5)
    frames = [f.keep() for f in FrameReader(boxes.turned(path, flag), rotate)]

    turn = (flag + rotate) % 360
    row, column = CORNERS[turn]
    for frame in frames:
        blue, _, red = (int(each) for each in frame.bgr()[row, column])
        assert red > 200 > 60 > blue
        assert frame.size == ((96, 64) if turn in (0, 180) else (64, 96))
    assert len(frames) == 3


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize(
    ("mirrored", "corner"),
    [
        ("level", (0, -1)),
        ("upright", (-1, 0)),
        ("level and turned", (0, 0)),
        ("upright and turned", (-1, -1)),
    ],
)
def test_a_mirrored_picture_stands_as_players_show_it(
    tmp_path: Path, suffix: str, rotate: int, mirrored: str, corner: tuple[int, int]
) -> None:
    """``rotate`` turns it from there: the square's corner, and the other one's too."""
    path = video.write(tmp_path / f"a{suffix}", two_squares(), framerate=5)
    boxes.shown_by(path, boxes.MIRRORED[mirrored])
    (frame,) = FrameReader(path, rotate)

    picture = np.rot90(frame.bgr(), rotate // 90)
    for (row, column), colour in ((corner, RED), (blue_corner(mirrored), BLUE)):
        assert picture[row, column].argmax() == colour
    assert frame.size == (
        (96, 64) if ("turned" in mirrored) == (rotate in (90, 270)) else (64, 96)
    )


@pytest.mark.parametrize("suffix", [".h264", ".mp4"])
@pytest.mark.parametrize(
    ("said", "corner"),
    [("rotate=90", (-1, 0)), ("rotate=180", (-1, -1)), ("flip=horizontal", (0, -1))],
)
def test_what_the_stream_says_is_obeyed(
    tmp_path: Path, suffix: str, said: str, corner: tuple[int, int]
) -> None:
    """Where the container says nothing; it turns counterclockwise."""
    whole = video.write(tmp_path / "whole.ts", video.squares(1), framerate=5)
    path = tmp_path / f"a{suffix}"
    with av.open(str(whole)) as source, av.open(str(path), "w") as target:
        stream = source.streams.video[0]
        said = f"h264_metadata=display_orientation=insert:{said}"
        saying = BitStreamFilterContext(said, stream)
        copy = target.add_stream_from_template(stream)
        for packet in source.demux(stream):
            for each in saying.filter(packet if packet.size else None):
                each.stream = copy
                target.mux(each)

    (frame,) = FrameReader(path)
    assert frame.bgr()[corner].argmax() == RED


def two_squares() -> list[Image]:
    """A frame with a red square in the top left, and a blue one in the top right."""
    (frame,) = video.squares(1)
    frame[:16, -16:] = (255, 0, 0)
    return [frame]


def blue_corner(mirrored: str) -> tuple[int, int]:
    """Where the top right comes to lie."""
    corners = {"level": (0, 0), "upright": (-1, -1), "level and turned": (-1, 0)}
    return corners.get(mirrored, (0, -1))


def test_a_turn_that_is_no_quarter_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It is looked at as it was filmed."""
    path = video.write(tmp_path / "a.mp4", video.squares(3), framerate=5)
    boxes.shown_by(path, (46341, 46341, -46341, 46341))
    with Host(tmp_path) as host:
        host.drop("phone.mp4", path.read_bytes())
        host.settle()

    (row,) = host.clips()
    assert row["status"] == "analysed"
    assert "clip=phone.mp4 says that it is turned by 45 degrees" in caplog.text


@pytest.mark.parametrize("flag", [90, 180])
def test_the_record_has_the_size_that_is_shown(tmp_path: Path, flag: int) -> None:
    """Boxes are parts of that."""
    path = video.write(tmp_path / "a.mp4", video.squares(3), framerate=5)
    data = boxes.turned(path, flag).read_bytes()
    with Host(tmp_path) as host:
        host.drop("phone.mp4", data)
        host.settle()
    with reading(host.folders.results / FILE_NAME) as db:
        (clip,) = Results(db).clips

    assert (clip.width, clip.height) == ((96, 64) if flag == 180 else (64, 96))
