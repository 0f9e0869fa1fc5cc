"""The picture track of a container: what it states, read without decoding a picture.

OpenCV hides most of what a container states, and counts pictures that an edit list
cuts away. PyAV's demuxer tells it, held to one demuxer and one file as
``analysis.frames.decoder`` holds OpenCV's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import av
import numpy as np
import numpy.typing as npt

from analysis.frames.footageformat import FootageFormat

Times = npt.NDArray[np.float64]

_PREFIXED = ("mov", "matroska")
"""Demuxers whose H.264 has lengths instead of start codes, and so no run of zeros."""

_ZEROS = bytes(16)
_CODED = ("h264", "hevc")  # they break up every run of zeros in what they encode
_INDEXED = ("mov", "avi")  # demuxers whose index has every picture
_TRIES = 100
_STEP_BYTES = 1 << 16  # a demuxer that has lost its way looks so far in one try
_CLOSE = 0.02
_MOST_RATE = 1000.0
_NOTED = 8


@dataclass(frozen=True)
class Track:
    """The pictures of a container, by its tables and by what lies in the file.

    Attributes:
        index: which of the container's streams it is.
        codec: FFmpeg's name of the codec.
        size: width and height in pixels, before rotation.
        rate: pictures per second; None where neither header nor times say it.
        created: when the container was made, as it says; empty where it does not.
        stated: how many pictures a player shows, by a table that lists them; None
            without one.
        lasts_s: how long the pictures last by the header; None where it does not say.
        delivered: how many pictures that a player shows lie in the file.
        times_ms: (delivered,) float64, when each is shown, from the first one, in
            order; empty where the container has no times.
        delay: how many pictures the decoder may hold back.
        spoilt_ms: when those are shown that are damaged by their bytes.
        errors: the first errors that the demuxer reported.
    """

    index: int
    codec: str
    size: tuple[int, int]
    rate: Optional[float]
    created: str
    stated: Optional[int]
    lasts_s: Optional[float]
    delivered: int
    times_ms: Times
    delay: int
    spoilt_ms: tuple[float, ...]
    errors: tuple[str, ...]

    @property
    def is_damaged(self) -> bool:
        """Whether the container's own bytes show damage."""
        return bool(self.errors or self.spoilt_ms)

    @property
    def step_ms(self) -> Optional[float]:
        """The usual time from one picture to the next; None without times."""
        steps = np.diff(self.times_ms)
        return float(np.median(steps)) if len(steps) else None

    @property
    def lost(self) -> int:
        """How many pictures fit into the holes between the times of a damaged track.

        It is 0 where nothing is damaged: there, a camera may film at any rate.
        """
        step = self.step_ms
        if not self.is_damaged or not step:
            return 0
        gaps = np.rint(np.diff(self.times_ms) / step)
        return int((gaps[gaps > 1] - 1).sum())


def read_track(path: Path, footage_format: FootageFormat) -> Optional[Track]:
    """Read what a container says of its pictures.

    Args:
        path: the file.
        footage_format: recognised by the file's first bytes.

    Returns:
        The track; None for a bare stream, and where PyAV finds no track of pictures.
    """
    if footage_format.is_raw:
        return None
    demuxer = footage_format.demuxer
    options = {"format_whitelist": demuxer, "protocol_whitelist": "file"}
    level = av.logging.get_level()
    av.logging.set_level(av.logging.ERROR)
    try:
        with (
            av.logging.Capture() as logs,
            av.open(
                str(path.absolute()),
                format=demuxer,
                options=options,
                metadata_errors="replace",
            ) as container,
        ):
            return _read(container, logs, path.stat().st_size, demuxer)
    except (av.FFmpegError, OSError, ValueError):
        return None
    finally:
        av.logging.set_level(level)


def _read(
    container: Any, logs: list[tuple[int, str, str]], size: int, demuxer: str
) -> Optional[Track]:
    stream = container.streams.best("video")
    if stream is None:
        return None
    pictures = _Pictures(demuxer in _PREFIXED and stream.codec_context.name in _CODED)
    for packet in _packets(container, stream, size):
        pictures.add(packet)
    times = pictures.times(float(stream.time_base or 0))
    errors = [text.strip() for _, name, text in logs if demuxer in name.split(",")]
    return Track(
        index=stream.index,
        codec=stream.codec_context.name,
        size=(stream.codec_context.width, stream.codec_context.height),
        rate=_rate(stream, times, is_whole=not errors),
        created=str(
            stream.metadata.get("creation_time")
            or container.metadata.get("creation_time", "")
        ),
        stated=_stated(stream, demuxer, pictures, size),
        lasts_s=_lasts_s(container, stream, demuxer, pictures),
        delivered=len(pictures.shown),
        times_ms=times,
        delay=pictures.delay(),
        spoilt_ms=pictures.spoilt(float(stream.time_base or 0)),
        errors=tuple(errors[:_NOTED]),
    )


