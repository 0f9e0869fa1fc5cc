"""Bytes of archives, good and bad, as tests need them."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from dataclasses import dataclass
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path

from weir.archive import Archive, DroppedClip
from weir.archivewriter import write_archive

CREATED = datetime(2026, 5, 1, 12, tzinfo=timezone.utc)
END = struct.Struct("<4s4H2LH")
ENTRY_MARK, LOCAL_MARK = b"PK\x01\x02", b"PK\x03\x04"


def packed(folder: Path, files: dict[str, bytes]) -> bytes:
    """An archive as ``weir-capture pack`` writes it."""
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    target = BytesIO()
    sources = [(name, folder / name) for name in files]
    write_archive(target, sources, deployment="creek", camera="cam1", created=CREATED)
    return target.getvalue()


def zipped(
    *members: tuple[str, bytes],
    method: int = zipfile.ZIP_STORED,
    mode: int = 0o644,
    flags: int = 0,
) -> bytes:
    """A zip by hand, of members that may repeat, or be what no tool would make."""
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, (2026, 5, 1, 7, 0, 0))
            info.create_system, info.external_attr = 3, mode << 16
            info.compress_type = method
            archive.writestr(info, data)
    return with_flags(target.getvalue(), flags) if flags else target.getvalue()


def with_flags(data: bytes, flags: int) -> bytes:
    """A zip with general purpose flags set in every header."""
    changed = bytearray(data)
    for mark, offset in ((LOCAL_MARK, 6), (ENTRY_MARK, 8)):
        position = data.find(mark)
        while position >= 0:
            changed[position + offset] |= flags
            position = data.find(mark, position + 1)
    return bytes(changed)


def with_entry(data: bytes, offset: int, value: bytes, *, number: int = 0) -> bytes:
    """A zip with some bytes of one directory entry replaced."""
    position = directory_at(data)
    for _ in range(number):
        position = data.index(ENTRY_MARK, position + 1)
    start = position + offset
    return data[:start] + value + data[start + len(value) :]


def directory_at(data: bytes) -> int:
    """Where the directory begins."""
    return int(END.unpack(data[-END.size :])[6])


def overlapping(members: int, data: bytes) -> bytes:
    """A bomb: entries that all lead to the same bytes."""
    whole = zipped(("clip0.h264", data), method=zipfile.ZIP_DEFLATED)
    at = directory_at(whole)
    entry = whole[at : -END.size]
    entries = b"".join(
        entry.replace(b"clip0", f"c{number:04d}".encode()) for number in range(members)
    )
    end = END.pack(b"PK\x05\x06", 0, 0, members, members, len(entries), at, 0)
    return whole[:at] + entries + end


def manifest(*files: tuple[str, int, str]) -> bytes:
    """A manifest that lists what it is told: name, size, sha256."""
    listed = [{"name": n, "bytes": b, "sha256": s} for n, b, s in files]
    fields = {"format_version": 1, "deployment": "creek", "camera": "cam1"}
    more = {"created": "2026-05-01T12:00:00Z", "software": "weir 0", "files": listed}
    return json.dumps({**fields, **more}).encode()


def opened(folder: Path, data: bytes) -> Archive:
    """An archive of these bytes, opened."""
    path = folder / "recordings.zip"
    path.write_bytes(data)
    return Archive(path)


def verified(folder: Path, data: bytes) -> list[DroppedClip]:
    """The clips that an archive of these bytes is found to hold."""
    with opened(folder, data) as archive:
        return list(archive.verify())


@dataclass(frozen=True)
class FinderMember:
    """A member as the Finder of macOS writes it.

    Attributes:
        zeros: how many zeros follow the data, as a hole; then it is stored, and its sum
            is wrong unless ``crc`` says it.
        is_signed: whether the sizes behind the data begin with their mark.
    """

    name: str
    data: bytes
    zeros: int = 0
    crc: int = 0
    is_signed: bool = True


def finder(path: Path, *members: FinderMember) -> None:
    """Write a zip as the Finder does: sizes behind the data, modulo 4 GiB, no zip64."""
    entries, flags = b"", 8
    with path.open("wb") as file:
        for member in members:
            at, name = file.tell(), member.name.encode()
            method = zipfile.ZIP_STORED if member.zeros else zipfile.ZIP_DEFLATED
            head = struct.pack("<3H2H", 20, flags, method, 0, 0)
            file.write(LOCAL_MARK + head + bytes(12) + _lengths(name) + name)
            packer = zlib.compressobj(9, zlib.DEFLATED, -15)
            packed = packer.compress(member.data) + packer.flush()
            begin = file.tell()
            file.write(member.data if member.zeros else packed)
            file.seek(member.zeros, 1)
            crc = member.crc or zlib.crc32(member.data)
            full = len(member.data) + member.zeros
            sizes = (n % 2**32 for n in (file.tell() - begin, full))
            told = struct.pack("<3L", crc, *sizes)
            file.write((b"PK\x07\x08" if member.is_signed else b"") + told)
            place = struct.pack("<3HLL", 0, 0, 0, 0o100644 << 16, at % 2**32)
            made = struct.pack("<H", 20 | 3 << 8)
            entries += ENTRY_MARK + made + head + told + _lengths(name) + place + name
        at, count = file.tell(), len(members)
        file.write(entries)
        file.write(
            END.pack(b"PK\x05\x06", 0, 0, count, count, len(entries), at % 2**32, 0)
        )


def _lengths(name: bytes) -> bytes:
    return struct.pack("<2H", len(name), 0)
