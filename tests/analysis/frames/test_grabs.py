"""A frame that cannot be decoded costs itself, and not those after it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.frames.frames import FrameReader
from analysis.frames.grabs import Grabs
from tests import containers


class Stuck:
    """A decoder that gives three pictures, and then none for ever."""

    def __init__(self) -> None:
        self.asked = 0

    def grab(self) -> bool:
        """Three times yes."""
        self.asked += 1
        return self.asked <= 3

    def get(self, what: int) -> float:
        """Nothing is known."""
        return 0.0


@pytest.mark.parametrize("bad", [(20,), (20, 21, 22), (20, 40, 50)])
@pytest.mark.parametrize("suffix", [".avi", ".mp4", ".mov"])
def test_all_that_can_be_decoded_is(
    tmp_path: Path, suffix: str, bad: tuple[int, ...]
) -> None:
    """The frames of one bad packet or more are missing; H.264's next ones may be too.

    After a lost reference FFmpeg gives no picture for some of those that need it, until
    the next key frame, five frames on at most.
    """
    clip = containers.write(tmp_path / f"a{suffix}")
    for frame in bad:
        containers.zero(clip, frame)
    with FrameReader(clip) as reader:
        decoded = len(list(reader))

        if suffix == ".avi":
            assert decoded == containers.FRAMES - len(bad)
        assert containers.FRAMES - 5 * len(bad) <= decoded < containers.FRAMES
        assert reader.frames_expected == containers.FRAMES


def test_a_decoder_that_is_stuck_is_given_up() -> None:
    """After all that the footage promised, and some more."""
    stuck = Stuck()

    assert len(list(Grabs(stuck, 100, lambda: None))) == 3
    assert 100 < stuck.asked < 200


@pytest.mark.parametrize("suffix", [".avi", ".mp4", ".mkv"])
def test_frames_after_lost_ones_know_it(tmp_path: Path, suffix: str) -> None:
    """The first of them says that frames are missing, and its time is its own."""
    clip = containers.zero(containers.write(tmp_path / f"a{suffix}"), 20, 5)
    with FrameReader(clip) as reader:
        holes = [frame.index for frame in reader if frame.mark.after_hole]
        times = reader.times_ms(1)

        assert holes == [20]
        assert times is not None
        assert list(times[18:22]) == pytest.approx([3600, 3800, 5000, 5200], abs=1)
