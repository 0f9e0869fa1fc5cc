"""A bad sector of the drive costs the file that it lies in, and no other."""

from __future__ import annotations

import errno
import functools
import io
import os
import zipfile
from pathlib import Path
from typing import BinaryIO, Optional, cast

import pytest

from capture import DriveError
from capture.archives import sectors
from capture.archives.bundles import PackError
from capture.archives.pack import Pack
from capture.archives.sectors import is_gone
from capture.drive.storage import Drive
from weir import plain
from weir.archive import Archive
from weir.clock import SystemClock
from weir.deployment import DeploymentConfig

CLIPS = [f"clip{number}_2026-05-01.h264" for number in (1, 2, 3)]
MB = 1_000_000
WHOSE = DeploymentConfig("creek", "cam1")


class Scratched(io.FileIO):
    """A file of which the first two megabytes can be read."""

    def read(self, size: Optional[int] = -1, /) -> bytes:
        """Fail as the drive does."""
        if self.tell() >= 2 * MB:
            raise OSError(errno.EIO, "Input/output error")
        return super().read(size or -1) or b""


@pytest.fixture
def packing(tmp_path: Path) -> Pack:
    """Three clips of three megabytes, with sidecars, and a ledger."""
    for clip in CLIPS:
        (tmp_path / clip).write_bytes(b"\x01" * 3 * MB)
        (tmp_path / f"{clip}.json").write_bytes(b" " * 3 * MB)
    (tmp_path / "effort.jsonl").write_bytes(b"\n" * 3 * MB)
    drive = Drive(tmp_path, require_mount=False, min_free_bytes=0)
    return Pack(drive, WHOSE, SystemClock().now(), everything=False)


def scratch(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let the drive fail in these files."""
    opened = plain.opened

    def opened_by_drive(path: Path) -> BinaryIO:
        if path.name in names:
            return cast("BinaryIO", Scratched(str(path)))
        return opened(path)

    monkeypatch.setattr(plain, "opened", opened_by_drive)


def packed_into(packing: Pack, target: Path) -> set[str]:
    """What an archive holds; all of it is whole."""
    packing.to_file(target)
    with Archive(target) as archive:
        assert all(not clip.damage for clip in archive.verify())
    with zipfile.ZipFile(target) as opened:
        return set(opened.namelist()) - {"manifest.json"}


def test_it_costs_its_clip_loudly(
    packing: Pack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The others are packed and noted; it is tried again with the next call."""
    scratch(monkeypatch, CLIPS[1])

    first = packed_into(packing, tmp_path / "one.zip")

    assert {name for name in first if name.endswith(".h264")} == {CLIPS[0], CLIPS[2]}
    assert f"clip not packed clip={CLIPS[1]}" in caplog.text
    assert "Input/output error" in caplog.text
    monkeypatch.undo()
    again = packed_into(packing, tmp_path / "two.zip")
    assert again == {CLIPS[1], f"{CLIPS[1]}.json", "effort.jsonl"}


def test_it_costs_what_lies_beside_clips(
    packing: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sidecar, or the ledger; footage goes without."""
    scratch(monkeypatch, f"{CLIPS[0]}.json", "effort.jsonl")

    held = packed_into(packing, tmp_path / "one.zip")

    assert held == {*CLIPS, f"{CLIPS[1]}.json", f"{CLIPS[2]}.json"}


def test_where_no_clip_can_be_read_there_is_no_archive(
    packing: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it is a failure."""
    scratch(monkeypatch, *CLIPS)
    with pytest.raises(PackError, match="of 3 clips to be packed none can be read"):
        packing.to_file(tmp_path / "one.zip")

    assert not list(tmp_path.glob("*.zip*"))


@pytest.mark.parametrize(
    ("major", "listed", "gone"), [(8, True, False), (8, False, True), (0, False, False)]
)
def test_a_drive_that_was_pulled_is_told_from_a_bad_sector(
    tmp_path: Path, major: int, listed: bool, gone: bool
) -> None:
    """The kernel lists its device no more; some file systems have none."""
    if listed:
        (tmp_path / f"{major}:17").touch()

    assert is_gone(os.makedev(major, 17), tmp_path) is gone


def test_a_drive_that_was_pulled_fails_the_whole_pack(
    packing: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a stick that is pulled in mid-copy would pass for one that has no more."""
    scratch(monkeypatch, CLIPS[1])
    pulled = functools.partial(is_gone, devices=tmp_path / "none")
    device = os.makedev(8, 17)
    monkeypatch.setattr(sectors, "is_gone", lambda _: pulled(device))
    with pytest.raises(DriveError, match="was pulled"):
        packing.to_file(tmp_path / "one.zip")

    assert not list(tmp_path.glob("*.zip*"))
