"""Decodes footage of which OpenCV would not read all pictures.

An AVI whose recorder was cut off, or that was joined from parts, may have a header that
states too few. OpenCV reads no picture beyond that number, PyAV all of them. After an
error of FLV's demuxer OpenCV lets the next ones go by.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Optional

import cv2

from analysis.frames.files.container import film_of, reported
from analysis.frames.footageformat import FootageFormat
from analysis.frames.halving import Image
from analysis.frames.pyav import av
from analysis.frames.tracks.track import Track

_TORN = ("flv",)  # demuxers after whose errors OpenCV lets pictures go by
_TRIES = 100
_KEY = 1  # FFmpeg's AV_PICTURE_TYPE_I


def is_needed(track: Track, footage_format: FootageFormat) -> bool:
    """Whether OpenCV would not read all pictures of a container."""
    return track.is_beyond or (footage_format.demuxer in _TORN and bool(track.errors))


@contextmanager
def hearing() -> Iterator[list[str]]:
    """Collect what PyAV's decoder reports, as ``analysis.frames.hearing`` does."""
    heard: list[str] = []
    with reported() as logs:
        try:
            yield heard
        finally:
            heard += [text.strip() for _, _, text in logs]


class Beyond:
    """Has the part of ``cv2.VideoCapture`` that reading frames needs.

    Args:
        path: the file.
        footage_format: recognised by the file's first bytes.
    """

    def __init__(self, path: Path, footage_format: FootageFormat) -> None:
        demuxer = footage_format.demuxer
        self._container = av.open(
            str(path.absolute()),
            format=demuxer,
            container_options={
                "format_whitelist": demuxer,
                "protocol_whitelist": "file",
            },
            metadata_errors="replace",
        )
        film: Any = film_of(self._container)
        self._stream = film
        self._stream.codec_context.thread_count = 1
        self._packets = self._container.demux(self._stream)
        self._ready: list[Any] = []
        self._picture: Any = None

    def grab(self) -> bool:
        """Decode up to the next picture."""
        for _ in range(_TRIES):
            if self._ready:
                self._picture = self._ready.pop(0)
                return True
            try:
                packet = next(self._packets)
                self._ready += packet.decode()
            except StopIteration:
                return False
            except av.FFmpegError:
                self._packets = self._container.demux(self._stream)
                return False
        return False

    def retrieve(self, _into: Optional[Image] = None) -> tuple[bool, Image]:
        """Return the picture that was grabbed, as BGR, in memory of its own."""
        bgr: Image = self._picture.to_ndarray(format="bgr24")
        return True, bgr

    def get(self, what: int) -> float:
        """Return one of the properties that are asked for."""
        context, picture = self._stream.codec_context, self._picture
        if what == cv2.CAP_PROP_FRAME_WIDTH:
            return float(context.width)
        if what == cv2.CAP_PROP_FRAME_HEIGHT:
            return float(context.height)
        if what == cv2.CAP_PROP_FRAME_TYPE:
            return float(ord("I" if int(picture.pict_type) == _KEY else "P"))
        if what == cv2.CAP_PROP_POS_MSEC and picture.time is not None:
            start = (self._stream.start_time or 0) * self._stream.time_base
            return float(picture.time - float(start)) * 1000
        return 0.0

    def release(self) -> None:
        """Close the file."""
        self._container.close()
