"""Footage as MP4: the same pictures, at the times at which they were filmed."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from analysis import DecodeError
from analysis.frames.files.remux import remux
from analysis.frames.halving import Image
from tests.video import squares, write, write_as


def late(frame: int) -> float:
    """A camera that was three seconds late with its fourth picture."""
    return frame + (3 if frame > 2 else 0)


def shown(path: Path) -> list[tuple[float, int]]:
    """When each picture is shown, and how bright it is."""
    with av.open(str(path)) as video:
        return [
            (float(f.pts * f.time_base), round(f.to_ndarray(format="gray")[40:].mean()))
            for f in video.decode(video=0)
        ]


def test_raw_footage_gets_its_true_times(tmp_path: Path) -> None:
    """Those of the camera; the coded pictures are the same bytes."""
    raw = write(tmp_path / "clip.h264", squares(6))
    remux(raw, tmp_path / "clip.mp4", late)
    times, _ = zip(*shown(tmp_path / "clip.mp4"))

    assert times == (0, 1, 2, 6, 7, 8)
    assert _luma(raw) == _luma(tmp_path / "clip.mp4")


def test_pictures_coded_out_of_order_are_shown_in_order(tmp_path: Path) -> None:
    """Some recorders code a picture after a later one."""
    raw = tmp_path / "b.h264"
    _write_with_b(raw, squares(12))
    remux(raw, tmp_path / "b.mp4", float)
    times, light = zip(*shown(tmp_path / "b.mp4"))

    assert times == tuple(range(12))
    assert list(light) == sorted(light)


def test_a_container_keeps_its_times(tmp_path: Path) -> None:
    """They are told by it alone."""
    remux(write_as(tmp_path / "a.ts", squares(5)), tmp_path / "a.mp4", late)
    times = [seconds for seconds, _ in shown(tmp_path / "a.mp4")]

    assert np.diff(times) == pytest.approx([0.04] * 4, abs=0.001)


def test_what_mp4_does_not_take_leaves_no_file(tmp_path: Path) -> None:
    """And is told in words; so is what is no footage."""
    for name in ("a.wmv", "a.txt"):
        source = tmp_path / name
        if name == "a.wmv":
            write_as(source, squares(3))
        else:
            source.write_text("no footage")
        with pytest.raises(DecodeError):
            remux(source, tmp_path / "a.mp4", float)

    assert not (tmp_path / "a.mp4").exists()


def _luma(path: Path) -> list[bytes]:
    with av.open(str(path)) as video:
        return [f.to_ndarray(format="gray").tobytes() for f in video.decode(video=0)]


def _write_with_b(path: Path, frames: list[Image]) -> None:
    height, width = frames[0].shape[:2]
    with av.open(str(path), "w", format="h264") as container:
        stream = container.add_stream("libx264", rate=Fraction(1))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": "10", "bf": "2", "b-adapt": "0"}
        for bgr in frames:
            picture = av.VideoFrame.from_ndarray(bgr, format="bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
