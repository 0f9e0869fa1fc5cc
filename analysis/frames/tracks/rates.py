"""How many pictures a second a track has, by its header and by its times."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

import av

from analysis.frames.footageformat import FootageFormat
from analysis.frames.tracks.gaps import usual_step
from analysis.frames.tracks.packets import Times

_CLOSE = 0.02
_MOST_RATE = 10_000.0
_LEAST_RATE = 1e-4


def track_rate(stream: Any, times: Times, *, is_whole: bool) -> Optional[float]:
    """Choose the header's rate where the times agree with it, else the times'.

    A time without a picture says nothing of how fast the camera films.
    """
    told = float(stream.guessed_rate or 0)
    header = told if 0 < told <= _MOST_RATE else None
    step_ms = usual_step(times)
    if not step_ms and is_whole and len(times) > 1:
        step_ms = float(times[-1]) / (len(times) - 1)
    if step_ms <= 0:
        return header
    measured = 1000 / step_ms
    return header if header and abs(measured / header - 1) < _CLOSE else measured


def stream_rate(path: Path, footage_format: FootageFormat) -> Optional[float]:
    """Read the rate that a raw stream states in its headers, where any does.

    In H.264 two ticks of the SPS are a frame, also where it is coded as fields.

    Returns:
        Frames per second; None where it states none, and for containers.
    """
    if not footage_format.is_raw:
        return None
    demuxer = footage_format.demuxer
    bounds = {"format_whitelist": demuxer, "protocol_whitelist": "file"}
    try:
        with av.open(
            str(path.absolute()), format=demuxer, container_options=bounds
        ) as file:
            stream = file.streams.best("video")
            # FFmpeg's guess is 25; the decoder's own is None where headers are silent.
            told = stream.codec_context.framerate if stream else None
    except (av.FFmpegError, OSError, ValueError):
        return None
    return float(told) if told and _LEAST_RATE <= told < _MOST_RATE else None
