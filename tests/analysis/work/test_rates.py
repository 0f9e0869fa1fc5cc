"""The rate of raw footage, as the tables and the journal tell it."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.commands.check import footage_lines
from tests import video
from tests.analysis.small_host import Host


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """Raw H.264 that states 30 frames a second."""
    return video.write(tmp_path / "a.h264", video.squares(6), 30)


def said(host: Host, clip: Path, data: bytes = b"") -> tuple[str, str]:
    """The rate of the one clip in the tables, and what says it."""
    with host:
        host.drop(clip.name, data or clip.read_bytes())
        host.settle()
        (row,) = host.clips()
    return row["framerate"], row["framerate_from"]


def test_the_streams_own_rate_is_used(tmp_path: Path, clip: Path) -> None:
    """Where neither a sidecar nor the config says another."""
    assert said(Host(tmp_path), clip) == ("30", "stream")


def test_a_rate_that_is_stated_nowhere_is_told_once(
    tmp_path: Path, clip: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One frame a second is assumed, as the original cameras filmed."""
    baseline = video.write(tmp_path / "b.h264", video.squares(6), 30, "baseline")
    silent = video.without_timing(baseline.read_bytes())

    assert said(Host(tmp_path), clip, silent) == ("1", "")
    assert "rate of clip=a.h264 is stated nowhere" in caplog.text


def test_a_config_that_the_stream_contradicts_is_named(
    tmp_path: Path, clip: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The config holds; journal and check name the clip, the key and both rates."""
    host = Host(tmp_path, assumed_framerate=1)
    assert said(host, clip) == ("1", "config")

    for text in (
        caplog.text,
        "\n".join(footage_lines(host.settings.analysis, clip)),
    ):
        assert "a.h264" in text
        assert "analysis.assumed_framerate is 1, its stream says 30" in text


def test_a_config_that_agrees_is_not_doubted(
    tmp_path: Path, clip: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Within 2 %: cameras are never exact."""
    assert said(Host(tmp_path, assumed_framerate=29.97), clip) == ("29.97", "config")
    assert "doubtful" not in caplog.text


def test_check_says_what_footage_is(tmp_path: Path, clip: Path) -> None:
    """Its format, its rate, and what says it."""
    settings = Host(tmp_path).settings.analysis
    film = video.write(tmp_path / "b.mp4", video.squares(6), 5)

    assert list(footage_lines(settings, clip))[1:] == [
        "  format      raw H.264",
        "  rate        30 frames a second (stream)",
    ]
    assert list(footage_lines(settings, film))[1:] == [
        "  format      MP4 or MOV",
        "  rate        5 frames a second (container)",
    ]


@pytest.mark.parametrize(("suffix", "stated"), [(".h264", "2e+04"), (".mp4", "2e+04")])
@pytest.mark.parametrize(("assumed", "used"), [(0, ("1", "")), (4, ("4", "config"))])
def test_a_rate_that_no_camera_has_is_named(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    suffix: str,
    stated: str,
    assumed: float,
    used: tuple[str, str],
) -> None:
    """With what is used instead; check says so, too."""
    fast = video.write(tmp_path / f"a{suffix}", video.squares(6), 20_000)
    host = Host(tmp_path, assumed_framerate=assumed)
    assert said(host, fast) == used

    assert (
        f"rate of clip=a{suffix} not believed: it states {stated} frames a second;"
        f" {used[0]} is used, by {used[1] or 'nothing'}"
    ) in caplog.text
    lines = "\n".join(footage_lines(host.settings.analysis, fast))
    assert f"states {stated} frames a second, as no camera films" in lines
