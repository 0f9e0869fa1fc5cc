"""Archives that unpack to more than they say, or to more than is taken."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.weir.archives import opened, verified, with_entry, zipped
from weir.archive import Archive, HostileArchive, Limits

CLIP = b"\0\0\0\1\x65\x88" + bytes(range(256)) * 40
NAME = "clip00001_2026-05-01_07-00-00.h264"


def test_a_bomb_is_stopped_while_it_is_read(tmp_path: Path) -> None:
    """A run of zeros deflates a thousandfold; footage does not."""
    data = zipped(("a.h264", bytes(3 << 20)), method=zipfile.ZIP_DEFLATED)

    with pytest.raises(
        HostileArchive, match=r"'a.h264' unpacks to more than 100 times"
    ):
        verified(tmp_path, data)


def test_a_bomb_that_is_no_footage_is_one_too(tmp_path: Path) -> None:
    """Members that nobody asked for are read as well."""
    zeros = bytes(3 << 20)
    data = zipped(("a.h264", CLIP), ("notes.txt", zeros), method=zipfile.ZIP_DEFLATED)

    with pytest.raises(HostileArchive, match=r"notes\.txt"):
        verified(tmp_path, data)


def test_small_members_may_deflate_well(tmp_path: Path) -> None:
    """Up to a megabyte harms nobody."""
    data = zipped(("a.h264", bytes(1 << 20)), method=zipfile.ZIP_DEFLATED)

    assert verified(tmp_path, data)[0].bytes == 1 << 20


def test_the_total_is_counted_while_reading(tmp_path: Path) -> None:
    """Over all members, whatever the directory says."""
    path = tmp_path / "recordings.zip"
    path.write_bytes(zipped(*((f"{n}.h264", CLIP) for n in range(5))))

    with (
        Archive(path, Limits(total_bytes=4 * len(CLIP))) as archive,
        pytest.raises(HostileArchive, match="unpacks to more than"),
    ):
        list(archive.verify())


@pytest.mark.parametrize("size", [1, len(CLIP) - 7, len(CLIP) + 7, 0xFFFF_0000])
def test_a_size_that_lies_is_damage(tmp_path: Path, size: int) -> None:
    """The directory's number for the unpacked bytes is not believed."""
    data = zipped(("a.h264", CLIP), method=zipfile.ZIP_DEFLATED)
    lying = with_entry(data, 24, size.to_bytes(4, "little"))
    (clip,) = verified(tmp_path, lying)

    assert clip.damage


def test_a_packed_size_beyond_the_members_is_refused(tmp_path: Path) -> None:
    """It would make a bomb of any ratio look modest."""
    data = with_entry(zipped(("a.h264", CLIP)), 20, (1 << 30).to_bytes(4, "little"))

    with pytest.raises(HostileArchive, match="shares bytes with the directory"):
        verified(tmp_path, data)


def test_a_sidecar_of_megabytes_is_not_taken_in(tmp_path: Path) -> None:
    """Parsed, it would take a hundred more."""
    members = ((NAME, CLIP), (NAME + ".json", b"[" + b"[]," * 2_000_000 + b"0]"))
    with opened(tmp_path, zipped(*members)) as archive:
        (clip,) = archive.verify()

        assert archive.sidecar(clip) == (None, f"{NAME}.json: it is larger than 4.2 MB")


def test_the_heart_beats_while_a_large_member_is_read(tmp_path: Path) -> None:
    """A watchdog that waits for it is fed."""
    path = tmp_path / "recordings.zip"
    path.write_bytes(zipped(("a.h264", bytes(8 << 20))))
    beats: list[int] = []
    with Archive(path, heartbeat=lambda: beats.append(1)) as archive:
        list(archive.verify())

    assert len(beats) >= 8
