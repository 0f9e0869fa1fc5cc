"""Cuts a piece out of a container, without decoding: from the key picture before it.

It is cut only where the pictures' numbers can be told from their times alone: where
they follow each other evenly, stand upright, and the key picture comes when it should.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from analysis.frames.files.container import film_of, is_hidden, opened
from analysis.frames.files.orientation import Orientation, read_orientation
from analysis.frames.footageformat import MATROSKA, FootageFormat
from analysis.frames.pyav import av

_SEEKING = ("mov", "matroska")
_OFF = 0.2
"""A key picture's time may be off the even rate by this share of a step. All times are
known to be within half a step, so none nearer than this has another number."""


def cut(
    path: Path,
    footage_format: FootageFormat,
    target: Path,
    *,
    frames: tuple[int, int],
    rate: float,
) -> Optional[int]:
    """Copy the pictures from one to another, both included, to a file of their own.

    Args:
        path: the container.
        footage_format: its format.
        target: becomes a Matroska file.
        frames: the first and the last picture.
        rate: pictures per second.

    Returns:
        The number of the first picture in the target; None where it cannot be cut.
    """
    if footage_format.demuxer not in _SEEKING or rate <= 0:
        return None
    if read_orientation(path, footage_format, 0) != Orientation():
        return None
    try:
        with opened(path, footage_format) as source:
            film = film_of(source)
            if film is None or is_hidden(source, film):
                return None
            return _copied(source, film, target, frames, rate)
    except (av.FFmpegError, OSError, ValueError, TypeError):
        return None


def _copied(
    source: Any, film: Any, target: Path, frames: tuple[int, int], rate: float
) -> Optional[int]:
    first, last = frames
    step = 1 / (rate * float(film.time_base))
    begin = film.start_time or 0
    source.seek(int(begin + (first + 0.5) * step), stream=film, backward=True)
    number = -1
    with av.open(str(target), "w", format=MATROSKA.demuxer) as container:
        copy = container.add_stream_from_template(film)
        key = 0
        for packet in source.demux(film):
            if not packet.size:
                continue
            if packet.pts is None:
                return None
            if number < 0:
                place = (packet.pts - begin) / step
                number, key = round(place), packet.pts
                is_right = packet.is_keyframe and abs(place - number) < _OFF
                if not is_right or not 0 <= number <= first:
                    return None
            if packet.pts < key:
                continue  # it belongs before the key picture
            if packet.dts is not None and packet.dts > begin + (last + 2) * step:
                break
            packet.pts -= key
            packet.dts = None if packet.dts is None else packet.dts - key
            packet.stream = copy
            container.mux(packet)
    return number if number >= 0 else None