def _packets(container: Any, stream: Any, size: int) -> Iterator[Any]:
    """Yield the stream's packets; after an error the demuxer is asked again.

    A demuxer that makes no progress is given up: a whole file's worth of tries in a row
    is the most that one can need.
    """
    most = _TRIES + 2 * size // _STEP_BYTES
    failed = 0
    while failed < most:
        try:
            for packet in container.demux(stream):
                failed = 0
                if packet.size:
                    yield packet
        except av.FFmpegError:
            failed += 1
        else:
            return


class _Pictures:
    """Collects the packets of a track, one for each picture.

    Args:
        has_no_zeros: whether a run of zeros in a picture's bytes is damage.
    """

    def __init__(self, has_no_zeros: bool) -> None:
        self._has_no_zeros = has_no_zeros
        self.shown: list[Optional[int]] = []
        self.hidden = self.places = 0
        self._spoilt: list[Optional[int]] = []

    def add(self, packet: Any) -> None:
        """Take the next packet, in the order of decoding."""
        if packet.is_discard or _is_never_shown(packet):
            self.hidden += 1
            return
        self.shown.append(packet.pts)
        if packet.dts is not None:
            self.places = max(self.places, packet.dts + 1)
        has_zeros = self._has_no_zeros and bytes(packet).find(_ZEROS) >= 0
        if packet.is_corrupt or has_zeros:
            self._spoilt.append(packet.pts)

    @property
    def first(self) -> int:
        """When the first picture is shown, in units of the track."""
        return min((pts for pts in self.shown if pts is not None), default=0)

    def times(self, unit_s: float) -> Times:
        """Return when each picture is shown, in order; empty if any has no time."""
        shown = [pts for pts in self.shown if pts is not None]
        if len(shown) < len(self.shown):
            return np.empty(0)
        ordered = np.sort(np.array(shown, np.float64))
        return (ordered - ordered[:1]) * unit_s * 1000

    def spoilt(self, unit_s: float) -> tuple[float, ...]:
        """Return when the damaged pictures are shown; 0 for those without a time."""
        first = self.first
        shown = (first if pts is None else pts for pts in self._spoilt)
        return tuple((pts - first) * unit_s * 1000 for pts in shown)

    def delay(self) -> int:
        """Count the most pictures that come earlier in the file than they are shown."""
        order = [pts for pts in self.shown if pts is not None]
        places = np.argsort(np.argsort(np.array(order, np.int64), kind="stable"))
        return int(max(0, (places - np.arange(len(order))).max(initial=0)))


def _is_never_shown(packet: Any) -> bool:
    """Whether a VP8 picture is only a reference (RFC 6386, 9.1: ``show_frame``)."""
    return packet.stream.codec_context.name == "vp8" and not bytes(packet)[0] & 16


def _stated(stream: Any, demuxer: str, pictures: _Pictures, size: int) -> Optional[int]:
    """Work out how many pictures a player would show if nothing were missing."""
    shown = len(pictures.shown)
    if demuxer == "mov":
        listed = _listed(stream)
        if listed is None and stream.frames:
            listed = int(stream.frames) - pictures.hidden
        return max(listed, shown) if listed else None
    if demuxer == "avi" and stream.frames:
        # The header also counts places at which the picture before is shown once more.
        # So only those after the last picture are missing, and only in a file that is
        # shorter than it says.
        is_cut = _riff_bytes(stream.container) > size
        return shown + max(0, int(stream.frames) - pictures.places) * is_cut
    told = stream.metadata.get("NUMBER_OF_FRAMES", "")
    return int(told) if told.isdecimal() else None


def _listed(stream: Any) -> Optional[int]:
    """Count the index's pictures that are shown; None where PyAV cannot tell."""
    entries = getattr(stream, "index_entries", None)  # not in PyAV 15
    if entries is None:
        return None
    return sum(1 for each in entries if each.size and not each.is_discard)


def _riff_bytes(container: Any) -> int:
    """Return the length that an AVI says it has, up to its first part's end."""
    with open(container.name, "rb") as file:  # noqa: PTH123 - PyAV's own name for it
        file.seek(4)
        return int.from_bytes(file.read(4), "little") + 8


def _lasts_s(
    container: Any, stream: Any, demuxer: str, pictures: _Pictures
) -> Optional[float]:
    """Return how long the header says that the pictures last."""
    if demuxer != "matroska":
        return None  # the others list their pictures, or FFmpeg guesses
    told = stream.metadata.get("DURATION", "")
    try:
        hours, minutes, seconds = told.split(":")
        end_s = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except ValueError:
        # The container's own lasts as long as its longest stream, which may be sound.
        if len(container.streams) > 1 or not container.duration:
            return None
        end_s = container.duration / 1e6
    lasts_s = end_s - pictures.first * float(stream.time_base or 0)
    return lasts_s if lasts_s > 0 else None


def _rate(stream: Any, times: Times, *, is_whole: bool) -> Optional[float]:
    """Choose the header's rate where the times agree with it, else the times'."""
    told = float(stream.guessed_rate or 0)
    header = told if 0 < told < _MOST_RATE else None
    if not is_whole or len(times) < 2 or times[-1] <= 0:
        return header
    measured = (len(times) - 1) * 1000 / float(times[-1])
    if header and abs(measured / header - 1) < _CLOSE:
        return header
    return measured
