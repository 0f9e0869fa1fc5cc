"""Junk is known by its name, and so is what a client has not finished."""

from __future__ import annotations

import pytest

from weir.junk import is_junk, is_unfinished


@pytest.mark.parametrize(
    "name",
    [
        *("a/Thumbs.db", "a\\.DS_Store", "__MACOSX/a.h264", "$RECYCLE.BIN/a.mp4"),
        *("nas/#recycle/a.mp4", "@eaDir/a.mp4", ".Trash-1000/a", "LOST.DIR/1"),
        *("System Volume Information/a", ".stversions/a.h264", "lost+found/a.h264"),
        *(".sync/Archive/a.mp4", ".Spotlight-V100/a", "FOUND.001/FILE0000.CHK"),
        *("@Recycle/a.mp4", "nas/@__thumb/a.mp4", "_gsdata_/a.mp4", "~snapshot/a.mp4"),
        *("TheVolumeSettingsFolder/a", "b/FSCK0000.REC"),
    ],
)
def test_junk_is_known_in_any_folder(name: str) -> None:
    """Hidden or not, and in any case."""
    assert is_junk(name)
    assert not is_unfinished(name)


@pytest.mark.parametrize(
    "name",
    [
        *("a.mp4.download/a.mp4", "b.opdownload", "a.MP4.PART", "a.mp4.aria2"),
        *("a.mp4.!ut", "a.gstmp", "x/a.bts", "a.!sync", "a.mp4.!qB", "a.h264~"),
        *("a.mp4.td", "a.mp4.td.cfg", "a.mp4.xltd", "a.bt.xltd.cfg", "a.mp4.kdownload"),
        *("a.mp4.icloud", "a.mp4.filepart", "a.mp4.crdownload", "a.tmp", "a.partial"),
        *("a.mp4.wkdownload", "a.mp4.1b2c3d4e.partial", "a.mp4.part-Frag12"),
        *("1.part.met", "~syncthing~a.mp4.tmp", "Unconfirmed 123456.crdownload"),
        *("a.mp4.sb-1a2b3c4d-AbCdEf", "a.mp4.cyberducksegment/a.mp4-1.cyberduckpart"),
        *("~uTorrentPartFile_1F.dat", "a.mp4.sbdownload", "a.mp4.tmp.drivedownload"),
    ],
)
def test_an_unfinished_file_is_no_junk(name: str) -> None:
    """It may be footage one day."""
    assert is_unfinished(name)
    assert not is_junk(name)


@pytest.mark.parametrize(
    "name",
    [
        *("a/clip.h264", "part/a.mp4", "tmp/b.mts", "#1/a", "td/a.mp4", "found/a.mp4"),
        *("~a.mp4", "a.sb-1.mp4", "Recording 12.mp4", "cam.part1.mp4"),
    ],
)
def test_other_names_are_neither(name: str) -> None:
    """A folder may be called like the ending of a file."""
    assert not is_junk(name)
    assert not is_unfinished(name)
