"""The picture track of a container: what it states, read without decoding a picture.

OpenCV hides most of what a container states, and counts pictures that an edit list
cuts away. PyAV's demuxer tells it, held to one demuxer and one file as
``analysis.frames.decoder`` holds OpenCV's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional

import av
import numpy as np

from analysis.frames.files.container import film_of, is_hidden, opened, reported
from analysis.frames.files.zeros import zeros_at_end
from analysis.frames.footageformat import RAW_H264, FootageFormat
from analysis.frames.packets import Packets, Times

_PREFIXED = ("mov", "matroska")
"""Demuxers whose H.264 has lengths instead of start codes, and so no run of zeros."""

_JOINABLE = ("mpegts", "mpeg")
_INDEXED = ("mov", "avi")  # demuxers whose index has every picture
_TRIES = 100
_STEP_BYTES = 1 << 16  # a demuxer that has lost its way looks so far in one try
_CLOSE = 0.02
_MOST_RATE = 10_000.0
_LEAST_RATE = 1e-4
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
        told: the number of pictures in the header of the track; 0 without one.
        unfilled: how many pictures more the header tells of than came, which are
            missing if the footage is damaged.
        lasts_s: how long the pictures last by the header; None where it does not say.
        delivered: how many pictures that a player shows lie in the file.
        times_ms: (delivered,) float64, when each is shown, from the first one, in
            order; empty where the container has no times.
        delay: how many pictures the decoder may hold back.
        is_cut_out: whether it begins with pictures that cannot be shown, because it was
            cut out of other footage without encoding.
        spoilt_ms: when those are shown that are damaged by their bytes.
        errors: the first errors that the demuxer reported.
        is_hidden: whether OpenCV would read another track.
    """

    index: int
    codec: str
    size: tuple[int, int]
    rate: Optional[float]
    created: str
    stated: Optional[int]
    told: int
    lasts_s: Optional[float]
    delivered: int
    times_ms: Times
    delay: int
    is_cut_out: bool
    spoilt_ms: tuple[float, ...]
    errors: tuple[str, ...]
    is_hidden: bool = False
    unfilled: int = 0

    @property
    def is_damaged(self) -> bool:
        """Whether the container's own bytes show damage."""
        return bool(self.errors or self.spoilt_ms)

    @property
    def is_beyond(self) -> bool:
        """Whether the file has more pictures than its header says."""
        return 0 < self.told < self.delivered

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
        The track; None for raw H.264, and where PyAV finds no track of pictures.
    """
    if footage_format is RAW_H264:
        return None
    try:
        with reported() as logs, opened(path, footage_format) as container:
            size = path.stat().st_size
            track = _read(container, logs, size, footage_format.demuxer)
    except (av.FFmpegError, OSError, ValueError):
        return None
    if track and footage_format.is_raw:
        return replace(track, rate=None, times_ms=np.empty(0))  # FFmpeg makes them up
    return track


def _read(
    container: Any, logs: list[tuple[int, str, str]], size: int, demuxer: str
) -> Optional[Track]:
    stream = film_of(container)
    if stream is None:
        return None
    codec = stream.codec_context.name
    pictures = Packets(
        codec, is_prefixed=demuxer in _PREFIXED, is_joinable=demuxer in _JOINABLE
    )
    for packet in _packets(container, stream, size):
        pictures.add(packet)
    times = pictures.times(float(stream.time_base or 0))
    errors = [text.strip() for _, name, text in logs if demuxer in name.split(",")]
    return Track(
        index=stream.index,
        is_hidden=is_hidden(container, stream),
        codec=codec,
        size=(stream.codec_context.width, stream.codec_context.height),
        rate=_rate(stream, times, is_whole=not errors),
        created=str(
            stream.metadata.get("creation_time")
            or container.metadata.get("creation_time", "")
        ),
        stated=_stated(stream, demuxer, pictures, size),
        told=int(stream.frames),
        unfilled=_unfilled(stream, demuxer, pictures),
        lasts_s=_lasts_s(container, stream, demuxer, pictures),
        delivered=len(pictures.shown),
        times_ms=times,
        delay=pictures.delay(),
        is_cut_out=pictures.hidden + pictures.leading > 0,
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


def _stated(stream: Any, demuxer: str, pictures: Packets, size: int) -> Optional[int]:
    """Work out how many pictures a player would show if nothing were missing."""
    shown = len(pictures.shown)
    if demuxer == "mov":
        listed = _listed(stream)
        if listed is None and stream.frames:
            listed = _reckoned(stream, pictures)
        return max(listed - pictures.leading, shown) if listed else None
    if demuxer == "avi" and stream.frames:
        is_cut = _riff_bytes(stream.container) > size
        is_cut = is_cut or zeros_at_end(Path(stream.container.name)) > 0
        told = shown + _unfilled(stream, demuxer, pictures) * is_cut
        return max(told, (_listed(stream) or 0) - pictures.hidden - pictures.leading)
    told = stream.metadata.get("NUMBER_OF_FRAMES", "")
    return int(told) if told.isdecimal() else None


def _unfilled(stream: Any, demuxer: str, pictures: Packets) -> int:
    """Count the places after the last picture that the header of an AVI tells of.

    It also counts places at which a player shows the picture before once more. So these
    are pictures that are missing only where a file is cut or damaged.
    """
    if demuxer != "avi":
        return 0
    return max(0, int(stream.frames) - pictures.places)


def _listed(stream: Any) -> Optional[int]:
    """Count the index's pictures that are shown; None where PyAV cannot tell."""
    entries = getattr(stream, "index_entries", None)  # not in PyAV 15
    if entries is None:
        return None
    # A picture that is shown again is listed twice, and is one picture.
    return len({each.pos for each in entries if each.size and not each.is_discard})


def _reckoned(stream: Any, pictures: Packets) -> int:
    """Work out, without the index, how many pictures an edit list leaves."""
    count: int = stream.frames - pictures.hidden
    steps = np.diff(pictures.times(0.001))
    if not len(steps) or not stream.duration:
        return count
    return min(count, round(float(stream.duration) / float(np.median(steps))))


def _riff_bytes(container: Any) -> int:
    """Return the length that an AVI says it has, up to its first part's end."""
    with open(container.name, "rb") as file:  # noqa: PTH123 - PyAV's own name for it
        file.seek(4)
        return int.from_bytes(file.read(4), "little") + 8


def _lasts_s(
    container: Any, stream: Any, demuxer: str, pictures: Packets
) -> Optional[float]:
    """Return how long the header says that the pictures last."""
    if demuxer not in ("matroska", "flv"):
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
    header = told if 0 < told <= _MOST_RATE else None
    if not is_whole or len(times) < 2 or times[-1] <= 0:
        return header
    measured = (len(times) - 1) * 1000 / float(times[-1])
    if header and abs(measured / header - 1) < _CLOSE:
        return header
    return measured


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
