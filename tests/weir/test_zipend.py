"""The end of a zip: read where it can be read in one way, else refused with advice."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.weir.archives import END, directory_at, opened, verified, zipped
from weir.archive import HostileArchive, IncompleteArchive, NotAnArchive

CLIP = b"\0\0\0\1\x65\x88" + bytes(range(256)) * 40
ONE = zipped(("a.h264", CLIP), ("b.h264", CLIP[::-1]))
OTHER = zipped(("c.h264", CLIP))


@pytest.mark.parametrize(
    "more", [b"\r\n", b"\0" * 70_000, b"PK\3\4", b"bye" * 99, b"\xff" * 900_000]
)
def test_bytes_behind_the_end_are_no_part_of_it(tmp_path: Path, more: bytes) -> None:
    """A browser, a mail or a block size may have added them."""
    clips = verified(tmp_path, ONE + more)

    assert [(clip.name, clip.damage) for clip in clips] == [
        ("a.h264", ""),
        ("b.h264", ""),
    ]


def test_the_limits_hold_with_bytes_behind_the_end(tmp_path: Path) -> None:
    """No member is hidden behind them."""
    with pytest.raises(HostileArchive, match="share bytes"):
        opened(tmp_path, _moved(ONE, 42, struct.pack("<L", 0)) + b"\n\n")


def _moved(data: bytes, offset: int, value: bytes) -> bytes:
    """A zip whose second entry leads to the first one's bytes."""
    at = data.rindex(b"PK\x01\x02") + offset
    return data[:at] + value + data[at + len(value) :]


@pytest.mark.parametrize("behind", [OTHER, zipped(), OTHER + b"\n"])
def test_two_zips_one_behind_the_other_are_told(tmp_path: Path, behind: bytes) -> None:
    """Readers show the last one only; no upload would mend it."""
    with pytest.raises(NotAnArchive, match="two zips, one behind the other: take them"):
        opened(tmp_path, ONE + behind)


def test_a_zip_that_its_way_changed_is_told(tmp_path: Path) -> None:
    """Every line end became two bytes, or one of two was left out."""
    longer = ONE.replace(b"\n", b"\r\n")
    shorter = zipped(("a.h264", CLIP + b"\r\n" * 5)).replace(b"\r\n", b"\n")

    with pytest.raises(NotAnArchive, match=r"80 bytes more .* in binary mode"):
        opened(tmp_path, longer)
    with pytest.raises(NotAnArchive, match="5 bytes fewer than when it was zipped"):
        opened(tmp_path, shorter)


@pytest.mark.parametrize("more", [b"", b"\n\n"])
def test_an_upload_that_broke_off_behind_an_inner_zip_waits(
    tmp_path: Path, more: bytes
) -> None:
    """It ends as the zip does that it holds, or soon behind it."""
    inner = zipped(("a.h264", CLIP))
    outer = zipped(("inner.zip", inner + more), ("b.h264", CLIP))
    end = outer.index(inner) + len(inner + more)

    with pytest.raises(IncompleteArchive):
        opened(tmp_path, outer[:end])


def test_parts_of_a_split_zip_are_named(tmp_path: Path) -> None:
    """The first and the last; waiting for the rest would be for ever."""
    last = END.pack(b"PK\5\6", 2, 1, 1, 1, len(ONE) - directory_at(ONE), 77, 0)

    rest = ONE[500 : -END.size] + last
    for data in (b"PK\7\x08" + ONE[:900], rest, b"PK" + rest):
        with pytest.raises(NotAnArchive, match=r"split zip: join the parts .*zip -s 0"):
            opened(tmp_path, data)


def test_a_zip_behind_something_else_says_what_to_do(tmp_path: Path) -> None:
    """A program that unpacks itself, or a page's header before the zip."""
    for before in (b"MZ" + bytes(900), b"HTTP/1.1 200 OK\r\n\r\n"):
        with pytest.raises(NotAnArchive, match=r"ends as a zip .* zip the files anew"):
            opened(tmp_path, before + ONE)
