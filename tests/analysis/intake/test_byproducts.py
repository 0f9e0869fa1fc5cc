"""Files that recorders add are kept, told once, and counted nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.analysis.small_host import Host, names
from tests.footage import clip_bytes, zip_bytes

CARD = {
    "GX010001.MP4": clip_bytes(1),
    "GX010001.THM": b"x",
    "GL010001.LRV": clip_bytes(2),
    "GX010002.MP4": clip_bytes(3),
    "GX010002.THM": b"x",
    "today.gpx": b"<gpx/>",
}
LINE = (
    "not read in {}: 4 by-products (.gpx .lrv .thm):"
    " {}GL010001.LRV, {}GX010001.THM, {}GX010002.THM and 1 more"
)


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """The lines that tell of by-products."""
    return [m for m in caplog.messages if m.startswith("not read in")]


@pytest.mark.parametrize("keep_done", [True, False])
def test_a_card_is_told_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, keep_done: bool
) -> None:
    """Its files end in done/, with no row, receipt or reason of their own."""
    with caplog.at_level("INFO"), Host(tmp_path, keep_done=keep_done) as host:
        for name, data in CARD.items():
            host.drop(f"100GOPRO/{name}", data)
        host.settle()

    assert told(caplog) == [LINE.format("100GOPRO", "", "", "")]
    assert sorted(row["clip"] for row in host.clips()) == [
        "GX010001.MP4",
        "GX010002.MP4",
    ]
    added = {f"100GOPRO/{name}" for name in CARD if not name.endswith("MP4")}
    assert added <= set(names(host.folders.done))
    assert names(host.folders.rejected) == []
    assert (host.work.troubles, len(names(host.folders.receipts))) == (0, 2)


def test_a_flood_is_told_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Though it is opened in several steps."""
    with caplog.at_level("INFO"), Host(tmp_path) as host:
        host.drop("GX010001.MP4", clip_bytes(1))
        for number in range(60):
            host.drop(f"{number:02d}.THM", b"x")
        host.settle()

    (line,) = told(caplog)
    assert line.startswith("not read in .: 60 by-products (.thm): 00.THM")


def test_an_archive_is_told_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """By its own name."""
    with caplog.at_level("INFO"), Host(tmp_path) as host:
        host.drop("card.zip", zip_bytes({f"d/{n}": d for n, d in CARD.items()}))
        host.settle()

    assert told(caplog) == [LINE.format("card.zip", "d/", "d/", "d/")]
    assert len(host.clips()) == 2


@pytest.mark.parametrize("name", ["GL010009.LRV", "DJI_0009.LRF"])
def test_a_small_copy_alone_is_footage(tmp_path: Path, name: str) -> None:
    """It is all that there is of its clip."""
    with Host(tmp_path) as host:
        host.drop(f"card/{name}", clip_bytes(2))
        host.drop("card/GX010001.MP4", clip_bytes(1))
        host.settle()

    assert name in [row["clip"] for row in host.clips()]


def test_a_small_copy_waits_for_its_clip(tmp_path: Path) -> None:
    """Copies come in the order of names, and clips take long."""
    with Host(tmp_path) as host:
        host.drop("card/GL010001.LRV", clip_bytes(2))
        for n in range(8):
            host.turn()
            host.drop("card/GX010001.MP4", clip_bytes(1)[: 1 << n])
        for _ in range(8):
            host.turn()
            assert len(names(host.folders.inbox)) == 2
        host.drop("card/GX010001.MP4", clip_bytes(1))
        host.settle()

    assert [row["clip"] for row in host.clips()] == ["GX010001.MP4"]


def test_footage_under_a_strange_name_is_footage(tmp_path: Path) -> None:
    """By its first bytes; the table names it as it was dropped."""
    with Host(tmp_path) as host:
        host.drop("2026-05-01.recording", clip_bytes(1))
        host.drop("no-ending", clip_bytes(2))
        host.drop("notes.doc", b"\xff\xd8\xff a photograph")
        host.settle()

    rows = [(row["clip"], row["archive"], row["status"]) for row in host.clips()]
    assert rows == [
        ("no-ending", "", "analysed"),
        ("2026-05-01.recording", "", "analysed"),
    ]
    assert names(host.folders.rejected) == ["notes.doc", "notes.doc.reason.txt"]


def test_a_camcorders_card_is_told_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Its lists lie in other folders than its clips, and wait for none."""
    card = "PRIVATE/AVCHD/BDMV"
    lists = ("INDEX.BDM", "CLIPINF/00001.CPI", "PLAYLIST/00000.MPL")
    with caplog.at_level("INFO"), Host(tmp_path) as host:
        for name in lists:
            host.drop(f"{card}/{name}", b"x")
        host.settle()
        assert len(host.lookout.waiting) == len(lists)
        host.drop(f"{card}/STREAM/00001.MTS", clip_bytes(1))
        host.settle()

        assert (host.lookout.waiting, names(host.folders.rejected)) == ((), [])
    assert [row["clip"] for row in host.clips()] == ["00001.MTS"]
    assert len(told(caplog)) == len({name.rpartition("/")[0] for name in lists})


@pytest.mark.parametrize("zipped", [True, False])
def test_a_sony_card_counts_each_clip_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, zipped: bool
) -> None:
    """Its small copies lie in a folder of their own, as do its thumbnails."""
    card = {
        "CLIP/C0001.MP4": clip_bytes(1),
        "CLIP/C0001M01.XML": b"<x/>",
        "SUB/C0001S03.MP4": clip_bytes(2),
        "THMBNL/C0001T01.JPG": b"\xff\xd8\xff",
    }
    if not zipped:
        card["STATUS.BIN"] = b"x"  # in a zip it is told as not read
    files = {f"PRIVATE/M4ROOT/{name}": data for name, data in card.items()}
    with caplog.at_level("INFO"), Host(tmp_path) as host:
        for name, data in (
            {"a.zip": zip_bytes(files)}.items() if zipped else files.items()
        ):
            host.drop(name, data)
        host.settle()

    assert [row["clip"] for row in host.clips()] == ["C0001.MP4"]
    assert (names(host.folders.rejected), host.work.troubles) == ([], 0)
    assert "C0001S03.MP4" in caplog.text


def test_what_recorders_write_beside_clips_is_not_rejected(tmp_path: Path) -> None:
    """BlackVue's positions, MotionEye's and RPi_Cam_Web's thumbnails."""
    with Host(tmp_path) as host:
        host.drop("20260501_070000_NF.mp4", clip_bytes(1))
        for name in ("20260501_070000_N.gps", "20260501_070000_N.3gf"):
            host.drop(name, b"x")
        for ending in ("thumb", "v0001.th.jpg"):
            host.drop(f"20260501_070000_NF.mp4.{ending}", b"\xff\xd8\xff")
        host.settle()

    assert (names(host.folders.rejected), host.lookout.waiting) == ([], ())
