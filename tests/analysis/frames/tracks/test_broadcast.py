"""The numbers of a transport stream's packets tell what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.frames.footageformat import require_format
from analysis.frames.frames import FrameReader
from analysis.frames.tracks.broadcast import read_broadcast
from analysis.frames.tracks.reading import read_track
from tests import containers, video


def joined(path: Path, shift: float) -> Path:
    """Two recordings, one behind the other; the second begins later by its times."""
    one = containers.write(path.with_name(f"one{path.suffix}"))
    two = containers.shifted(path.with_name(f"two{path.suffix}"), one, shift)
    path.write_bytes(one.read_bytes() + two.read_bytes())
    return path


@pytest.mark.parametrize("suffix", [".ts", ".m2ts"])
@pytest.mark.parametrize("shift", [11.4, 12.0, 58.0])
def test_recordings_that_were_joined_are_whole(
    tmp_path: Path, suffix: str, shift: float
) -> None:
    """Their times go on, forward or a little back; each begins the numbers anew."""
    with FrameReader(joined(tmp_path / f"a{suffix}", shift)) as reader:
        marks = [frame.mark for frame in reader]

        assert [n for n, mark in enumerate(marks) if not mark.is_trusted] in ([], [60])
        assert (len(marks), reader.frames_expected, reader.damage) == (120, None, "")
        assert reader.framerate == 5


@pytest.mark.parametrize(
    ("at", "lost"), [(13160, 1), (13160, 16), (13160, 100), (13193, 1), (13193, 100)]
)
def test_packets_that_are_missing_break_the_chain(
    tmp_path: Path, at: int, lost: int
) -> None:
    """Also where sixteen of one programme are, by the others' numbers."""
    path = containers.write(tmp_path / "a.ts", sound_s=12)
    data = path.read_bytes()
    assert read_broadcast(path).is_complete
    path.write_bytes(data[:at] + data[at + lost * 188 :])

    chain = read_broadcast(path)
    assert chain.is_complete is False
    assert at <= chain.breaks[0] < at + 188 * 30


@pytest.mark.parametrize("size", [0, 187, 5000])
def test_other_bytes_between_packets_break_it(tmp_path: Path, size: int) -> None:
    """What follows them is found again."""
    path = containers.write(tmp_path / "a.ts")
    data = path.read_bytes()
    path.write_bytes(data[:18800] + b"\xff" * size + data[18800:])

    chain = read_broadcast(path)
    assert chain.breaks == ((18800 + size,) if size else ())


@pytest.mark.parametrize("name", ["a.hevc", "a.h264", "a.m2v"])
def test_zeros_within_a_picture_are_damage(tmp_path: Path, name: str) -> None:
    """Its packets are all there, and no encoder writes so many in a row."""
    frames = containers.noise(12)
    if name == "a.h264":
        raw = video.write(tmp_path / name, frames)
    else:
        raw = video.write_as(tmp_path / name, frames * 2)
    path = video.remux(raw, tmp_path / "a.ts")
    data, place = bytearray(path.read_bytes()), containers.places(path)[1]
    data[place.at + 188 + 40 : place.at + 188 + 110] = bytes(70)
    path.write_bytes(data)

    with FrameReader(path) as reader:
        trusted = [frame.mark.is_trusted for frame in reader]
        assert not all(trusted)
        assert reader.track
        assert reader.track.spoilt_ms
        assert reader.damage


@pytest.mark.parametrize("size", [188, 192, 204])
def test_what_lies_behind_the_last_packet_is_no_trouble(
    tmp_path: Path, size: int
) -> None:
    """It looks like packets that carry nothing."""
    whole = containers.write(tmp_path / "a.ts").read_bytes()
    parts = (whole[at : at + 188] for at in range(0, 188 * 60, 188))
    path = tmp_path / "b.ts"
    path.write_bytes(b"".join(part + bytes(size - 188) for part in parts) + b"\1")
    assert read_broadcast(path).breaks == ()

    empty = (b"G\x1f\xff\x10" + bytes(size - 4)) * 8
    path.write_bytes(path.read_bytes() + b"\xff" * 50 + empty)
    assert len(read_broadcast(path).breaks) == 1


@pytest.mark.timeout(20)
def test_a_megabyte_of_zeros_takes_no_time(tmp_path: Path) -> None:
    """At the end of a picture they are no damage, where an encoder may fill it up."""
    raw = video.write_as(tmp_path / "a.m2v", containers.noise(12))
    raw.write_bytes(raw.read_bytes() + bytes(1 << 20))

    track = read_track(raw, require_format(raw))
    assert track
    assert track.spoilt_ms == ()
