"""Containers, as PyAV's demuxer reads them: held to one demuxer and one file.

A container may hold more than one track of pictures: a cover, or a small copy for a
preview. OpenCV reads the first one that it finds. So where another track is the film,
that track is copied, undecoded, to a file of its own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Optional

from analysis import DecodeError
from analysis.frames.footageformat import MATROSKA, FootageFormat
from analysis.frames.pyav import av

_STILLS = frozenset({"mjpeg", "png", "bmp", "gif", "webp", "tiff"})
_LEFT_FREE = 64e6
_ALIKE = ("mov", "mpegts")
"""Copied to their like; all others to Matroska, which takes any codec."""


@contextmanager
def opened(path: Path, footage_format: FootageFormat) -> Iterator[Any]:
    """Open a container, and no other file that it may name.

    Raises:
        av.FFmpegError, OSError, ValueError: it cannot be read.
    """
    demuxer = footage_format.demuxer
    with av.open(
        str(path.absolute()),
        # Not ``options``: PyAV 15 crashes where tracks turn up after opening.
        format=demuxer,
        container_options={"format_whitelist": demuxer, "protocol_whitelist": "file"},
        metadata_errors="replace",
    ) as container:
        yield container


@contextmanager
def reported() -> Iterator[list[tuple[int, str, str]]]:
    """Collect the errors that PyAV's FFmpeg reports within ``with``.

    Yields:
        A list that grows: each error's level, whose it is, and its words.
    """
    level, skips = av.logging.get_level(), av.logging.get_skip_repeated()
    av.logging.set_level(av.logging.ERROR)
    av.logging.set_skip_repeated(False)  # else the last clip's error hides this one's
    try:
        with av.logging.Capture() as logs:
            yield logs
    finally:
        av.logging.set_level(level)
        av.logging.set_skip_repeated(skips)


def film_of(container: Any) -> Optional[Any]:
    """Choose the track that is the film: the largest one that is no cover.

    Returns:
        PyAV's stream; None if there are no pictures.
    """
    streams = container.streams.video
    return max(streams, key=_rank, default=None)


def is_hidden(container: Any, stream: Any) -> bool:
    """Whether OpenCV would read another track instead."""
    return any(each.index < stream.index for each in container.streams.video)


def _rank(stream: Any) -> tuple[bool, bool, int, int]:
    codec = stream.codec_context
    is_cover = bool(stream.disposition & av.stream.Disposition.attached_pic)
    is_still = codec is not None and codec.name in _STILLS
    area = codec.width * codec.height if codec is not None else 0
    return not is_cover, not is_still, area, -stream.index


@contextmanager
def alone(
    path: Path, footage_format: FootageFormat, index: int
) -> Iterator[tuple[Path, FootageFormat]]:
    """Copy a track to a file of its own, which is removed at the end of ``with``.

    The file lies beside the footage, or in the system's folder for such files if the
    footage's folder cannot be written to.

    Yields:
        The file and its format.

    Raises:
        DecodeError: it cannot be copied.
    """
    _require_room(path, index)
    is_alike = footage_format.demuxer in _ALIKE
    target_format = footage_format if is_alike else MATROSKA
    try:
        descriptor, name = tempfile.mkstemp(".track", dir=path.parent)
    except OSError:
        descriptor, name = tempfile.mkstemp(".track")
    os.close(descriptor)
    try:
        _copy(path, footage_format, index, Path(name), target_format)
        yield Path(name), target_format
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def _require_room(path: Path, index: int) -> None:
    """Refuse to fill the disk with a copy: others write there, too.

    Raises:
        DecodeError: there is too little room.
    """
    needed, free = path.stat().st_size, shutil.disk_usage(path.parent).free
    if free < needed + _LEFT_FREE:
        raise DecodeError(
            f"{path.name}: its film is track {index}, which is copied from between the"
            f" others; for that {needed / 1e6:.0f} MB are needed, and {free / 1e6:.0f}"
            " MB are free: make room, and drop it again"
        )


def _copy(
    path: Path,
    footage_format: FootageFormat,
    index: int,
    target: Path,
    target_format: FootageFormat,
) -> None:
    try:
        with (
            opened(path, footage_format) as source,
            av.open(str(target), "w", format=target_format.demuxer) as container,
        ):
            stream = source.streams[index]
            copy = container.add_stream_from_template(stream)
            for packet in source.demux(stream):
                if packet.size:
                    if packet.pts is None:
                        packet.pts = packet.dts  # an AVI has no other time
                    packet.stream = copy
                    container.mux(packet)
    except (av.FFmpegError, ValueError) as exc:
        raise DecodeError(
            f"{path.name}: its film is track {index}, which cannot be copied from"
            f" between the others ({exc})"
        ) from exc
