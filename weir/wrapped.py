"""Zips of more than 4 GiB whose sizes and places were cut off at 32 bits.

The Finder of macOS (Archive Utility, ditto) writes no zip64 records: behind 4 GiB each
number begins again at 0. The numbers are completed by what can be read: a member's
header bears its name, and the next header lies right behind its data.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from typing import BinaryIO

from weir.hostile import HostileArchive, Limits, NotAnArchive

TURN = 1 << 32
"""Behind so many bytes the numbers begin again."""

_LOCAL = struct.Struct("<4s22x2H")  # APPNOTE 4.3.7, with its two lengths
_LOCAL_MARK = b"PK\x03\x04"
_HAS_DESCRIPTOR = 0x8
_DESCRIPTORS = (0, 12, 16, 20, 24)  # APPNOTE 4.3.9, in all its forms
_MOST_EXPANSION = 1032  # of deflate
_AGAIN = (
    "it is larger than 4 GB, and the program that made it (the Finder's Compress)"
    " cannot write such zips: {why}. Drop the files themselves, or zip them in parts"
    " of less than 4 GB"
)


def unwrap(
    file: BinaryIO, members: Sequence[zipfile.ZipInfo], end: int, limits: Limits
) -> None:
    """Complete the members' places and sizes, in place.

    Of a deflated member only the largest possible size is known; its true one is equal
    to it but for a multiple of ``TURN``.

    Args:
        file: the zip.
        members: the entries of its directory, as ``zipfile`` read them.
        end: where the directory begins.
        limits: how large it may be.

    Raises:
        NotAnArchive: it can be read in more than one way, or in none.
        HostileArchive: it is larger than the limits allow.
    """
    if end > limits.total_bytes:
        raise HostileArchive(f"it unpacks to more than {limits.total_bytes} bytes")
    places = [_place(file, member, end) for member in members]
    order = sorted(zip(places, members), key=lambda pair: pair[0])
    nexts = [place for place, _ in order[1:]] + [end]
    for (place, member), after in zip(order, nexts):
        member.header_offset = place
        if hasattr(member, "_end_offset"):
            # Newer Pythons reckon by the places that were cut off.
            member._end_offset = None
        _complete(file, member, after)


def _place(file: BinaryIO, member: zipfile.ZipInfo, end: int) -> int:
    """Find the one place where a member's header is."""
    first = member.header_offset % TURN
    found = [p for p in range(first, end, TURN) if _is_header(file, p, member)]
    if len(found) != 1:
        why = f"{member.filename!r} is found in {len(found)} places"
        raise NotAnArchive(_AGAIN.format(why=why))
    return found[0]


def _is_header(file: BinaryIO, place: int, member: zipfile.ZipInfo) -> bool:
    file.seek(place)
    header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(_LOCAL_MARK):
        return False
    encoding = "utf-8" if member.flag_bits & 0x800 else "cp437"
    name = file.read(_LOCAL.unpack(header)[1])
    return name.decode(encoding, "replace") == member.orig_filename


def _complete(file: BinaryIO, member: zipfile.ZipInfo, after: int) -> None:
    """Complete a member's sizes, given where what follows it begins."""
    file.seek(member.header_offset)
    _, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    room = after - (member.header_offset + _LOCAL.size + name + extra)
    behind = (room - member.compress_size) % TURN
    allowed = _DESCRIPTORS if member.flag_bits & _HAS_DESCRIPTOR else (0,)
    if behind not in allowed or room < behind:
        why = f"it is not clear where {member.filename!r} ends"
        raise NotAnArchive(_AGAIN.format(why=why))
    member.compress_size = room - behind
    most = room - behind
    if member.compress_type != zipfile.ZIP_STORED:
        most = max(most * _MOST_EXPANSION, member.file_size)
    member.file_size += (most - member.file_size) // TURN * TURN
