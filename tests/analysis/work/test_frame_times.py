"""Times of frames that came beside a raw clip: used, or told and not used."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.results import Results
from tests import video
from tests.analysis.again.again_host import Again
from tests.analysis.small_host import Host, names
from tests.footage import sidecar_of, zip_bytes

MS = (0, 100, 200, 400, 500, 800)  # 6.25 frames a second


def pts(times: tuple[int, ...] = MS) -> bytes:
    """What ``rpicam-vid --save-pts`` writes."""
    return "\n".join(("# timecode format v2", *map(str, times), "")).encode()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Raw H.264 of six frames that states 30 frames a second."""
    path = tmp_path_factory.mktemp("clip") / "a.h264"
    return video.write(path, video.squares(6), 30).read_bytes()


def rate(host: Host) -> tuple[str, str]:
    """The rate of the one clip in the tables, and what says it."""
    (row,) = host.clips()
    return row["framerate"], row["framerate_from"]


def times(host: Host) -> list[float]:
    """When each frame of the one clip was filmed, by its newest run."""
    with reading(host.folders.results / FILE_NAME) as db:
        (found,) = Results(db).clips
        return [1000 * found.seconds_to(frame) for frame in range(6)]


@pytest.mark.parametrize("way", ["inbox", "folder", "zip"])
@pytest.mark.parametrize(
    "name",
    [
        *("a.pts", "a.h264.pts", "a.PTS", "a.txt", "a.h264.txt", "a.timecodes"),
        *("timestamps.txt", "timestamp.txt", "pts.txt"),
    ],
)
def test_they_are_used_before_config_and_stream(
    tmp_path: Path, clip: bytes, name: str, way: str
) -> None:
    """Bare, in a folder or a zip; named as the clip, or alone beside it."""
    with Host(tmp_path, assumed_framerate=1) as host:
        if way == "zip":
            host.drop("a.zip", zip_bytes({"r/a.h264": clip, f"r/{name}": pts()}))
        else:
            folder = "r/" if way == "folder" else ""
            host.drop(folder + name, pts())
            host.drop(folder + "a.h264", clip)
        host.settle()

        assert rate(host) == ("6.25", "times")
        assert times(host) == pytest.approx(MS)


def test_they_travel_with_a_bare_clip(tmp_path: Path, clip: bytes) -> None:
    """A second pair of these names is another pair."""
    with Host(tmp_path) as host:
        for data in (clip, clip + clip):
            host.drop("a.h264", data)
            host.drop("a.pts", pts())
            host.settle()

    assert names(host.folders.done) == ["a-2.h264", "a-2.pts", "a.h264", "a.pts"]


def test_a_restart_keeps_them_together(tmp_path: Path, clip: bytes) -> None:
    """They were claimed with their clip, and the clip was not begun."""
    with Host(tmp_path) as host:
        host.drop("a.h264", clip)
        host.drop("a.pts", pts())
        for _ in range(12):
            host.clock.advance(1)
            host.lookout.look(host.clock.monotonic())
        assert names(host.folders.taken) == ["a.h264", "a.pts"]
    with host:
        host.settle()

        assert rate(host) == ("6.25", "times")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (pts(MS[:5]), "it has 5 times, and the clip 6"),
        (pts((*MS, 900)), "it has 7 times, and the clip 6"),
        (pts((0, 100, 50, 400, 500, 800)), "its frame 2 is not later"),
        (b"", "it has 0 times"),
    ],
)
@pytest.mark.parametrize("way", ["bare", "zip"])
def test_those_that_do_not_fit_are_told_and_not_used(
    tmp_path: Path,
    clip: bytes,
    caplog: pytest.LogCaptureFixture,
    data: bytes,
    why: str,
    way: str,
) -> None:
    """The stream's rate holds."""
    with Host(tmp_path) as host:
        if way == "zip":
            host.drop("a.zip", zip_bytes({"a.h264": clip, "a.pts": data}))
        else:
            host.drop("a.h264", clip)
            host.drop("a.pts", data)
        host.settle()

        assert rate(host) == ("30", "stream")
    assert f"times of frames beside clip=a.h264 not used: {why}" in caplog.text


def test_a_sidecar_is_believed_first(tmp_path: Path, clip: bytes) -> None:
    """It comes from the camera that filmed."""
    sidecar = sidecar_of(clip, "a.h264")
    with Host(tmp_path) as host:
        files = {"a.h264.json": sidecar.to_json().encode(), "a.pts": pts()}
        host.drop("a.zip", zip_bytes({"a.h264": clip, **files}))
        host.settle()

        assert rate(host) == (f"{sidecar.rate:g}", "sidecar")


def test_those_that_come_late_are_used_when_it_is_looked_at_again(
    tmp_path: Path, clip: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """They are told, and wait beside their clip."""
    caplog.set_level("INFO")
    with Host(tmp_path) as host:
        host.drop("a.h264", clip)
        host.settle()
        host.drop("a.pts", pts())
        host.settle()
        assert rate(host) == ("30", "stream")
    assert "times of frames came after clip=a.h264, as a.pts" in caplog.text
    again = Again(host).with_threshold(0.9)
    again.look()

    assert rate(host) == ("6.25", "times")


@pytest.mark.parametrize("zipped", [True, False])
def test_what_may_be_of_two_clips_is_of_none(
    tmp_path: Path, clip: bytes, caplog: pytest.LogCaptureFixture, zipped: bool
) -> None:
    """It is told as what a recorder added; so is a text that lists no times."""
    files = {"a.h264": clip, "b.h264": clip + clip, "timestamps.txt": pts()}
    files["a.txt"] = b"sunny\n"
    with caplog.at_level("INFO"), Host(tmp_path) as host:
        dropped = {"a.zip": zip_bytes(files)} if zipped else files
        for name, data in dropped.items():
            host.drop(name, data)
        host.settle()

        assert {row["framerate_from"] for row in host.clips()} == {"stream"}
    assert "2 by-products (.txt): a.txt, timestamps.txt" in caplog.text


@pytest.mark.parametrize(
    "name", ["a.pts", "a.h264.PTS", "a.THM", "today.gpx", "timestamps.txt"]
)
def test_what_came_before_its_clip_waits_for_it(
    tmp_path: Path, clip: bytes, name: str
) -> None:
    """It is not rejected, and its clip takes it along; one by one nothing is told."""
    with Host(tmp_path) as host:
        host.drop(name, pts())
        host.settle()
        assert [str(each.path) for each in host.lookout.waiting] == [name]
        host.drop("a.h264", clip)
        host.settle()

        moved = name.replace("timestamps.txt", "a.timestamps.txt")
        assert names(host.folders.done) == sorted(("a.h264", moved))
        assert (names(host.folders.rejected), host.lookout.waiting) == ([], ())


def test_the_times_of_another_clip_wait_beside_it(tmp_path: Path, clip: bytes) -> None:
    """Their own clip comes later, and has them."""
    with Host(tmp_path) as host:
        host.drop("b.h264", clip + clip)
        host.drop("a.pts", pts())
        host.settle()
        assert names(host.folders.inbox) == ["a.pts"]
        host.drop("a.h264", clip)
        host.settle()

        assert [row["framerate_from"] for row in host.clips()] == ["times", "stream"]
