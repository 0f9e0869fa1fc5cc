"""Of several tracks, the film is looked at."""

from __future__ import annotations

import shutil
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import av
import pytest

from analysis import DecodeError
from analysis.frames.frames import FrameReader
from tests import video
from tests.analysis.small_host import Host, names

FRAMES = 6


def write(path: Path, *, first: str, last: str = "") -> Path:
    """A film of 96 by 64 pixels, with other tracks before and after it.

    Args:
        first, last: ``small`` for a film of 32 by 32, ``cover`` for one large picture,
            or nothing.
    """
    with av.open(str(path), "w") as container:
        made = [(kind, _add(container, kind)) for kind in (first, "film", last) if kind]
        for index, bgr in enumerate(video.squares(FRAMES)):
            for kind, stream in made:
                if kind == "cover" and index:
                    continue
                picture = av.VideoFrame.from_ndarray(bgr, format="bgr24")
                picture = picture.reformat(stream.width, stream.height, stream.pix_fmt)
                picture.pts, picture.time_base = index, Fraction(1, 5)
                container.mux(stream.encode(picture))
        for _, stream in made:
            container.mux(stream.encode(None))
    return path


def _add(container: av.container.OutputContainer, kind: str) -> av.VideoStream:
    codec = "mjpeg" if kind == "cover" else "libx264"
    stream = container.add_stream(codec, rate=Fraction(5))
    size = {"cover": (320, 240), "small": (32, 32), "film": (96, 64)}[kind]
    stream.width, stream.height = size
    stream.pix_fmt = "yuvj420p" if kind == "cover" else "yuv420p"
    return stream


@pytest.mark.parametrize(
    ("suffix", "tracks"),
    [
        *((s, ("small", "")) for s in (".mp4", ".mov", ".mkv", ".avi", ".ts", ".asf")),
        *((s, ("cover", "")) for s in (".mp4", ".mov", ".mkv", ".avi")),
        *((s, ("", "small")) for s in (".mov", ".mkv")),
    ],
)
def test_a_film_is_found_behind_other_pictures(
    tmp_path: Path, suffix: str, tracks: tuple[str, str]
) -> None:
    """Behind a small copy or a cover that is larger, in whatever holds it."""
    path = write(tmp_path / f"a{suffix}", first=tracks[0], last=tracks[1])
    reader = FrameReader(path)
    frames = [frame.size for frame in reader]

    assert frames == FRAMES * [(96, 64)]
    assert (reader.frames_expected or FRAMES, reader.damage) == (FRAMES, "")
    assert names(tmp_path) == [f"a{suffix}"]


@pytest.mark.parametrize("suffix", [".mp4", ".mkv"])
def test_such_a_clip_is_whole(tmp_path: Path, suffix: str) -> None:
    """And the copy that was made of its film does not stay."""
    data = write(tmp_path / f"a{suffix}", first="small").read_bytes()
    with Host(tmp_path) as host:
        host.drop(f"a{suffix}", data)
        host.settle()

    (row,) = host.clips()
    assert (row["status"], row["frames_decoded"]) == ("analysed", str(FRAMES))
    assert names(host.folders.working) == []


def test_a_film_between_others_is_not_copied_onto_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would cost what others write there; it is told what is needed."""
    path = write(tmp_path / "a.mp4", first="small")
    full = SimpleNamespace(free=path.stat().st_size)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)

    with pytest.raises(DecodeError, match="MB are needed, and 0 MB are free: make"):
        FrameReader(path)
    assert names(tmp_path) == ["a.mp4"]
