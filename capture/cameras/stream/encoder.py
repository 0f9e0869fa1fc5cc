"""Encodes frames as a Pi does: to raw H.264, frame by frame, without look-ahead.

The stream has the high profile, one slice per frame, and an SPS and a PPS before each
frame at which decoding can start. It has no SEI, no delimiters, and no times. Only the
simulated camera encodes here, so only it needs PyAV, which includes x264.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import av

from capture.cameras.stream.sps import without_timing
from capture.config import CaptureConfig

_SEI, _SPS, _DELIMITER = 6, 7, 9
_START = b"\x00\x00\x00\x01"


class Encoder:
    """One stream that is being encoded.

    Args:
        config: resolution, framerate, bitrate, quality and keyframe_interval are used.
    """

    def __init__(self, config: CaptureConfig) -> None:
        self._context = _open(config)
        self._frames = 0

    def encode(self, planes: Any) -> bytes:
        """Encode one frame.

        Args:
            planes: (height * 3 / 2, width) uint8, the planes Y, U and V of 4:2:0 one
                after the other, BT.601, 16 to 235.

        Returns:
            The frame as Annex B bytes.
        """
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts = self._frames
        self._frames += 1
        packets = self._context.encode(frame)
        return b"".join(_as_a_pi(bytes(packet)) for packet in packets)


def _open(config: CaptureConfig) -> Any:
    rate = Fraction(config.framerate).limit_denominator(1001)
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height = config.resolution
    context.pix_fmt = "yuv420p"
    context.time_base = 1 / rate
    context.framerate = rate
    context.options = _options(config)
    if config.bitrate:
        context.bit_rate = config.bitrate
    context.open()
    return context


def _options(config: CaptureConfig) -> dict[str, str]:
    interval = config.keyframe_interval
    shape = (
        f"keyint={interval}:min-keyint={interval}:scenecut=0:bframes=0:open-gop=0:"
        "repeat-headers=1:annexb=1:aud=0:slices=1:force-cfr=1:"
        "aq-mode=0:psy=0"  # a Pi does neither, and it halves the bytes
    )
    options = {
        "preset": "veryfast",
        "tune": "zerolatency",  # look-ahead would delay a frame by a dozen
        "profile": "high",
        "threads": "1",
        "x264-params": shape,
    }
    if not config.bitrate:
        options["crf"] = str(config.quality)
    return options


def _as_a_pi(packet: bytes) -> bytes:
    """Remove from a packet everything that a Pi does not write."""
    return b"".join(
        _START + (without_timing(unit) if unit[0] & 31 == _SPS else unit)
        for unit in _units(packet)
        if unit[0] & 31 not in (_SEI, _DELIMITER)
    )


def _units(packet: bytes) -> list[bytes]:
    """Return the units of a packet, without their start codes."""
    # x264 never ends a unit with a zero byte, so zeros before a start code belong
    # to the start code.
    parts = packet.split(b"\x00\x00\x01")[1:]
    return [part.rstrip(b"\x00") for part in parts[:-1]] + parts[-1:]
