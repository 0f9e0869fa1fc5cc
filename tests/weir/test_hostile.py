"""Hostile archives: each is refused whole, with a reason in plain words."""

from __future__ import annotations

import stat
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.counts import SOAK
from tests.refusal import refusal
from tests.weir.archives import (
    END,
    directory_at,
    opened,
    overlapping,
    verified,
    with_entry,
    zipped,
)
from weir.archive import Archive, ArchiveError, HostileArchive, Limits

CLIP = b"\0\0\0\1\x65\x88" + bytes(range(256)) * 8


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../a.h264", "leads out of the archive"),
        ("x/../../a.h264", "leads out of the archive"),
        ("..\\a.h264", "leads out of the archive"),
        ("/etc/a.h264", "has an absolute name"),
        ("\\a.h264", "has an absolute name"),
        ("C:\\a.h264", "has an absolute name"),
        ("//host/a.h264", "has an absolute name"),
    ],
)
def test_escapes_are_refused(tmp_path: Path, name: str, why: str) -> None:
    """Beside a good clip, too."""
    with pytest.raises(HostileArchive, match=why):
        opened(tmp_path, zipped(("good.h264", CLIP), (name, CLIP)))


def test_a_nul_in_a_name_is_refused(tmp_path: Path) -> None:
    """Readers cut the name there, each in its own way."""
    data = zipped(("aXb.h264", CLIP)).replace(b"aXb", b"a\0b")

    with pytest.raises(HostileArchive, match="has a NUL"):
        opened(tmp_path, data)


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        (stat.S_IFLNK, "is a link"),
        (stat.S_IFIFO, "is no plain file"),
        (stat.S_IFCHR, "is no plain file"),
        (stat.S_IFSOCK, "is no plain file"),
    ],
)
def test_only_plain_files_are_members(tmp_path: Path, kind: int, why: str) -> None:
    """A link would lead a reader that writes it out elsewhere."""
    with pytest.raises(HostileArchive, match=why):
        opened(tmp_path, zipped(("a.h264", b"/etc/passwd"), mode=kind | 0o777))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["a.h264", "./a.h264"])
def test_a_name_stands_once(tmp_path: Path, second: str) -> None:
    """Of two, each reader takes another."""
    with pytest.raises(HostileArchive, match=r"two members are named 'a.h264'"):
        opened(tmp_path, zipped(("a.h264", CLIP), (second, CLIP + b"!")))


