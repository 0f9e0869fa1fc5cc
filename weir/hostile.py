"""Hostile archives are refused by their zip directory, before any member is read.

The directory is never trusted for sizes, because it can lie. Here it is checked for
what no honest archive of footage has; one such thing, and the whole archive is refused.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from weir import WeirError

_END = struct.Struct("<4s4H2LH")  # APPNOTE 4.3.16, end of central directory record
_END_MARK = b"PK\x05\x06"
_LOCATOR = struct.Struct("<4sLQL")  # APPNOTE 4.3.15
_LOCATOR_MARK = b"PK\x06\x07"
_END64 = struct.Struct("<4sQ2H2L4Q")  # APPNOTE 4.3.14
_ENTRY_MARK = b"PK\x01\x02"
_END64_MARK = b"PK\x06\x06"
_LONGEST_COMMENT = 65535
_SMALLEST_ENTRY = 46
_LARGEST_ENTRY = 512  # directory bytes that one member takes on average, at most
_ENTRY = struct.Struct("<4s24x3H12x")  # APPNOTE 4.3.12, up to its three lengths
_LOCAL_HEADER = 30
_ENCRYPTED = 0x1 | 0x40
_UNIX = 3


class ArchiveError(WeirError):
    """An archive that cannot be read; its subclasses say what to do with it."""


class IncompleteArchive(ArchiveError, EOFError):
    """A zip that has no end or directory yet; it may still be arriving."""


class NotAnArchive(ArchiveError, ValueError):
    """A file that is no zip, and will never be one."""


class HostileArchive(ArchiveError, ValueError):
    """A zip that is refused as a whole; the text says why in plain words."""


@dataclass(frozen=True)
class Limits:
    """How much of this machine an archive may use.

    Attributes:
        members: the largest number of entries.
        total_bytes: the largest number of unpacked bytes, counted while reading.
        expansion: how many times its packed size a member may have when unpacked. A
            real clip deflates 1.002 to 1, a run of zeros 1029 to 1.
        expansion_from: bytes; ``expansion`` holds for members that unpack to more.
    """

    members: int = 20_000
    total_bytes: int = 256 << 30
    expansion: int = 100
    expansion_from: int = 1 << 20


@dataclass(frozen=True)
class Directory:
    """A zip's directory: where it begins, and how many members it lists."""

    start: int
    count: int


def check_end(file: BinaryIO, limits: Limits) -> Directory:
    """Check that a zip has arrived whole, and that its directory is not too large.

    Zip readers are lenient, and differ; this check is strict. The last end record must
    end the file, a zip64 record must lie right before it, and the directory right
    before that. So every reader finds the directory that is counted here.

    Raises:
        NotAnArchive: it does not begin as a zip does.
        IncompleteArchive: its end is missing; it may still come.
        HostileArchive: it has more members than the limit.
    """
    file.seek(0)
    start = file.read(2)
    if start != b"PK"[: len(start)]:
        raise NotAnArchive("it does not begin as a zip file does (PK)")
    size = file.seek(0, 2)
    tail_size = min(size, _LONGEST_COMMENT + _END.size)
    file.seek(size - tail_size)
    tail = file.read(tail_size)
    position = tail.rfind(_END_MARK)
    fields = tail[position : position + _END.size]
    if position >= 0 and len(fields) == _END.size:
        record = _END.unpack(fields)
        if position + _END.size + record[7] == len(tail):
            return _check_directory(file, size - tail_size + position, record, limits)
    raise IncompleteArchive("its end record is missing; it may still be arriving")


def _check_directory(
    file: BinaryIO, end: int, record: tuple[int, ...], limits: Limits
) -> Directory:
    members, size, offset = record[4], record[5], record[6]
    file.seek(max(0, end - _LOCATOR.size))
    locator = file.read(_LOCATOR.size)
    if len(locator) == _LOCATOR.size and locator.startswith(_LOCATOR_MARK):
        end -= _LOCATOR.size + _END64.size
        fields = _end64(file, end, _LOCATOR.unpack(locator))
        members, size, offset = fields[7:10]
    if max(members, size // _LARGEST_ENTRY) > limits.members:
        raise HostileArchive(
            f"it lists {members} members; at most {limits.members} are taken"
        )
    if offset + size != end or members * _SMALLEST_ENTRY > size:
        raise IncompleteArchive("its directory cannot be read")
    return Directory(offset, _count(file, offset, size, limits))


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
                f"it holds more than {limits.members} members, which are the most taken"
            )
    return members


def check_members(
    members: Sequence[zipfile.ZipInfo], end: int, counted: Directory
) -> None:
    """Refuse members that no honest archive of footage has.

    Args:
        members: the entries of the directory.
        end: where the directory begins; all members must end before it.
        counted: the directory that ``check_end`` found; it must be the same one.

    Raises:
        HostileArchive: it has such members; the text says why.
    """
    if (end, len(members)) != (counted.start, counted.count):
        raise HostileArchive("it has two directories; readers would differ")
    seen: set[str] = set()
    for member in members:
        _check_name(member)
        _check_type(member)
        name = str(PurePosixPath(member.filename.replace("\\", "/")))
        if name in seen and not member.is_dir():
            raise HostileArchive(f"two members are named {name!r}")
        seen.add(name)
    _check_overlap(members, end)


def name_problem(name: str) -> str:
    """Say what is hostile about a member's name.

    Returns:
        The reason in words; empty if nothing is.
    """
    plain = name.replace("\\", "/")
    if plain.startswith("/") or re.match(r"[A-Za-z]:", plain):
        return "has an absolute name"
    if ".." in plain.split("/"):
        return "leads out of the archive"
    return "has a NUL in its name" if "\0" in name else ""


def _check_name(member: zipfile.ZipInfo) -> None:
    # zipfile cuts ``filename`` at a NUL, and mends separators in it.
    for name in (member.orig_filename, member.filename):
        problem = name_problem(name)
        if problem:
            raise HostileArchive(f"the member {name!r} {problem}")


def _check_type(member: zipfile.ZipInfo) -> None:
    mode = member.external_attr >> 16
    file_type = stat.S_IFMT(mode) if member.create_system == _UNIX else 0
    if file_type == stat.S_IFLNK:
        raise HostileArchive(f"the member {member.filename!r} is a link")
    if file_type not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise HostileArchive(f"the member {member.filename!r} is no plain file")
    if member.flag_bits & _ENCRYPTED:
        raise HostileArchive(
            f"the member {member.filename!r} is encrypted; zip it without a password"
        )
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise HostileArchive(
            f"the member {member.filename!r} is compressed by method "
            f"{member.compress_type}; only stored and deflated are read"
        )


def _check_overlap(members: Iterable[zipfile.ZipInfo], directory: int) -> None:
    """Refuse members that share bytes, as those of a zip bomb do."""
    end, before = 0, ""
    for member in sorted(members, key=lambda m: m.header_offset):
        if member.header_offset < end:
            raise HostileArchive(
                f"the members {before!r} and {member.filename!r} share bytes"
            )
        end = member.header_offset + _LOCAL_HEADER + member.compress_size
        before = member.filename
    if end > directory:
        raise HostileArchive(f"the member {before!r} shares bytes with the directory")
