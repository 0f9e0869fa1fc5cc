"""Zips of more than 4 GiB without zip64 records, as the Finder of macOS writes them."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from tests.weir.archives import LOCAL_MARK, FinderMember, finder
from weir.archive import Archive, DroppedClip, HostileArchive, Limits, NotAnArchive

CLIP = b"\0\0\0\1\x65\x88" + bytes(range(256)) * 40
TURN = 1 << 32


def small(name: str, fill: int, *, is_signed: bool = True) -> FinderMember:
    """A member whose bytes are its own."""
    return FinderMember(name, CLIP + bytes([fill]) * fill, is_signed=is_signed)


def extracted(archive: Archive, name: str, folder: Path) -> bytes:
    """The bytes of a member."""
    archive.extract(DroppedClip(name, name, "", 0, ""), folder / name)
    return (folder / name).read_bytes()


@pytest.mark.parametrize("zeros", [TURN - 20_000, TURN + 5, 2 * TURN + 5])
@pytest.mark.parametrize("is_signed", [True, False])
def test_members_behind_4_gib_are_found(
    tmp_path: Path, zeros: int, is_signed: bool
) -> None:
    """Before a large one and behind it, whose size was cut off or whose place was."""
    path = tmp_path / "Archive.zip"
    a, b, c = (
        small(f"{n}.h264", fill, is_signed=is_signed)
        for n, fill in zip("abc", (1, 2, 3))
    )
    big = FinderMember("big.h264", b"big", zeros, is_signed=is_signed)
    finder(path, a, big, b, c)

    with Archive(path) as archive:
        assert archive.clip_names == ("a.h264", "big.h264", "b.h264", "c.h264")
        for member in (a, b, c):
            assert extracted(archive, member.name, tmp_path) == member.data


@pytest.mark.timeout(600)
@pytest.mark.slow
def test_such_a_zip_is_read_to_its_last_byte(tmp_path: Path) -> None:
    """Every sum is right, and so is the size of a member of more than 4 GiB."""
    zeros, path = TURN + 100, tmp_path / "Archive.zip"
    crc, left = zlib.crc32(b"big"), zeros
    while left:
        piece = bytes(min(left, 1 << 20))
        crc, left = zlib.crc32(piece, crc), left - len(piece)
    finder(path, FinderMember("big.h264", b"big", zeros, crc), small("b.h264", 2))

    with Archive(path) as archive:
        found = [(clip.bytes, clip.damage) for clip in archive.verify()]
    assert found == [(3 + zeros, ""), (len(CLIP) + 2, "")]


def test_what_can_be_read_in_two_ways_is_refused(tmp_path: Path) -> None:
    """The same header stands 4 GiB before; waiting would not help, so it is said."""
    path = tmp_path / "Archive.zip"
    finder(path, FinderMember("big.h264", b"big", TURN + 5), small("b.h264", 2))
    with path.open("r+b") as file:
        begins = file.seek(-9000, 2)
        tail = file.read()
        at = tail.index(LOCAL_MARK)
        file.seek(begins + at - TURN)
        file.write(tail[at : at + 60])

    with pytest.raises(NotAnArchive, match=r"2 places\. Drop the files themselves"):
        Archive(path)


def test_a_header_that_is_gone_is_told(tmp_path: Path) -> None:
    """Nothing is guessed."""
    path = tmp_path / "Archive.zip"
    finder(path, FinderMember("big.h264", b"big", TURN + 5), small("b.h264", 2))
    with path.open("r+b") as file:
        file.write(b"PK\3\3")

    with pytest.raises(NotAnArchive, match=r"'big.h264' is found in 0 places"):
        Archive(path)


def test_the_limits_hold(tmp_path: Path) -> None:
    """A hole of any size is quickly made, and would be searched for ever."""
    path = tmp_path / "Archive.zip"
    finder(path, FinderMember("big.h264", b"big", TURN + 5), small("b.h264", 2))

    with pytest.raises(HostileArchive, match="unpacks to more than"):
        Archive(path, Limits(total_bytes=TURN))
