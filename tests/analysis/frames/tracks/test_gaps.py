"""A longer step between even pictures is a loss or a pause, as the parts tell."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.frames.frames import FrameReader
from analysis.frames.tracks.chain import Chain
from analysis.frames.tracks.gaps import (
    LOST,
    PAUSE,
    UNCLEAR,
    Gap,
    filmed_step,
    find_gaps,
    usual_step,
)
from tests import containers
from tests.analysis.small_host import Host

OTHERS = [".flv", ".asf", ".ts", ".m2ts"]


@pytest.mark.parametrize("suffix", [".mp4", *OTHERS])
def test_a_hole_that_only_times_show_is_told(tmp_path: Path, suffix: str) -> None:
    """The parts that were cut out had the frames from 25 to 39."""
    path = containers.write(tmp_path / f"a{suffix}", movflags=containers.FRAGMENTED)
    containers.without(path, 25, 40)

    with FrameReader(path) as reader:
        holes = [frame.index for frame in reader if frame.mark.after_hole]
        assert (reader.framerate, reader.frames_expected) == (5, 60)
        assert "the first before frame 2" in reader.damage
        times = reader.times_ms(5)
    assert holes in ([23], [25])  # FFmpeg's ASF leaves out the one that is torn
    assert times is not None
    assert times[-20:] == pytest.approx([8000 + 200 * n for n in range(20)])


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", *OTHERS])
def test_a_pause_of_the_camera_is_no_loss(tmp_path: Path, suffix: str) -> None:
    """It makes no footage, and nobody knows what swam by in it."""
    whole = containers.write(tmp_path / "a.mp4", between=2)
    path = tmp_path / f"b{suffix}"
    containers.paused(path, whole, 30, 60, movflags=containers.FRAGMENTED)

    with FrameReader(path) as reader:
        marks = [frame.mark for frame in reader]
        holes = [number for number, mark in enumerate(marks) if mark.after_hole]
        assert all(mark.is_trusted for mark in marks)
        assert (reader.damage, reader.framerate) == ("", 5)
        assert reader.frames_expected in (None, 60)
        times = reader.times_ms(5)
    assert times is not None
    assert holes == [29 if suffix == ".asf" else 30]  # ASF tells when it is decoded
    assert times[holes[0]] - times[holes[0] - 1] == pytest.approx(60200)


def test_a_pause_adds_no_effort(tmp_path: Path) -> None:
    """A minute without a picture between twelve seconds with pictures."""
    whole = containers.write(tmp_path / "a.mp4")
    path = containers.paused(tmp_path / "b.mkv", whole, 30, 60)
    with Host(tmp_path) as host:
        host.drop("dive_2026-05-01.mkv", path.read_bytes())
        host.settle()

    (row,) = host.clips()
    assert (row["status"], row["framerate"]) == ("analysed", "5")
    assert "2026-05-01,,,0.2,0.2,0.2" in host.tables()["effort"]


def test_where_nothing_tells_it_both_are_named(tmp_path: Path) -> None:
    """It was sent while it was filmed, and does not say how long it is."""
    whole, path = containers.write(tmp_path / "a.mp4"), tmp_path / "b.flv"
    containers.paused(path, whole, 30, 60, flvflags="no_duration_filesize")

    with FrameReader(path) as reader:
        list(reader)
        assert reader.damage == (
            "no picture for 60.2 s in all, the first time before frame 30: frames are"
            " missing, or the camera paused"
        )
        assert reader.frames_expected == 60


@pytest.mark.parametrize("suffix", [".mkv", ".ts", ".flv"])
def test_a_frame_that_a_camera_left_out_ends_nothing(
    tmp_path: Path, suffix: str
) -> None:
    """Cameras do so in the dark, and all that they wrote is there."""
    whole = containers.write(tmp_path / "a.mp4")
    path = containers.paused(tmp_path / f"b{suffix}", whole, 30, 0.2)

    with FrameReader(path) as reader:
        assert not any(frame.mark.after_hole for frame in reader)
        assert reader.damage == ""
        assert reader.framerate == pytest.approx(5, rel=0.02)


@pytest.mark.parametrize(
    ("steps", "usual"),
    [
        ([40.0] * 30 + [2000.0], 40),
        ([33.0, 33.0, 34.0] * 10 + [90.0], 100 / 3),
        ([33.0, 66.0] * 20, 0),
        ([40.0] * 20 + [80.0] * 2, 0),
        ([40.0, 40.0], 0),
    ],
)
def test_steps_are_even_or_not(steps: list[float], usual: float) -> None:
    """Milliseconds are rounded; a camera that films slower in the dark is uneven."""
    assert usual_step(np.cumsum([0.0, *steps])) == pytest.approx(usual)


def test_a_pause_between_uneven_pictures_is_one() -> None:
    """A webcam films as fast as its light allows, and then not for a minute."""
    steps = [33.0, 66.0, 47.0] * 20 + [60_000.0] + [33.0, 66.0, 47.0] * 20
    times = np.cumsum([0.0, *steps])

    (gap,) = find_gaps(times, (), Chain(is_complete=True), is_damaged=False)
    assert (gap.picture, gap.is_filmed) == (61, False)
    assert filmed_step(times, (gap,)) == pytest.approx(146 / 3)
    lapse = np.cumsum([0.0] + [10_000.0, 20_000.0] * 20)
    assert find_gaps(lapse, (), Chain(), is_damaged=False) == ()


@pytest.mark.parametrize(
    ("kind", "gap_ms", "step"),
    [
        (PAUSE, 200.0, 44.0),
        (UNCLEAR, 200.0, 44.0),
        (LOST, 200.0, 40.0),
        (PAUSE, 2000.0, 40.0),
    ],
)
def test_a_camera_that_films_slower_for_a_moment_films(
    kind: str, gap_ms: float, step: float
) -> None:
    """That is its effort, too; what was lost, and a pause, is not."""
    times = np.cumsum([0.0] + [40.0] * 39 + [gap_ms])
    gap = Gap(40, float(times[40]), gap_ms, 4, kind)

    assert filmed_step(times, (gap,)) == step


@pytest.mark.parametrize(
    ("chain", "is_damaged", "kind"),
    [
        (Chain(is_numbered=True, is_complete=True), False, PAUSE),
        (Chain(is_numbered=True, breaks=(295,)), False, LOST),
        (Chain(is_numbered=True, breaks=(295,), joints=(295,)), False, PAUSE),
        (Chain(is_numbered=True, breaks=(100,)), True, PAUSE),
        (Chain(is_complete=True), False, PAUSE),
        (Chain(is_complete=False), False, LOST),
        (Chain(), False, UNCLEAR),
        (Chain(), True, LOST),
    ],
)
def test_a_gap_is_what_the_parts_say(chain: Chain, is_damaged: bool, kind: str) -> None:
    """Picture 30 begins at byte 300, the one before at byte 290."""
    times = np.cumsum([0.0] + [40.0] * 29 + [2000.0] + [40.0] * 30)
    starts = tuple(10 * n for n in range(len(times)))

    (gap,) = find_gaps(times, starts, chain, is_damaged=is_damaged)
    assert (gap.picture, gap.kind, gap.missing) == (30, kind, 49)
