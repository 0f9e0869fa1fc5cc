"""A container says what a player would show of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from analysis.frames.footageformat import FORMATS, FootageFormat, require_format
from analysis.frames.frames import FrameReader
from analysis.frames.tracks.reading import read_track
from analysis.frames.tracks.track import Track
from tests import containers, playlists, video
from tests.analysis.small_host import Host
from tests.openings import Openings


def track_of(path: Path) -> Track:
    """Read the track of a container that has one."""
    track = read_track(path, require_format(path))
    assert track is not None
    return track


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
@pytest.mark.parametrize("between", [0, 2])
def test_frames_that_are_cut_away_are_not_expected(
    tmp_path: Path, suffix: str, between: int
) -> None:
    """An edit list hides them, as a cut without encoding makes it."""
    whole = containers.write(tmp_path / "whole.mp4", between=between)
    cut = containers.shifted(tmp_path / f"cut{suffix}", whole, -6.4)

    with FrameReader(cut) as reader:
        decoded = len(list(reader))

        assert decoded == reader.frames_expected == track_of(cut).stated == 28
        assert reader.damage == ""


@pytest.mark.parametrize("tag", [b"DURATION", b"duratioN"])
@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".avi"])
def test_long_sound_makes_no_frames(tmp_path: Path, suffix: str, tag: bytes) -> None:
    """It is five times as long as the pictures, whose own length may not be told."""
    with Host(tmp_path) as host:
        clip = containers.write(tmp_path / f"a{suffix}", sound_s=60)
        data = clip.read_bytes().replace(b"DURATION", tag)
        host.drop(f"dive_2026-05-01{suffix}", data)
        host.settle()

    (row,) = host.clips()
    assert (row["status"], row["reason"]) == ("analysed", "")
    assert (row["frames_decoded"], row["framerate"]) == ("60", "5")
    assert row["frames_expected"] in ("60", "")


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov"])
@pytest.mark.parametrize("seconds", [7.4, 3600.0])
def test_times_of_a_recorder_count_from_the_first_frame(
    tmp_path: Path, suffix: str, seconds: float
) -> None:
    """Segments keep the times of the whole recording, which adds no footage."""
    whole = containers.write(tmp_path / f"whole{suffix}")
    later = containers.shifted(tmp_path / f"later{suffix}", whole, seconds)
    with Host(tmp_path / "host") as host:
        host.drop(f"dive_2026-05-01{suffix}", later.read_bytes())
        host.settle()

    (row,) = host.clips()
    assert (row["status"], row["frames_expected"]) == ("analysed", "60")
    assert "2026-05-01,,,0.2,0.2,0.2" in host.tables()["effort"]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
def test_a_missing_frame_is_missed(tmp_path: Path, suffix: str) -> None:
    """One less than the container states is too few."""
    whole = containers.write(tmp_path / f"a{suffix}", movflags="faststart")
    last = containers.places(whole)[-1]
    whole.write_bytes(whole.read_bytes()[: last.at + 20])
    with Host(tmp_path) as host:
        host.drop(f"dive_2026-05-01{suffix}", whole.read_bytes())
        host.settle()

    (row,) = host.clips()
    assert row["status"] == "salvaged"
    assert row["frames_decoded"] == "59"


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
def test_zeros_within_a_frame_are_damage(tmp_path: Path, suffix: str) -> None:
    """Even if they decode to something."""
    clip = containers.write(tmp_path / f"a{suffix}")
    data, place = bytearray(clip.read_bytes()), containers.places(clip)[22]
    data[place.at + place.size - 70 : place.at + place.size - 10] = bytes(60)
    clip.write_bytes(data)

    assert track_of(clip).spoilt_ms == pytest.approx((4400,), abs=1)
    with FrameReader(clip) as reader:
        smeared = [frame.index for frame in reader if not frame.mark.is_trusted]
        assert smeared == ([22] if suffix == ".avi" else [22, 23, 24])
        assert reader.damage


@pytest.mark.parametrize("suffix", [".mkv", ".ts", ".mp4"])
def test_pictures_that_need_what_was_cut_away_are_not_expected(
    tmp_path: Path, suffix: str
) -> None:
    """No player shows them, and what the decoder says of them is no damage."""
    whole = containers.write(tmp_path / "whole.ts", between=2, is_open=True)
    cut = containers.cut_at_key(tmp_path / f"cut{suffix}", whole)

    with FrameReader(cut) as reader:
        decoded = len(list(reader))

        assert track_of(cut).is_cut_out
        assert track_of(cut).delivered == decoded
        assert reader.frames_expected in (None, decoded)
        assert reader.damage == ""


def test_the_track_says_when_and_how_fast(tmp_path: Path) -> None:
    """And when the container was made."""
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        container.metadata["creation_time"] = "2026-05-01T07:00:00.000000Z"
        stream = container.add_stream("libx264", rate=4)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        for bgr in video.squares(8):
            picture = av.VideoFrame.from_ndarray(bgr, format="bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))

    track = track_of(path)
    assert (track.codec, track.size, track.rate) == ("h264", (96, 64), 4)
    assert track.created == "2026-05-01T07:00:00.000000Z"
    assert list(track.times_ms) == [250 * index for index in range(8)]


@pytest.fixture
def openings(tmp_path: Path) -> Iterator[Openings]:
    """Who opens footage that nobody is to see."""
    (tmp_path / "private").mkdir()
    victim = video.write(tmp_path / "private" / "victim.h264", video.squares(4))
    watch = Openings(victim)
    yield watch
    watch.close()


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.demuxer)
def test_no_text_leads_the_demuxer_astray(
    tmp_path: Path, openings: Openings, kind: FootageFormat
) -> None:
    """PyAV reads one file with one demuxer, as OpenCV does."""
    victim = tmp_path / "private" / "victim.h264"
    for name, data in (*playlists.texts(victim), *playlists.disguised(victim)):
        path = tmp_path / "private" / name
        path.write_bytes(data)
        openings.count()
        read_track(path, kind)

        assert openings.count() == 0


def test_no_container_refers_the_demuxer_to_another_file(
    tmp_path: Path, openings: Openings
) -> None:
    """Neither a MOV's reference nor any other is followed."""
    victim = tmp_path / "private" / "victim.h264"
    for name, data in playlists.referring(tmp_path, victim):
        path = tmp_path / "private" / name
        path.write_bytes(data)
        openings.count()
        read_track(path, require_format(path))

        assert openings.count() == 0, name


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv"])
@pytest.mark.parametrize("rate", [240, 1000])
def test_a_fast_camera_keeps_its_rate(tmp_path: Path, suffix: str, rate: int) -> None:
    """A thousand frames a second are plausible."""
    path = video.write(tmp_path / f"a{suffix}", video.squares(20), framerate=rate)

    assert FrameReader(path).framerate == rate


