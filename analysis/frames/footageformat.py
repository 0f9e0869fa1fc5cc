"""The formats of footage: each is known by its first bytes, and read by one demuxer.

FFmpeg guesses a file's format from anything in it. A text that it takes for a playlist
makes it open other files, which the person who dropped the text may not be allowed to
read. So a file must begin as a format in this table does, whatever its name, and
``analysis.frames.decoder`` lets FFmpeg use only that format's demuxer. No demuxer that
opens other files may be in this table. Those in it were read for that: a MOV may refer
to other files, and the demuxer follows only if it is told to; Matroska's linked
segments, the addresses in ASF and FLV, and what a broadcast says of other programmes
are never followed; raw streams name nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from analysis import DecodeError
from weir import startcodes
from weir.foreign import CONVERT, HEAD_BYTES, name_archive, name_video

Mark = tuple[int, bytes]
"""A place in the file, and the bytes that must be there."""

_HEAD = 1 << 16
_RAW_SUFFIXES = (".h264", ".264", ".avc", ".h265", ".265", ".hevc")
_PROGRAM_SUFFIXES = (".mpg", ".mpeg", ".mpe", ".vob", ".mod", ".tod")
_BOXES = (b"ftyp", b"moov", b"mdat", b"moof", b"styp", b"sidx")
_FILLERS = (b"free", b"skip", b"wide", b"pnot", b"udta")
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_PACK = b"\x00\x00\x01\xba"
_SYNC = 0x47
PACKET_BYTES = (188, 192, 204)
"""A transport stream's packet: plain, with a time as on discs, with a checksum."""

_LEAST_PACKETS, _MOST_PACKETS = 3, 8
_PACKET_RUNS = [
    re.compile(rb"G(?:.{%d}G){%d}" % (size - 1, _MOST_PACKETS - 1), re.DOTALL)
    for size in PACKET_BYTES
]


@dataclass(frozen=True)
class FootageFormat:
    """A format of footage that Weir reads.

    Attributes:
        name: for people.
        demuxer: FFmpeg's short name of the demuxer that reads it.
        marks: the ways in which a file may begin; all marks of one way must be there.
        is_raw: whether it is a bare stream, which has neither rate nor length.
    """

    name: str
    demuxer: str
    marks: tuple[tuple[Mark, ...], ...] = ()
    is_raw: bool = False


def _starting(*codes: bytes) -> tuple[tuple[Mark, ...], ...]:
    """List the ways to begin with a start code, which may be one zero longer."""
    return tuple(((0, zero + code),) for code in codes for zero in (b"", b"\0"))


RAW_H264 = FootageFormat("raw H.264", "h264", is_raw=True)
RAW_HEVC = FootageFormat("raw HEVC", "hevc", is_raw=True)
RAW_JPEG = FootageFormat("raw Motion JPEG", "mjpeg", (((0, b"\xff\xd8\xff"),),), True)
TRANSPORT = FootageFormat("MPEG transport stream", "mpegts")
PROGRAM = FootageFormat(
    "MPEG program stream", "mpeg", (*_starting(_PACK), ((0, b"IMKH"), (40, _PACK)))
)
MATROSKA = FootageFormat("Matroska or WebM", "matroska", (((0, b"\x1a\x45\xdf\xa3"),),))
FORMATS = (
    FootageFormat("MP4 or MOV", "mov", tuple(((4, box),) for box in _BOXES + _FILLERS)),
    FootageFormat("AVI", "avi", (((0, b"RIFF"), (8, b"AVI ")),)),
    MATROSKA,
    FootageFormat("ASF or WMV", "asf", (((0, _ASF),),)),
    FootageFormat("FLV", "flv", (((0, b"FLV\x01"),),)),
    PROGRAM,
    TRANSPORT,
    FootageFormat("raw MPEG-2", "mpegvideo", _starting(b"\0\0\1\xb3")),
    FootageFormat("raw MPEG-4", "m4v", _starting(b"\0\0\1\xb0", b"\0\0\1\0\0\0\1\x20")),
    RAW_JPEG,
    RAW_HEVC,
    RAW_H264,
)


def format_of(path: Path) -> Optional[FootageFormat]:
    """Recognise the format of a file by its first bytes.

    A stream with a damaged beginning can still be salvaged. It is recognised by its
    name and the first unit that can be found, unless it begins as a text does.

    Returns:
        None if it has none of the formats, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return None
    for footage_format in FORMATS:
        if any(_has(head, marks) for marks in footage_format.marks):
            return footage_format
    if _is_text(head[:16]):
        return None
    if _is_transport(head):
        return TRANSPORT
    if path.suffix.lower() in _PROGRAM_SUFFIXES and _PACK in head:
        return PROGRAM
    is_named = path.suffix.lower() in _RAW_SUFFIXES and startcodes.has_unit(head)
    return _raw_format(head, is_named=is_named)


def _raw_format(head: bytes, *, is_named: bool) -> Optional[FootageFormat]:
    """Tell HEVC from H.264, in a stream that begins as one or is named as one."""
    if startcodes.is_hevc(head) and (is_named or startcodes.begins(head)):
        return RAW_HEVC
    return RAW_H264 if is_named or startcodes.begins_with_unit(head) else None


def require_format(path: Path) -> FootageFormat:
    """Recognise the format of a file, as ``format_of`` does.

    Raises:
        DecodeError: it has none of the formats; the text says how it begins.
    """
    found = format_of(path)
    if found is None:
        raise DecodeError(f"{path.name}: {_beginning(path)}")
    return found


def _has(head: bytes, marks: tuple[Mark, ...]) -> bool:
    return all(head[at : at + len(mark)] == mark for at, mark in marks)


def _is_transport(head: bytes) -> bool:
    """Whether a byte that begins each packet comes again and again.

    The file may begin within a packet, as a recording of a broadcast does, or with
    packets of which bytes are missing.
    """
    return any(run.search(head) for run in _PACKET_RUNS) or any(
        _has_packets(head[first::size][:_MOST_PACKETS])
        for size in PACKET_BYTES
        for first in range(size)
        if head[first : first + 1] == b"G"
    )


def _has_packets(beginnings: bytes) -> bool:
    return len(beginnings) >= _LEAST_PACKETS and set(beginnings) == {_SYNC}


def _is_text(beginning: bytes) -> bool:
    return all(byte in b"\t\n\r" or 32 <= byte < 127 for byte in beginning)


def _beginning(path: Path) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as exc:
        return f"it cannot be read ({exc.strerror})"
    if not head:
        return "it is empty; copy it again from the camera"
    if kind := name_archive(path.name, head) or name_video(head):
        return kind
    known = ", ".join(each.name for each in FORMATS)
    return f"it begins with {head[:8]!r}, as no footage does ({known}): {_remedy(head)}"


def _remedy(head: bytes) -> str:
    if not head.strip(b"\0"):
        return "it was not written there, so copy it again"
    if _is_text(head[:16]):
        return "it is a text in the place of a video, so download the video again"
    return f"copy it again; if a player shows it, {CONVERT}"
