"""Writes small H.264 clips: raw as a Pi's camera does, or in a container."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from analysis.frames.halving import Image


def write(
    path: Path, frames: list[Image], framerate: int = 1, profile: str = ""
) -> Path:
    """Encode BGR frames; raw without times where the name ends in ``.h264``."""
    height, width = frames[0].shape[:2]
    form = "h264" if path.suffix == ".h264" else None
    with av.open(str(path), "w", format=form) as container:
        stream = container.add_stream("libx264", rate=Fraction(framerate))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": "10", "bf": "0", "tune": "zerolatency", "g": "10"}
        if profile:
            stream.options = {**stream.options, "profile": profile}
        for bgr in frames:
            picture = av.VideoFrame.from_ndarray(bgr, format="bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


def squares(count: int, width: int = 96, height: int = 64) -> list[Image]:
    """Frames with a red square in the top left, on a grey that tells the frame."""
    frames = []
    for index in range(count):
        bgr = np.full((height, width, 3), 40 + 8 * index, np.uint8)
        bgr[:16, :16] = (0, 0, 255)
        frames.append(bgr)
    return frames


def write_as(path: Path, frames: list[Image], framerate: int = 25) -> Path:
    """Encode BGR frames as the cameras do that give files this ending."""
    coding, muxer = CODINGS[path.suffix]
    height, width = frames[0].shape[:2]
    options = {"mpegts_m2ts_mode": "1"} if path.suffix == ".m2ts" else {}
    with av.open(str(path), "w", format=muxer, options=options) as container:
        stream = container.add_stream(coding, rate=Fraction(framerate))
        stream.width, stream.height = width, height
        stream.pix_fmt = "yuvj420p" if coding == "mjpeg" else "yuv420p"
        if coding == "libx265":
            stream.options = {"x265-params": "log-level=none:pools=1"}
        for bgr in frames:
            picture = av.VideoFrame.from_ndarray(bgr, format="bgr24")
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


CODINGS = {
    ".hevc": ("libx265", "hevc"),
    ".mjpeg": ("mjpeg", "mjpeg"),
    ".wmv": ("wmv2", "asf"),
    ".flv": ("flv", "flv"),
    ".mpg": ("mpeg1video", "mpeg"),
    ".vob": ("mpeg2video", "vob"),
    ".m2v": ("mpeg2video", "mpeg2video"),
    ".cmp": ("mpeg4", "m4v"),
    ".webm": ("libvpx", "webm"),
    ".ts": ("libx264", "mpegts"),
    ".m2ts": ("mpeg2video", "mpegts"),
    ".3gp": ("mpeg4", "3gp"),
}
"""The coding and the muxer of what other cameras write, by the file's ending."""


def remux(source: Path, target: Path, framerate: int = 25) -> Path:
    """Put the coded pictures of a video into another container, as they are."""
    muxers = {".h264": "h264", ".h265": "hevc", ".hevc": "hevc", ".ts": "mpegts"}
    form, first = muxers.get(target.suffix), {"movflags": "faststart"}
    options = first if target.suffix in (".mp4", ".mov") else {}
    with (
        av.open(str(source)) as read,
        av.open(str(target), "w", format=form, options=options) as made,
    ):
        stream = made.add_stream_from_template(read.streams.video[0])
        for number, packet in enumerate(read.demux(video=0)):
            if packet.size:
                packet.stream = stream
                packet.time_base = Fraction(1, framerate)
                packet.pts, packet.dts, packet.duration = number, number, 1
                made.mux(packet)
    return target


def without_timing(stream: bytes) -> bytes:
    """A raw stream of the baseline profile whose parameters end before their timing.

    Raspberry Pi's older cameras write such.
    """
    return re.sub(
        rb"(\x00\x00\x01\x67)(.+?)(?=\x00?\x00\x00\x01)",
        lambda found: found[1] + _without_timing(found[2]),
        stream,
        flags=re.DOTALL,
    )


def _without_timing(parameters: bytes) -> bytes:
    bits = "".join(f"{byte:08b}" for byte in parameters)
    place = 24  # behind profile and level
    for kind in "uuuu1uu111":  # whole numbers, and flags up to that of the timing
        zeros = len(bits[place:]) - len(bits[place:].lstrip("0"))
        place += 2 * zeros + 1 if kind == "u" else 1
    kept = bits[:place] + "01"
    kept += "0" * (-len(kept) % 8)
    return bytes(int(kept[i : i + 8], 2) for i in range(0, len(kept), 8))