def test_an_avi_of_a_fast_camera_keeps_its_rate(tmp_path: Path) -> None:
    """Each of its pictures is a photograph."""
    path = tmp_path / "a.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mjpeg", rate=1000)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuvj420p"
        for bgr in video.squares(20):
            picture = av.VideoFrame.from_ndarray(bgr, format="bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))

    assert FrameReader(path).framerate == 1000


@pytest.mark.parametrize("suffix", [".ts", ".mpg", ".m2ts"])
@pytest.mark.parametrize("seconds", [0.0, 50.0])
def test_files_that_were_joined_are_one_after_the_other(
    tmp_path: Path, suffix: str, seconds: float
) -> None:
    """Each begins with its own times; ``cat`` makes one recording of them."""
    one = containers.write(tmp_path / f"a{suffix}", between=2)
    late = containers.shifted(tmp_path / f"b{suffix}", one, seconds)
    joined = tmp_path / f"c{suffix}"
    joined.write_bytes(late.read_bytes() + one.read_bytes())

    track = track_of(joined)
    assert track.delivered == 120
    assert track.rate == pytest.approx(5, rel=0.01)
    assert not track.is_damaged


def test_an_flv_says_how_long_it_lasts(tmp_path: Path) -> None:
    """Its frames end where something else was written over them."""
    whole = containers.write(tmp_path / "a.flv")
    data, place = bytearray(whole.read_bytes()), containers.places(whole)[30]
    data[place.at : place.at + 5000] = b"\xff" * 5000
    whole.write_bytes(data)

    with FrameReader(whole) as reader:
        assert len(list(reader)) < 40
        assert reader.frames_expected == 60


def test_an_avi_that_was_not_written_to_its_end_is_short(tmp_path: Path) -> None:
    """Room was kept for all of it; its header tells how much there should be."""
    whole = containers.write(tmp_path / "a.avi")
    data, place = whole.read_bytes(), containers.places(whole)[30]
    whole.write_bytes(data[: place.at] + bytes(len(data) - place.at))

    with FrameReader(whole) as reader:
        assert len(list(reader)) in (30, 31)
        assert reader.frames_expected == 60


@pytest.mark.parametrize("frame", [1, 30])
def test_a_frame_that_an_avis_index_lists_is_expected(
    tmp_path: Path, frame: int
) -> None:
    """Without the name of its place it is passed over, and no error told."""
    path = containers.write(tmp_path / "a.avi")
    at = containers.places(path)[frame].at
    data = path.read_bytes()
    path.write_bytes(data[: at - 8] + bytes(8) + data[at:])

    with FrameReader(path) as reader:
        assert len(list(reader)) == containers.FRAMES - 1
        assert reader.frames_expected == containers.FRAMES


def test_the_same_error_is_told_of_each_clip(tmp_path: Path) -> None:
    """FFmpeg's log would tell it once, however many clips have it."""
    path = containers.write(tmp_path / "a.mkv")
    path.write_bytes(path.read_bytes()[:-5000])

    first = track_of(path).errors
    assert first
    assert track_of(path).errors == first


def test_an_avi_with_frames_written_over_misses_all_of_them(tmp_path: Path) -> None:
    """Its index is lost with them, and only the header still tells how many."""
    whole = containers.write(tmp_path / "a.avi")
    data, first = bytearray(whole.read_bytes()), containers.places(whole)[20].at
    data[first + 100 :] = b"\xff" * (len(data) - first - 100)
    whole.write_bytes(data)

    with FrameReader(whole) as reader:
        assert len(list(reader)) < 42
        assert reader.frames_expected == 60
