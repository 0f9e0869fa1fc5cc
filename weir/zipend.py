"""The end of a zip: whether the zip has arrived whole, and where its directory lies.

Zip readers are lenient, and differ. Here the directory must lie right before the last
end record, so that every reader finds the one that is counted. Two things that no
upload would mend are read all the same, because they can be read in one way only: bytes
behind the end, and a zip of more than 4 GiB whose places were cut off at 32 bits (see
``weir.wrapped``). Whatever else can never become whole is refused with what to do.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO, Optional

from weir.foreign import HEAD_BYTES, JOIN, is_split, name_archive
from weir.hostile import (
    Directory,
    HostileArchive,
    IncompleteArchive,
    Limits,
    NotAnArchive,
)
from weir.wrapped import TURN

_END = struct.Struct("<4s4H2LH")  # APPNOTE 4.3.16, end of central directory record
_END_MARK = b"PK\x05\x06"
_LOCATOR = struct.Struct("<4sLQL")  # APPNOTE 4.3.15
_LOCATOR_MARK = b"PK\x06\x07"
_END64 = struct.Struct("<4sQ2H2L4Q")  # APPNOTE 4.3.14
_ENTRY_MARK, _LOCAL_MARK = b"PK\x01\x02", b"PK\x03\x04"
_END64_MARK = b"PK\x06\x06"
_LONGEST_TAIL = 1 << 20
_NO_DISK = 0xFFFF  # a zip64 record says it
_SMALLEST_ENTRY = 46
_LARGEST_ENTRY = 512  # directory bytes that one member takes on average, at most
_ENTRY = struct.Struct("<4s24x3H12x")  # APPNOTE 4.3.12, up to its three lengths


@dataclass(frozen=True)
class _End:
    """An end record: where it lies, and what it says of the directory."""

    place: int
    disk: int
    members: int
    size: int
    offset: int


def check_end(file: BinaryIO, limits: Limits) -> Directory:
    """Check that a zip has arrived whole, and that its directory is not too large.

    Raises:
        NotAnArchive: it is no zip, or can never become one that is read.
        IncompleteArchive: its end is missing; it may still come.
        HostileArchive: it has more members than the limit.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    found = _end(file)
    if head[:2] != b"PK"[: len(head)]:
        kind = name_archive("", head)
        raise NotAnArchive(kind or _why_no_head(found))
    if is_split(head):
        raise NotAnArchive(f"it is a part of a split zip: {JOIN}")
    if found is None:
        raise IncompleteArchive(
            "its end record is missing; it may still be arriving, else copy it again"
        )
    record, ends = found
    return _check_directory(file, record, ends, limits)


def _end(file: BinaryIO) -> Optional[tuple[_End, int]]:
    """Find the last end record, and where the zip ends; None without a whole one."""
    size = file.seek(0, 2)
    tail_size = min(size, _LONGEST_TAIL)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    position = tail.rfind(_END_MARK)
    fields = tail[position : position + _END.size]
    if position < 0 or len(fields) < _END.size:
        return None
    _, disk, _, _, members, *where, comment = _END.unpack(fields)
    left = len(tail) - (position + _END.size + comment)
    if left >= 0:
        place = size - tail_size + position
        return _End(place, disk, members, *where), size - left
    return None


def _why_no_head(found: Optional[tuple[_End, int]]) -> str:
    """Say why a file that does not begin as a zip is none, by how it ends."""
    if found is None:
        return (
            "it does not begin as a zip file does (PK): copy it again, or give it the"
            " name that it had"
        )
    if found[0].disk not in (0, _NO_DISK):
        return f"it is the last part of a split zip: {JOIN}"
    return (
        "it ends as a zip file does, and does not begin as one (PK): take away what"
        " lies before the zip, or zip the files anew"
    )


