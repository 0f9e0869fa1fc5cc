"""What footage is, by its first bytes, and the one way in which it may be read.

FFmpeg guesses what a file is from anything in it. A text that it takes for a playlist
makes it open other files, which whoever dropped the text may not be allowed to read. So
a file's first bytes must be those of a kind that stands here, whatever its name, and
``analysis.frames.decoder`` holds FFmpeg to that kind's demuxer. A demuxer that opens
other files has no place in this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from analysis import DecodeError

Mark = tuple[int, bytes]
"""Bytes and where they stand."""

_HEAD = 1 << 16
_RAW_SUFFIXES = (".h264", ".264")
_START = b"\x00\x00\x01"
_UNIT_TYPES = range(1, 24)  # ITU-T H.264, table 7-1: the others are not specified
_BOXES = (b"ftyp", b"moov", b"mdat", b"moof", b"styp", b"sidx")
_FILLERS = (b"free", b"skip", b"wide", b"pnot", b"udta")


@dataclass(frozen=True)
class FootageKind:
    """A kind of footage that Weir reads.

    Attributes:
        name: for people.
        demuxer: FFmpeg's short name of what reads it.
        marks: ways in which it may begin; all marks of one way must be there.
        is_raw: whether it is a bare stream, which tells neither rate nor length.
    """

    name: str
    demuxer: str
    marks: tuple[tuple[Mark, ...], ...] = ()
    is_raw: bool = False


RAW_H264 = FootageKind("raw H.264", "h264", is_raw=True)
KINDS = (
    FootageKind("MP4 or MOV", "mov", tuple(((4, box),) for box in _BOXES + _FILLERS)),
    FootageKind("AVI", "avi", (((0, b"RIFF"), (8, b"AVI ")),)),
    FootageKind("Matroska or WebM", "matroska", (((0, b"\x1a\x45\xdf\xa3"),),)),
    RAW_H264,
)


def kind_of(path: Path) -> Optional[FootageKind]:
    """What a file is by its first bytes.

    A stream whose beginning was damaged on its way can still be salvaged. It is known
    by its name and the first unit that can be found, unless it begins as a text does.

    Returns:
        None for a file that is none of these, or that cannot be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError:
        return None
    for kind in KINDS:
        if any(_has(head, marks) for marks in kind.marks):
            return kind
    begins_raw = _unit_at(head, len(head) - len(head.lstrip(b"\0")) - 2)
    is_damaged = path.suffix.lower() in _RAW_SUFFIXES and not _is_text(head[:16])
    return RAW_H264 if begins_raw or (is_damaged and _has_unit(head)) else None


def require_kind(path: Path) -> FootageKind:
    """Like ``kind_of``.

    Raises:
        DecodeError: it is none of these; the text says how it begins.
    """
    kind = kind_of(path)
    if kind is None:
        known = ", ".join(each.name for each in KINDS)
        raise DecodeError(f"{path.name}: {_beginning(path)}; expected {known}")
    return kind


def _has(head: bytes, marks: tuple[Mark, ...]) -> bool:
    return all(head[at : at + len(mark)] == mark for at, mark in marks)


def _has_unit(head: bytes) -> bool:
    at = head.find(_START)
    while at >= 0 and not _unit_at(head, at):
        at = head.find(_START, at + 1)
    return at >= 0


def _unit_at(head: bytes, at: int) -> bool:
    """Whether a unit of H.264 begins there, by its start code and its header."""
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
