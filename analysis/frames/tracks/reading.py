"""Reads the picture track of a container, without decoding a picture.

OpenCV hides most of what a container states, and counts pictures that an edit list
cuts away. PyAV's demuxer tells it, held to one demuxer and one file as
``analysis.frames.decoder`` holds OpenCV's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Optional

import numpy as np

from analysis.frames.files.container import film_of, is_hidden, opened, reported
from analysis.frames.footageformat import RAW_H264, FootageFormat
from analysis.frames.pyav import av
from analysis.frames.tracks.broadcast import read_broadcast
from analysis.frames.tracks.chain import LISTED, Chain
from analysis.frames.tracks.fragments import read_fragments
from analysis.frames.tracks.gaps import filmed_step, find_gaps, usual_step
from analysis.frames.tracks.lengths import is_all_there
from analysis.frames.tracks.packets import Packets
from analysis.frames.tracks.rates import track_rate
from analysis.frames.tracks.stated import lasts_s, stated, unfilled
from analysis.frames.tracks.track import Track

_PREFIXED = ("mov", "matroska", "flv")
"""Demuxers whose H.264 has lengths instead of start codes, and so no run of zeros."""

_JOINABLE = ("mpegts", "mpeg")
_TRIES = 100
_STEP_BYTES = 1 << 16  # a demuxer that has lost its way looks so far in one try
_NOTED = 8


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
        chain = read_chain(path, footage_format.demuxer)
        with reported() as logs, opened(path, footage_format) as container:
            track = _read(container, logs, chain, footage_format.demuxer)
    except (av.FFmpegError, OSError, ValueError):
        return None
    if track and footage_format.is_raw:
        return replace(track, rate=None, times_ms=np.empty(0))  # FFmpeg makes them up
    return track


def _read(
    container: Any, logs: list[tuple[int, str, str]], chain: Chain, demuxer: str
) -> Optional[Track]:
    stream = film_of(container)
    if stream is None:
        return None
    size = Path(container.name).stat().st_size
    codec = stream.codec_context.name
    pictures = Packets(
        codec,
        stream.codec_context.extradata or b"",
        is_prefixed=demuxer in _PREFIXED,
        is_joinable=demuxer in _JOINABLE,
    )
    for packet in _packets(container, stream, size):
        pictures.add(packet)
    for joint in chain.joints:
        pictures.forgive(joint)
    times = pictures.times(float(stream.time_base or 0))
    spoilt_ms = pictures.spoilt(float(stream.time_base or 0))
    errors = [text.strip() for _, name, text in logs if demuxer in name.split(",")]
    errors += [chain.fault] if chain.fault else []
    told = float(stream.guessed_rate or 0)
    is_damaged = bool(errors or spoilt_ms)
    gaps = find_gaps(times, pictures.starts(), chain, is_damaged=is_damaged)
    is_known = usual_step(times) > 0 or not errors
    rate, unbelieved = track_rate(told, filmed_step(times, gaps) if is_known else 0)
    return Track(
        index=stream.index,
        is_hidden=is_hidden(container, stream),
        codec=codec,
        size=(stream.codec_context.width, stream.codec_context.height),
        rate=rate,
        unbelieved=unbelieved,
        created=str(
            stream.metadata.get("creation_time")
            or container.metadata.get("creation_time", "")
        ),
        stated=stated(stream, demuxer, pictures, size),
        told=int(stream.frames),
        unfilled=unfilled(stream, demuxer, pictures),
        lasts_s=lasts_s(container, stream, demuxer, pictures),
        delivered=len(pictures.shown),
        times_ms=times,
        delay=pictures.delay(),
        is_cut_out=pictures.hidden + pictures.leading > 0,
        gaps=gaps,
        spoilt_ms=spoilt_ms,
        errors=tuple(errors[:_NOTED]),
    )


def read_chain(path: Path, demuxer: str) -> Chain:
    """Read how the parts of a container follow each other.

    Raises:
        OSError, ValueError: it cannot be read.
    """
    if demuxer == "mpegts":
        return read_broadcast(path)
    if demuxer == "mov":
        return read_fragments(path)
    if demuxer == "avi":
        return LISTED
    return Chain(is_complete=is_all_there(path, demuxer))


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