def _check_directory(
    file: BinaryIO, record: _End, ends: int, limits: Limits
) -> Directory:
    size, offset = record.size, record.offset
    end, members, is_64 = record.place, record.members, False
    file.seek(max(0, end - _LOCATOR.size))
    locator = file.read(_LOCATOR.size)
    if len(locator) == _LOCATOR.size and locator.startswith(_LOCATOR_MARK):
        end -= _LOCATOR.size + _END64.size
        fields = _end64(file, end, _LOCATOR.unpack(locator))
        members, size, offset = fields[7:10]
        is_64 = True
    if record.disk not in (0, _NO_DISK):
        raise NotAnArchive(f"it is the last part of a split zip: {JOIN}")
    if max(members, size // _LARGEST_ENTRY) > limits.members:
        raise HostileArchive(
            f"it lists {members} members; at most {limits.members} are taken",
            "zip the files in several parts",
        )
    start = end - size
    if start < 0 or members * _SMALLEST_ENTRY > size:
        raise IncompleteArchive("its directory cannot be read")
    is_wrapped = not is_64 and start > offset and (start - offset) % TURN == 0
    if start != offset and not is_wrapped:
        raise _misplaced(file, start, offset)
    count = _count(file, start, size, limits)
    return Directory(start, count, ends, is_wrapped=is_wrapped)


def _misplaced(file: BinaryIO, start: int, offset: int) -> Exception:
    """Say why a directory does not lie where the end record says.

    An upload that broke off behind a zip that it holds looks like that: there, the held
    zip's first member lies so many bytes behind where it should.
    """
    shift = start - offset
    unread = IncompleteArchive("its directory cannot be read")
    if _at(file, start, 4) not in (_ENTRY_MARK, _END_MARK):
        return unread
    if shift > 0 and _at(file, shift, 4) in (_LOCAL_MARK, _END_MARK):
        if _at(file, shift - _END.size, 4) == _END_MARK:
            return NotAnArchive(
                "it is two zips, one behind the other: take them apart, or zip the"
                " files anew"
            )
        return unread
    number, change = abs(shift), "more" if shift > 0 else "fewer"
    return NotAnArchive(
        f"it has {number} bytes {change} than when it was zipped; something changed it"
        " on its way (FTP in text mode does): copy it again, in binary mode"
    )


def _at(file: BinaryIO, place: int, size: int) -> bytes:
    if place < 0:
        return b""
    file.seek(place)
    return file.read(size)


def _end64(file: BinaryIO, place: int, locator: tuple[int, ...]) -> tuple[int, ...]:
    """Read the zip64 end record, which must lie right before its locator.

    It must also lie where the locator says: some readers go by the one, some by the
    other. APPNOTE 4.3.14 allows a gap; no program that zips footage leaves one.
    """
    if locator[1:] not in ((0, place, 1), (0, place, 0)) or place < 0:
        raise IncompleteArchive("its directory cannot be read: zip64 records disagree")
    file.seek(place)
    data = file.read(_END64.size)
    if len(data) < _END64.size or not data.startswith(_END64_MARK):
        raise IncompleteArchive("its directory cannot be read")
    return _END64.unpack(data)


def _count(file: BinaryIO, offset: int, size: int, limits: Limits) -> int:
    """Count the directory's entries, because the number in the end record can lie."""
    file.seek(offset)
    directory = file.read(size)
    position, members = 0, 0
    while position < len(directory):
        entry = directory[position : position + _SMALLEST_ENTRY]
        if len(entry) < _SMALLEST_ENTRY or not entry.startswith(_ENTRY_MARK):
            raise IncompleteArchive("its directory cannot be read")
        position += _SMALLEST_ENTRY + sum(_ENTRY.unpack(entry)[1:])
        members += 1
        if members > limits.members:
            raise HostileArchive(
                f"it holds more than {limits.members} members, the most that are taken",
                "zip the files in several parts",
            )
    return members


class Cut(io.RawIOBase):
    """A file that ends earlier, so that no reader sees what lies behind the end.

    Args:
        file: open for reading; it is closed by its owner.
        size: where it ends.
    """

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._size, self._at = file, size, 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be read from any place."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}
        self._at = max(0, base[whence] + offset)
        return self._at

    def tell(self) -> int:
        """Return the present place."""
        return self._at

    def readinto(self, buffer: Any) -> Optional[int]:
        """Read as many bytes as there are and fit."""
        self._file.seek(self._at)
        data = self._file.read(max(0, min(len(buffer), self._size - self._at)))
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)
