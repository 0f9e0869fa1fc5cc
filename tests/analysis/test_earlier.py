"""Copies of clips that a record holds from before it kept what tells copies."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from analysis.record.file.recordfile import FILE_NAME
from tests import video
from tests.analysis.again.again_host import Again
from tests.analysis.record.copies.test_copies import pictures, superseded
from tests.analysis.small_host import Host
from tests.footage import clip_bytes, zip_bytes

NAME = "clip1_2026-05-01.h264"
WHOLE = clip_bytes(1, 72)
CUT = WHOLE[: len(WHOLE) * 6 // 10]
HOLED = WHOLE[:-2000] + bytes(1000) + WHOLE[-1000:]
PADDED = CUT + bytes(len(WHOLE) - len(CUT))


def made_earlier(host: Host) -> None:
    """Let its record be one of before, in which clips are."""
    with closing(sqlite3.connect(host.folders.results / FILE_NAME)) as db, db:
        for table in ("prints", "blocks"):
            db.execute(f"DELETE FROM {table}")


def worked(host: Host, name: str, data: bytes) -> None:
    """Drop a file, and work it."""
    with host:
        host.drop(name, data)
        host.settle()


@pytest.mark.parametrize("kept", [True, False], ids=["kept", "deleted"])
@pytest.mark.parametrize("way", ["bare", "zip"])
@pytest.mark.parametrize("copy", [CUT, HOLED, PADDED], ids=["cut", "holed", "padded"])
def test_a_copy_of_an_earlier_clip_does_not_count(
    tmp_path: Path, copy: bytes, way: str, kept: bool
) -> None:
    """Its whole is read in done/; where it is not there any more, both count."""
    host = Host(tmp_path)
    zipped = {"a.zip": zip_bytes({NAME: WHOLE}), NAME: WHOLE}
    name = "a.zip" if way == "zip" else NAME
    worked(host, name, zipped[name])
    made_earlier(host)
    if not kept:
        (host.folders.done / name).unlink()
    worked(host, "copy.h264", copy)

    assert [row[:2] for row in superseded(host)] == [("copy.h264", NAME)] * kept
    assert len(host.clips()) == 2 - kept


@pytest.mark.parametrize("copy", [CUT, HOLED, PADDED], ids=["cut", "holed", "padded"])
def test_an_earlier_copy_does_not_count_beside_its_whole(
    tmp_path: Path, copy: bytes
) -> None:
    """Its whole comes now."""
    host = Host(tmp_path)
    worked(host, "copy.h264", copy)
    made_earlier(host)
    worked(host, NAME, WHOLE)

    assert [row[:2] for row in superseded(host)] == [("copy.h264", NAME)]


@pytest.mark.parametrize("order", [1, -1])
def test_an_earlier_clip_that_begins_alike_counts(tmp_path: Path, order: int) -> None:
    """The shorter one ends where a picture ends: it is no stump."""
    short = pictures(tmp_path / "a", WHOLE, *range(30))
    host = Host(tmp_path / "host")
    first, then = (("short.h264", short), ("long.h264", WHOLE))[::order]
    worked(host, *first)
    made_earlier(host)
    worked(host, *then)

    assert (len(host.clips()), superseded(host)) == (2, [])


def test_looking_again_finds_copies_among_earlier_clips(tmp_path: Path) -> None:
    """The same film in another container."""
    raw = tmp_path / NAME
    raw.write_bytes(WHOLE)
    host = Host(tmp_path / "host")
    worked(host, NAME, WHOLE)
    made_earlier(host)
    worked(host, "a.mkv", video.remux(raw, tmp_path / "a.mkv").read_bytes())
    assert superseded(host) == []
    with host:
        Again(host).with_threshold(0.9).look()

    assert [row[:2] for row in superseded(host)] == [("a.mkv", NAME)]
