"""Containers that say how long they are, so that it is known whether bytes are missing.

None of them numbers its parts. One that was streamed while it was filmed says nothing.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Optional

_FLV_HEAD, _FLV_TAG, _FLV_KINDS = 9, 11, (8, 9, 18)
_FLV_SIZE = b"\0\x08filesize\0"
_ASF_FACTS = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_ASF_PACKET = 0x82  # begins with how errors could be corrected, as all writers do
_ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")
_ASF_BEFORE = 50  # bytes of the data's head
_SEGMENT = b"\x18\x53\x80\x67"
_META = 1 << 12


def is_all_there(path: Path, demuxer: str) -> Optional[bool]:
    """Whether a file is as long as it says, and its parts lie one behind the other.

    Returns:
        None where it does not say how long it is.

    Raises:
        OSError, ValueError: it cannot be read.
    """
    judge = {"flv": _flv, "asf": _asf, "matroska": _matroska}.get(demuxer)
    if judge is None:
        return None
    with (
        path.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        try:
            return judge(data)
        except struct.error:  # it ends within a number
            return False


def _flv(data: mmap.mmap) -> Optional[bool]:
    at = _FLV_HEAD + 4
    while at + _FLV_TAG < len(data):
        size = int.from_bytes(data[at + 1 : at + 4], "big") + _FLV_TAG
        if data[at] & 31 not in _FLV_KINDS:
            return False
        at += size + 4
        if at > len(data) or struct.unpack_from(">I", data, at - 4) != (size,):
            return False
    told = data.find(_FLV_SIZE, 0, _META)
    if told < 0:
        return None
    (length,) = struct.unpack_from(">d", data, told + len(_FLV_SIZE))
    return bool(length == len(data)) if length else None


def _asf(data: mmap.mmap) -> Optional[bool]:
    facts = data.find(_ASF_FACTS, 0, _META)
    start = data.find(_ASF_DATA) + _ASF_BEFORE
    if facts < 0 or start < _ASF_BEFORE:
        return None
    length, _, count = struct.unpack_from("<QQQ", data, facts + 40)
    flags, size = struct.unpack_from("<II", data, facts + 88)
    if flags & 1 or not size:
        return None  # it was written while it was sent, and knows no end
    packets = range(start, start + count * size, size)
    return bool(length == len(data)) and all(data[at] == _ASF_PACKET for at in packets)


def _matroska(data: mmap.mmap) -> Optional[bool]:
    at = data.find(_SEGMENT, 0, _META) + len(_SEGMENT)
    if at < len(_SEGMENT) or not data[at]:
        return None
    width = 9 - data[at].bit_length()
    most = (1 << 7 * width) - 1
    size = int.from_bytes(data[at : at + width], "big") & most
    return None if size == most else at + width + size <= len(data)
