"""Pictures stand as a player shows them; ``rotate`` turns them from there."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.frames.frames import FrameReader
from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.results import Results
from tests import boxes, video
from tests.analysis.small_host import Host

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
