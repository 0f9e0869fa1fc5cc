"""Copies coded pictures into an MP4 with the times at which they were filmed.

Nothing is encoded anew. Raw footage has no times, and gets those that are told; a
container's own are kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Callable

from analysis import DecodeError
from analysis.frames.files.container import film_of, opened
from analysis.frames.footageformat import FootageFormat, format_of
from analysis.frames.pyav import av

_TICKS = 90_000  # a second, as in MPEG
_MUXER = {"movflags": "faststart"}  # a browser begins to play before it has all

SecondsTo = Callable[[int], float]
"""Says how many seconds after the start a picture was filmed, by its number from 0."""


def remux(source: Path, target: Path, seconds_to: SecondsTo) -> None:
    """Write footage as an MP4, which is there only if this succeeds.

    Args:
        source: the footage.
        target: the file to write.
        seconds_to: used for raw footage.

    Raises:
        DecodeError: it is no footage, or MP4 does not take it; the text says why.
        OSError: the file cannot be written.
    """
    footage_format = format_of(source)
    if footage_format is None:
        raise DecodeError("it is no footage that Weir reads")
    try:
        _write(source, footage_format, target, seconds_to)
    except (av.FFmpegError, ValueError) as exc:
        target.unlink(missing_ok=True)
        if isinstance(exc, OSError) and exc.errno in (28, 13):
            raise
        raise DecodeError(
            f"MP4 does not take its pictures as they are ({exc})"
        ) from exc


def _write(
    source: Path, footage_format: FootageFormat, target: Path, seconds_to: SecondsTo
) -> None:
    order = _shown_order(source, footage_format) if footage_format.is_raw else []
    with (
        opened(source, footage_format) as read,
        av.open(str(target), "w", format="mp4", options=_MUXER) as made,
    ):
        film = film_of(read)
        if film is None:
            raise DecodeError("it has no pictures")
        stream = made.add_stream_from_template(film)
        packets: Iterator[Any] = (packet for packet in read.demux(film) if packet.size)
        if footage_format.is_raw:
            packets = _timed(packets, order, seconds_to)
        for packet in packets:
            if packet.pts is None:
                packet.pts = packet.dts  # an AVI has no other time
            packet.stream = stream
            made.mux(packet)


def _shown_order(source: Path, footage_format: FootageFormat) -> list[int]:
    """Return the place at which each coded picture is shown, if that is another.

    Returns:
        An empty list where pictures are shown in the order in which they are coded.
    """
    with opened(source, footage_format) as read:
        film = film_of(read)
        if film is None or not film.codec_context.has_b_frames:
            return []
        numbered = (packet for packet in read.demux(film) if packet.size)
        shown: list[int] = []
        for number, packet in enumerate(numbered):
            packet.pts = packet.dts = number
            shown += [frame.pts for frame in film.codec_context.decode(packet)]
        shown += [frame.pts for frame in film.codec_context.decode(None)]
    places = {number: place for place, number in enumerate(shown)}
    return [places.get(number, number) for number in range(max(places, default=-1) + 1)]


def _timed(
    packets: Iterator[Any], order: list[int], seconds_to: SecondsTo
) -> Iterator[Any]:
    """Yield packets with the times of their pictures; decoding goes some ahead."""
    late = max((place - shown for place, shown in enumerate(order)), default=0)
    late = max(late, 0)
    for number, packet in enumerate(packets):
        shown = order[number] if number < len(order) else number
        packet.time_base = Fraction(1, _TICKS)
        packet.pts = _ticks(seconds_to(shown))
        packet.dts = (
            _ticks(seconds_to(number - late))
            if number >= late
            else _ticks(seconds_to(0)) - (late - number) * _TICKS
        )
        packet.duration = max(1, _ticks(seconds_to(shown + 1)) - packet.pts)
        yield packet


def _ticks(seconds: float) -> int:
    return round(seconds * _TICKS)
