"""The rate of a raw stream, as its headers state it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Optional

import av
import pytest

from analysis.frames.footageformat import require_format
from analysis.frames.tracks.rates import stream_rate, track_rate
from tests import video


def raw(path: Path, codec: str, muxer: str, rate: Fraction, **options: str) -> Path:
    """Write a bare stream."""
    with av.open(str(path), "w", format=muxer) as container:
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuv420p"
        stream.options = options
        for bgr in video.squares(5):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(bgr, "bgr24")))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize(
    ("name", "codec", "muxer", "rate", "options"),
    [
        ("a.h264", "libx264", "h264", 30, {}),
        ("slow.h264", "libx264", "h264", 1, {"bf": "0"}),
        ("odd.h264", "libx264", "h264", Fraction(30000, 1001), {}),
        ("fields.h264", "libx264", "h264", 25, {"x264-params": "interlaced=1"}),
        ("a.hevc", "libx265", "hevc", 15, {"x265-params": "log-level=none:pools=1"}),
    ],
)
def test_a_stream_states_its_rate(
    tmp_path: Path,
    name: str,
    codec: str,
    muxer: str,
    rate: Fraction,
    options: dict[str, str],
) -> None:
    """Two ticks are a frame, also where it is coded as two fields."""
    path = raw(tmp_path / name, codec, muxer, Fraction(rate), **options)

    assert stream_rate(path, require_format(path)) == pytest.approx(float(rate))


@pytest.mark.parametrize("name", ["silent.h264", "a.mp4", "torn.h264"])
def test_where_nothing_is_stated_nothing_is_guessed(tmp_path: Path, name: str) -> None:
    """FFmpeg would say 25; a container has a rate of its own."""
    path = tmp_path / name
    if name == "a.mp4":
        video.write(path, video.squares(3), 5)
    else:
        stated = raw(path, "libx264", "h264", Fraction(30), profile="baseline")
        data = video.without_timing(stated.read_bytes())
        path.write_bytes(data if name == "silent.h264" else data[:40])

    found: Optional[float] = stream_rate(path, require_format(path))
    assert found is None


@pytest.mark.parametrize(
    ("told", "step_ms", "found"),
    [
        (25.0, 40.0, (25.0, None)),
        (50.0, 40.0, (25.0, None)),
        (0.0, 40.0, (25.0, None)),
        (20_000.0, 40.0, (25.0, 20_000.0)),
        (20_000.0, 0.05, (None, 20_000.0)),
        (1000.0, 0.05, (1000.0, 20_000.0)),
        (5e-5, 2e7, (None, 5e-5)),
        (0.0, 0.0, (None, None)),
    ],
)
def test_a_rate_that_no_camera_has_is_not_used(
    told: float, step_ms: float, found: tuple[Optional[float], Optional[float]]
) -> None:
    """Neither the header's nor that of the times; and it is not forgotten."""
    assert track_rate(told, step_ms) == found
