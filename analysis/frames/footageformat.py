"""The formats of footage: each is known by its first bytes, and read by one demuxer.

FFmpeg guesses a file's format from anything in it. A text that it takes for a playlist
makes it open other files, which the person who dropped the text may not be allowed to
read. So a file must begin as a format in this table does, whatever its name, and
``analysis.frames.decoder`` lets FFmpeg use only that format's demuxer. No demuxer that
opens other files may be in this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from analysis import DecodeError

Mark = tuple[int, bytes]
"""A place in the file, and the bytes that must be there."""

_HEAD = 1 << 16
_RAW_SUFFIXES = (".h264", ".264")
_START = b"\x00\x00\x01"
_UNIT_TYPES = range(1, 24)  # ITU-T H.264, table 7-1, leaves the others open
_BOXES = (b"ftyp", b"moov", b"mdat", b"moof", b"styp", b"sidx")
_FILLERS = (b"free", b"skip", b"wide", b"pnot", b"udta")


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


RAW_H264 = FootageFormat("raw H.264", "h264", is_raw=True)
FORMATS = (
    FootageFormat("MP4 or MOV", "mov", tuple(((4, box),) for box in _BOXES + _FILLERS)),
    FootageFormat("AVI", "avi", (((0, b"RIFF"), (8, b"AVI ")),)),
    FootageFormat("Matroska or WebM", "matroska", (((0, b"\x1a\x45\xdf\xa3"),),)),
    RAW_H264,
)


def format_of(path: Path) -> Optional[FootageFormat]:
    """Recognise the format of a file by its first bytes.

    A raw stream with a damaged beginning can still be salvaged. It is recognised by its
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
    begins_raw = _unit_at(head, len(head) - len(head.lstrip(b"\0")) - 2)
    is_damaged = path.suffix.lower() in _RAW_SUFFIXES and not _is_text(head[:16])
    return RAW_H264 if begins_raw or (is_damaged and _has_unit(head)) else None


def require_format(path: Path) -> FootageFormat:
    """Recognise the format of a file, as ``format_of`` does.

    Raises:
        DecodeError: it has none of the formats; the text says how it begins.
    """
    found = format_of(path)
    if found is None:
        known = ", ".join(each.name for each in FORMATS)
        raise DecodeError(f"{path.name}: {_beginning(path)}; expected {known}")
    return found


def _has(head: bytes, marks: tuple[Mark, ...]) -> bool:
    return all(head[at : at + len(mark)] == mark for at, mark in marks)


def _has_unit(head: bytes) -> bool:
    at = head.find(_START)
    while at >= 0 and not _unit_at(head, at):
        at = head.find(_START, at + 1)
    return at >= 0


def _unit_at(head: bytes, at: int) -> bool:
    """Whether a start code and a unit's header of H.264 are at this place."""
    if at < 0 or head[at : at + 3] != _START or len(head) < at + 4:
        return False
    return head[at + 3] < 0x80 and head[at + 3] & 31 in _UNIT_TYPES


def _is_text(beginning: bytes) -> bool:
    return all(byte in b"\t\n\r" or 32 <= byte < 127 for byte in beginning)


def _beginning(path: Path) -> str:
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as exc:
        return f"it cannot be read ({exc.strerror})"
    return f"it begins with {head!r}, as no footage does" if head else "it is empty"
