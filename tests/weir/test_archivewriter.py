"""Archives as they are written: stored, listed, and no larger than was reckoned."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.weir.archives import packed
from weir.archivewriter import archive_size

CLIP = b"\0\0\0\1\x65\x88" + bytes(range(256)) * 40
NAME = "clip00001_2026-05-01_07-00-00.h264"


def test_footage_is_stored_and_the_manifest_comes_last(tmp_path: Path) -> None:
    """H.264 does not deflate, and the manifest knows what was written."""
    path = tmp_path / "recordings.zip"
    path.write_bytes(packed(tmp_path / "drive", {NAME: CLIP}))
    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()

    assert [info.filename for info in infos] == [NAME, "manifest.json"]
    assert {info.compress_type for info in infos} == {zipfile.ZIP_STORED}


def test_an_archive_is_no_larger_than_was_reckoned(tmp_path: Path) -> None:
    """So that no archive outgrows what FAT32 can hold."""
    files = {f"clip{n:05d}_2026-05-01_07-00-00.h264": CLIP for n in range(20)}
    data = packed(tmp_path / "drive", files)

    assert len(data) <= archive_size((name, len(CLIP)) for name in files)
