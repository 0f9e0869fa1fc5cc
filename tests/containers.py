"""Containers of footage as people have it: damaged, cut out, shifted, with sound."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from analysis.frames.halving import Image
from tests import video

FRAMES = 60
RATE = 5


@dataclass(frozen=True)
class Place:
    """Where a frame lies in its file, in the order of decoding."""

    at: int
    size: int
    is_key: bool


def noise(count: int = FRAMES) -> list[Image]:
    """Frames that no codec makes small, so that each has room for damage."""
    random = np.random.default_rng(7)
    shape = (64, 96, 3)
    base = video.squares(1)[0]
    return [
        np.clip(base + random.integers(-40, 40, shape), 0, 255).astype(np.uint8)
        for _ in range(count)
    ]


def write(
    path: Path,
    *,
    sound_s: float = 0,
    between: int = 0,
    repeat: int = 1,
    is_open: bool = False,
    **options: str,
) -> Path:
    """Write 60 frames at five a second, a key frame each second.

    Args:
        path: an ``.avi`` is MJPEG, all others are H.264.
        sound_s: how long the sound lasts; 0 for none.
        between: so many B-frames in a row.
        is_open: whether frames before a key frame may need those before them.
        repeat: write the sixty so often.
        options: of the muxer.
    """
    with av.open(str(path), "w", options=options) as container:
        codec = "mjpeg" if path.suffix == ".avi" else "libx264"
        stream = container.add_stream(codec, rate=Fraction(RATE))
        stream.width, stream.height = 96, 64
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        if codec == "libx264":
            stream.options = {"crf": "20", "bf": str(between), "g": str(RATE)}
            # Noise would make each frame a key frame.
            stream.options["x264-params"] = f"scenecut=0:open-gop={int(is_open)}"
        sound = container.add_stream("aac", rate=8000) if sound_s else None
        for bgr in noise() * repeat:
            picture = av.VideoFrame.from_ndarray(bgr, format="bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
        for start in range(0, int(sound_s * 8000) if sound else 0, 1024):
            samples = av.AudioFrame.from_ndarray(
                np.zeros((1, 1024), np.float32), "fltp", "mono"
            )
            samples.sample_rate, samples.pts = 8000, start
            container.mux(sound.encode(samples) if sound else [])
        container.mux(sound.encode(None) if sound else [])
    return path


def shifted(path: Path, whole: Path, seconds: float) -> Path:
    """Copy the packets with other times; a negative shift cuts the beginning away."""
    with av.open(str(whole)) as source, av.open(str(path), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        for packet in source.demux(stream):
            if packet.dts is None:
                continue
            packet.pts += round(seconds / packet.time_base)
            packet.dts += round(seconds / packet.time_base)
            packet.stream = copy
            target.mux(packet)
    return path


def places(path: Path) -> list[Place]:
    """Where each frame lies."""
    with av.open(str(path)) as container:
        return [
            Place(packet.pos, packet.size, packet.is_keyframe)
            for packet in container.demux(container.streams.video[0])
            if packet.size
        ]


def cut_at_key(path: Path, whole: Path) -> Path:
    """Copy the packets from the third key frame on, as a cut without encoding does."""
    keys = 0
    with av.open(str(whole)) as source, av.open(str(path), "w") as target:
        stream = source.streams.video[0]
        copy = target.add_stream_from_template(stream)
        for packet in source.demux(stream):
            keys += packet.is_keyframe
            if packet.dts is None or keys < 3:
                continue
            packet.stream = copy
            target.mux(packet)
    return path


def zero(path: Path, frame: int, count: int = 1) -> Path:
    """Overwrite whole frames with zeros."""
    data = bytearray(path.read_bytes())
    for place in places(path)[frame : frame + count]:
        data[place.at : place.at + place.size] = bytes(place.size)
    path.write_bytes(data)
    return path


FRAGMENTED = "frag_keyframe+empty_moov+default_base_moof"
"""As cameras and recorders write an MP4 that a power cut does not end."""


def without(path: Path, first: int, last: int) -> Path:
    """Cut the bytes out from the beginning of one frame to that of another.

    In a fragmented MP4 it begins with the fragment of each.
    """
    data, frames = path.read_bytes(), places(path)
    start, stop = frames[first].at, frames[last].at
    if b"moof" in data:
        start, stop = (data.rfind(b"moof", 0, at) - 4 for at in (start, stop))
    path.write_bytes(data[:start] + data[stop:])
    return path


def paused(path: Path, whole: Path, frame: int, seconds: float, **options: str) -> Path:
    """Copy the packets; those from a frame on come later."""
    with av.open(str(whole)) as source, av.open(str(path), "w", options=options) as to:
        stream = source.streams.video[0]
        copy = to.add_stream_from_template(stream)
        for number, packet in enumerate(source.demux(stream)):
            if packet.dts is None:
                continue
            late = round(seconds / packet.time_base) * (number >= frame)
            packet.pts, packet.dts = packet.pts + late, packet.dts + late
            packet.stream = copy
            to.mux(packet)
    return path