def test_folders_may_stand_twice(tmp_path: Path) -> None:
    """Some tools do that, and there is nothing in one."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped(("a/", b""), ("a/", b""), ("a/b.h264", CLIP))

    assert len(verified(tmp_path, data)) == 1


@pytest.mark.parametrize("flag", [0x1, 0x40])
def test_encrypted_members_are_refused(tmp_path: Path, flag: int) -> None:
    """The reason says what to do."""
    with pytest.raises(HostileArchive, match="zip it without a password"):
        opened(tmp_path, zipped(("a.h264", CLIP), flags=flag))


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_to_compress_are_refused(tmp_path: Path, method: int) -> None:
    """Footage is stored or deflated."""
    with pytest.raises(HostileArchive, match="only stored and deflated"):
        opened(tmp_path, zipped(("a.h264", CLIP), method=method))


def test_members_that_share_bytes_are_refused(tmp_path: Path) -> None:
    """A small file would unpack to any size."""
    with pytest.raises(HostileArchive, match="share bytes"):
        opened(tmp_path, overlapping(50, bytes(1 << 20)))


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    """Before the first of them is looked at."""
    path = tmp_path / "many.zip"
    path.write_bytes(zipped(*((f"{n}.h264", b"") for n in range(51))))

    with pytest.raises(HostileArchive, match="51 members; at most 50"):
        Archive(path, Limits(members=50))


def test_the_number_of_members_is_counted(tmp_path: Path) -> None:
    """The end record says one; the directory holds more."""
    data = zipped(*((f"{n}.h264", b"") for n in range(51)))
    fields = list(END.unpack(data[-END.size :]))
    fields[3] = fields[4] = 1
    path = tmp_path / "many.zip"
    path.write_bytes(data[: -END.size] + END.pack(*fields))

    with pytest.raises(HostileArchive, match="more than 50 members"):
        Archive(path, Limits(members=50))


def test_a_hundred_thousand_members_are_refused(tmp_path: Path) -> None:
    """At once; nobody waits for their names."""
    count = 100_000 if SOAK else 25_000
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(count):
            archive.writestr(f"{number}.h264", b"")

    with pytest.raises(HostileArchive, match=f"{count} members"):
        Archive(path)


def test_names_of_kilobytes_are_refused(tmp_path: Path) -> None:
    """The directory itself must not fill the memory."""
    members = ((f"{n:04d}" + "x" * 60_000, b"") for n in range(200))

    with pytest.raises(HostileArchive):
        opened(tmp_path, zipped(*members))


@pytest.mark.parametrize("offset", [0, 1, 2**31, 2**32 - 1])
def test_a_zip64_end_that_leads_nowhere_is_incomplete(
    tmp_path: Path, offset: int
) -> None:
    """Whatever number stands in it."""
    data = zipped(("a.h264", CLIP))
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, offset << 31, 1)

    with pytest.raises(ArchiveError):
        opened(tmp_path, data[: -END.size] + locator + data[-END.size :])


END64 = struct.Struct("<4sQ2H2L4Q")
LOCATOR = struct.Struct("<4sLQL")


def end64(members: int, size: int, offset: int) -> bytes:
    """A zip64 end record."""
    fixed = END64.size - 12
    return END64.pack(
        b"PK\x06\x06", fixed, 45, 45, 0, 0, members, members, size, offset
    )


def swallowing(directory: bytes, more: bytes) -> bytes:
    """A directory whose last entry takes what follows for its comment."""
    last = directory.rindex(b"PK\x01\x02") + 32
    return directory[:last] + struct.pack("<H", len(more)) + directory[last + 2 :]


def test_a_second_zip64_record_hides_no_members(tmp_path: Path) -> None:
    """The locator leads to one with a member; readers take the one before it."""
    data = zipped(*((f"{n:02d}.h264", b"") for n in range(60)))
    at = directory_at(data)
    directory = data[at : -END.size]
    few = directory[: len(directory) // 60]
    decoy = end64(1, len(few), at + len(directory))
    whole = swallowing(directory, few + decoy) + few + decoy
    locator = LOCATOR.pack(b"PK\x06\x07", 0, at + len(whole) - END64.size, 1)
    path = tmp_path / "many.zip"
    path.write_bytes(
        data[:at] + whole + end64(60, len(whole), at) + locator + data[-END.size :]
    )
    with pytest.raises(ArchiveError, match="zip64 records disagree"):
        Archive(path, Limits(members=50))


def test_a_second_end_record_hides_no_members(tmp_path: Path) -> None:
    """It lies in the comment of the first, where readers look for the last."""
    data = zipped(*((f"{n:02d}.h264", b"") for n in range(60)))
    at = directory_at(data)
    directory = data[at : -END.size]
    few, mark = directory[: len(directory) // 60], b"PK\x05\x06"
    end = END.pack(mark, 0, 0, 1, 1, len(few), at + len(directory), END.size)
    whole = swallowing(directory, few + end) + few + end
    hidden = END.pack(mark, 0, 0, 60, 60, len(whole), at, 9)
    path = tmp_path / "many.zip"
    path.write_bytes(data[:at] + whole + hidden)
    with zipfile.ZipFile(path) as read:
        assert len(read.namelist()) == 60

    with pytest.raises(ArchiveError, match="end record is missing"):
        Archive(path, Limits(members=50))


@given(st.binary(max_size=300), st.sampled_from([b"", b"PK", b"PK\x03\x04"]))
def test_no_bytes_do_worse_than_be_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, start: bytes
) -> None:
    """Whatever stands in a file, it is read, or refused with words."""
    folder = tmp_path_factory.mktemp("fuzz", numbered=True)
    end = END.pack(b"PK\x05\x06", 0, 0, 1, 1, len(data), len(start), 0)
    for whole in (start + data, start + data + end):
        refusal(ArchiveError, verified, folder, whole)


_SOME = zipped(
    *((f"clip{n}.h264", CLIP) for n in range(3)), method=zipfile.ZIP_DEFLATED
)


@settings(max_examples=2000 if SOAK else 200)
@given(
    st.lists(st.tuples(st.integers(0, len(_SOME) - 1), st.integers(0, 255)), max_size=6)
)
def test_no_flipped_byte_does_worse_than_be_told(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    """Each clip is whole, or damaged, or the archive is refused."""
    data = bytearray(_SOME)
    for position, value in changes:
        data[position] = value
    folder = tmp_path_factory.mktemp("fuzz", numbered=True)
    try:
        clips = verified(folder, bytes(data))
    except ArchiveError:
        return

    whole = [clip for clip in clips if not clip.damage]
    assert {clip.bytes for clip in whole} <= {len(CLIP)}


@settings(max_examples=1000 if SOAK else 100)
@given(st.integers(0, 100), st.binary(min_size=1, max_size=12))
def test_no_directory_entry_does_worse_than_be_refused(
    tmp_path_factory: pytest.TempPathFactory, offset: int, value: bytes
) -> None:
    """The fields of an entry, each with anything in it."""
    start = min(offset, len(_SOME) - END.size - directory_at(_SOME) - len(value))
    folder = tmp_path_factory.mktemp("fuzz", numbered=True)
    refusal(ArchiveError, verified, folder, with_entry(_SOME, start, value))
