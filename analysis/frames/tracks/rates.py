"""How many pictures a second a track has, by its header and by its times."""

from __future__ import annotations

from pathlib import Path
from typing import Optional

from analysis.frames.footageformat import FootageFormat
from analysis.frames.pyav import av
from analysis.values.rate import is_plausible

_CLOSE = 0.02


def track_rate(told: float, step_ms: float) -> tuple[Optional[float], Optional[float]]:
    """Choose the header's rate where the times agree with it, else the times'.

    Args:
        told: the header's; 0 where it says none.
        step_ms: the time between pictures; 0 where it is not known.

    Returns:
        Pictures per second, None where neither is what a camera can do; and what is
        not believed for that, None where nothing is.
    """
    header, unbelieved = (told, None) if is_plausible(told) else (None, told or None)
    if step_ms <= 0:
        return header, unbelieved
    measured = 1000 / step_ms
    if header and abs(measured / header - 1) < _CLOSE:
        return header, unbelieved
    if is_plausible(measured):
        return measured, unbelieved
    return header, unbelieved or measured


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
    return float(told) if told else None
