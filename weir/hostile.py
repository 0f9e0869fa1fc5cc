"""Hostile archives are refused by their zip directory, before any member is read.

The directory is never trusted for sizes, because it can lie. Here it is checked for
what no honest archive of footage has; one such thing, and the whole archive is refused.
"""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from weir import WeirError

_LOCAL_HEADER = 30
_ENCRYPTED = 0x1 | 0x40
_UNIX = 3
_ANEW = "zip the files anew, or drop them unzipped"
_METHODS = {
    9: "Deflate64, as Windows does with large files",
    12: "bzip2",
    14: "LZMA",
    93: "Zstandard",
    95: "xz",
    98: "PPMd",
    99: "a method with a password",
}


class ArchiveError(WeirError):
    """An archive that cannot be read; its subclasses say what to do with it."""


class IncompleteArchive(ArchiveError, EOFError):
    """A zip that has no end or directory yet; it may still be arriving."""


class NotAnArchive(ArchiveError, ValueError):
    """A file that is no zip, and will never be one."""


class HostileArchive(ArchiveError, ValueError):
    """A zip that is refused as a whole.

    Args:
        why: why, in plain words.
        remedy: what its owner can do.
    """

    def __init__(self, why: str, remedy: str = _ANEW) -> None:
        super().__init__(f"{why}: {remedy}")


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
    """A zip's directory.

    Attributes:
        start: where it begins.
        count: how many members it lists.
        ends: where the zip ends; what lies behind does not belong to it.
        is_wrapped: whether its sizes and places were cut off at 32 bits.
    """

    start: int
    count: int
    ends: int
    is_wrapped: bool = False


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
            f"the member {member.filename!r} is encrypted", "zip it without a password"
        )
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        method = _METHODS.get(member.compress_type, "a method that few read")
        raise HostileArchive(
            f"the member {member.filename!r} is compressed by {method} (method"
            f" {member.compress_type}), and only stored and deflated are read",
            "zip the files again without compression (zip -0), or drop them unzipped",
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
