"""Why footage gives no frame, in words, and what to do about it."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, Optional

from analysis.frames.decoder import OPENCV
from analysis.frames.files.container import film_of, opened
from analysis.frames.footageformat import (
    PACKET_BYTES,
    RAW_H264,
    TRANSPORT,
    FootageFormat,
)
from analysis.frames.pyav import av
from weir.h264 import count_frames

_HEAD = 1 << 16
_LARGEST_INDEX = 64 << 20
_PROTECTED = (b"encv", b"drmi")
_ASF_PROTECTED = bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e")
_ENCRYPTED = "it is encrypted, and Weir has no key; export it without protection"
_PACKETS = [
    re.compile(rb"G..(.)(?=.{%d}G)" % (size - 4), re.DOTALL) for size in PACKET_BYTES
]
_NO_INDEX = (
    "it has no index (moov): the camera lost power before it wrote one, or the end is"
    " missing; fetch it again from the camera, or let a tool rebuild the index by a"
    " whole clip of the same camera"
)
_NO_PARAMETERS = (
    "it has no parameters (SPS), without which nothing can be decoded: its beginning"
    " is missing; fetch it again from the camera"
)
_NO_KEY = (
    "it has no key frame, at which decoding could start; fetch it again from the"
    " camera, and let the camera make key frames more often"
)
_DAMAGED = "not one frame could be decoded; fetch it again from the camera"


def why_encrypted(path: Path, footage_format: FootageFormat) -> str:
    """Say that footage is encrypted; a decoder would make noise of it.

    Returns:
        The reason; empty if it is not.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        if footage_format.demuxer == "mov":
            index = _index_of(file) or b""
            is_encrypted = any(mark in index for mark in _PROTECTED)
        else:
            head = file.read(_HEAD)
            is_scrambled = footage_format is TRANSPORT and _is_scrambled(head)
            is_encrypted = is_scrambled or _ASF_PROTECTED in head
    return _ENCRYPTED if is_encrypted else ""


def why_nothing(path: Path, footage_format: FootageFormat) -> str:
    """Say why not one frame of footage could be decoded, and what to do.

    Raises:
        OSError: it cannot be read.
    """
    if footage_format is RAW_H264:
        counter = count_frames(path)
        if not counter.has_parameters:
            return _NO_PARAMETERS
        return _DAMAGED if counter.key_frames else _NO_KEY
    if footage_format.demuxer == "mov":
        with path.open("rb") as file:
            if _index_of(file) is None:
                return _NO_INDEX
    with suppress(av.FFmpegError, OSError, ValueError):
        return _by_tracks(path, footage_format)
    return _DAMAGED


def _by_tracks(path: Path, footage_format: FootageFormat) -> str:
    with opened(path, footage_format) as container:
        film = film_of(container)
        if film is None:
            sound = [each.codec_context.name for each in container.streams.audio]
            if not sound:
                return _DAMAGED
            return (
                f"it has only sound ({', '.join(sound)}) and no pictures; look for the"
                " file that has them, or for what keeps the camera from filming"
            )
        unknown = "of an unknown kind"
        codec = (
            film.codec_context.codec.canonical_name if film.codec_context else unknown
        )
        if film.codec_context and not _is_decoded(container, film):
            return _DAMAGED
    return (
        f"its pictures are {codec}, which {OPENCV} does not decode;"
        " convert it, for example with: ffmpeg -i IN -c:v libx264 -crf 16 OUT.mp4"
    )


def _is_decoded(container: Any, film: Any) -> bool:
    """Whether PyAV, which has more decoders than OpenCV, decodes a picture."""
    return next(iter(container.decode(film)), None) is not None


def _index_of(file: BinaryIO) -> Optional[bytes]:
    """Read the index of an MP4 or MOV.

    Returns:
        Its bytes, of a very long one the first; None if it is not there or cut off.
    """
    for kind, start, size in _boxes(file):
        if kind == b"moov":
            file.seek(start)
            data = file.read(min(size, _LARGEST_INDEX))
            return data if len(data) == min(size, _LARGEST_INDEX) else None
    return None


def _boxes(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Yield the outermost boxes: kind, and place and size of what they hold."""
    end = file.seek(0, 2)
    at = 0
    while at + 8 <= end:
        file.seek(at)
        head = file.read(16)
        size, kind = struct.unpack_from(">I4s", head)
        before = 8
        if size == 1 and len(head) == 16:
            size, before = struct.unpack_from(">Q", head, 8)[0], 16
        size = size or end - at
        if size < before:
            return
        yield kind, at + before, size - before
        at += size


def _is_scrambled(head: bytes) -> bool:
    """Whether most packets of a transport stream say that they are encrypted.

    Each is found by its own first byte and the next one's, as bytes may be missing.
    """
    flags: list[bytes] = max((each.findall(head) for each in _PACKETS), key=len)
    return sum(flag[0] & 0xC0 > 0 for flag in flags) * 2 > len(flags)
