"""A raw stream shows by itself that pictures are missing from it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Callable

import pytest

from analysis.frames.frames import FrameReader
from analysis.frames.rawstream import RawStream, read_stream
from tests import containers, video
from tests.analysis.small_host import Host
from weir.h264 import access_units

Units = list[bytes]


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Units:
    """The pictures of a stream of sixty, each fifth a key picture."""
    path = containers.write(tmp_path_factory.mktemp("raw") / "a.h264")
    return list(access_units(BytesIO(path.read_bytes())))


def found(folder: Path, units: Units) -> RawStream:
    """Write a stream, and look through it."""
    path = folder / "clip1_2026-05-01.h264"
    path.write_bytes(b"".join(units))
    return read_stream(path)


@pytest.mark.parametrize("between", [0, 2])
def test_a_whole_stream_shows_no_damage(tmp_path: Path, between: int) -> None:
    """With pictures that no other needs, too."""
    whole = containers.write(tmp_path / "a.h264", between=between)

    stream = read_stream(whole)
    assert (stream.begun, stream.expected, stream.damage) == (60, 60, "")


@pytest.mark.parametrize("padding", [1, 100, 4000])
def test_a_few_zeros_between_units_are_an_encoders(
    tmp_path: Path, units: Units, padding: int
) -> None:
    """It may fill up what it writes."""
    filled = [bytes(padding) + unit for unit in units]

    assert found(tmp_path, filled).damage == ""


def _without(units: Units) -> Units:
    return units[:21] + units[23:]


def _zeroed(units: Units) -> Units:
    return [*units[:21], bytes(sum(map(len, units[21:23]))), *units[23:]]


def _in_a_picture(units: Units) -> Units:
    half = len(units[20]) // 2
    return [*units[:20], units[20][:half] + bytes(half), bytes(99), *units[23:]]


def _twice(units: Units) -> Units:
    return units[:23] + units[21:]


@pytest.mark.parametrize("damage", [_without, _zeroed, _in_a_picture, _twice])
def test_a_number_out_of_order_is_a_hole(
    tmp_path: Path, units: Units, damage: Callable[[Units], Units]
) -> None:
    """Its place is known, and the frame after it knows of it."""
    stream = found(tmp_path, damage(units))

    assert [hole.frame for hole in stream.holes][:1] == [23 if damage is _twice else 21]
    assert "frames are missing" in stream.damage


def test_zeros_tell_how_many_pictures_they_cost(tmp_path: Path, units: Units) -> None:
    """Where fewer are missing than there are numbers, so that times stay right."""
    stream = found(tmp_path, _zeroed(units))
    with FrameReader(tmp_path / "clip1_2026-05-01.h264") as reader:
        marks = [frame.mark for frame in reader]
        times = reader.times_ms(5)

        assert (len(marks), stream.expected, reader.frames_expected) == (58, 60, 60)
        assert [index for index, mark in enumerate(marks) if mark.after_hole] == [21]
        assert times is not None
        assert list(times[19:23]) == [3800, 4000, 4600, 4800]


def test_pictures_are_smeared_until_the_next_key_picture(
    tmp_path: Path, units: Units
) -> None:
    """None after it, and none before the damage."""
    found(tmp_path, _without(units))
    with FrameReader(tmp_path / "clip1_2026-05-01.h264") as reader:
        smeared = [frame.index for frame in reader if not frame.mark.is_trusted]

    assert smeared == [21, 22]


def _headless(units: Units) -> Units:
    return units[1:]


def _zero_filled(units: Units) -> Units:
    return [*units[:50], bytes(sum(map(len, units[50:])))]


def _cut_within(units: Units) -> Units:
    return [*units[:50], units[50][: len(units[50]) // 2]]


@pytest.mark.parametrize(
    "damage",
    [_without, _zeroed, _in_a_picture, _twice, _headless, _zero_filled, _cut_within],
)
def test_damage_of_a_stream_is_never_called_whole(
    tmp_path: Path, units: Units, damage: Callable[[Units], Units]
) -> None:
    """The clip is salvaged, and its reason says what was noticed."""
    with Host(tmp_path) as host:
        host.drop("clip1_2026-05-01.h264", b"".join(damage(units)))
        host.settle()

    (row,) = host.clips()
    assert row["status"] == "salvaged"
    assert row["reason"]


@pytest.mark.parametrize("suffix", [".hevc", ".mjpeg", ".m2v"])
def test_zeros_at_the_end_of_any_stream_are_damage(tmp_path: Path, suffix: str) -> None:
    """Room that was kept for a copy, and in which nothing was written."""
    clip = video.write_as(tmp_path / f"a{suffix}", containers.noise(12))
    with FrameReader(clip) as whole:
        assert (len(list(whole)), whole.damage) == (12, "")
    clip.write_bytes(clip.read_bytes() + bytes(4000))

    with FrameReader(clip) as reader:
        assert len(list(reader)) == 12
        assert "zeros that no camera wrote" in reader.damage


def test_zeros_within_an_hevc_stream_smear_it(tmp_path: Path) -> None:
    """The decoder does not notice; no encoder writes three in a row."""
    clip = video.write_as(tmp_path / "a.hevc", containers.noise(12))
    data = bytearray(clip.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 64] = bytes(64)
    clip.write_bytes(data)

    with FrameReader(clip) as reader:
        assert not all(frame.mark.is_trusted for frame in reader)
        assert "zeros that no camera wrote" in reader.damage
