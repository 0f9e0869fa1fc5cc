"""Custody: what a receipt speaks of is a copy that nobody else can write to."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from analysis import DecodeError
from analysis.intake.contents.videocontents import VideoContents
from analysis.intake.contents.zipcontents import ZipContents
from analysis.intake.custody import StillWritten, copy, is_ours
from analysis.intake.listing import stamp_of
from tests.analysis.small_host import Host, names, tree
from tests.footage import clip_bytes, zip_bytes

ONE = "clip1_2026-05-01.h264"
DATA = os.urandom(3 << 20)


def still() -> None:
    """Nothing happens meanwhile."""


def test_a_copy_is_whole_and_ours(tmp_path: Path) -> None:
    """With the date of the original, and its sum."""
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(DATA)
    source.chmod(0o666)
    os.utime(source, ns=(1, 1))
    sha256 = copy(source, target, still)

    assert target.read_bytes() == DATA
    assert sha256 == hashlib.sha256(DATA).hexdigest()
    assert (is_ours(source.stat()), is_ours(target.stat())) == (False, True)
    assert target.stat().st_mtime_ns == 1


def test_a_file_with_two_names_is_not_ours(tmp_path: Path) -> None:
    """Somebody may have the other one."""
    (tmp_path / "a").write_bytes(b"x")
    os.link(tmp_path / "a", tmp_path / "b")

    assert not is_ours((tmp_path / "a").stat())


@pytest.mark.parametrize("change", [b"more", b""])
def test_a_file_that_changes_meanwhile_is_not_copied(
    tmp_path: Path, change: bytes
) -> None:
    """Longer or shorter; nothing is left of the copy."""
    source = tmp_path / "a"
    source.write_bytes(DATA)

    def write() -> None:
        source.write_bytes(DATA + change if change else DATA[:100])

    with pytest.raises(StillWritten):
        copy(source, tmp_path / "b", write)
    assert names(tmp_path) == ["a"]


def test_a_file_of_holes_is_refused(tmp_path: Path) -> None:
    """Copied, it would fill the disk."""
    source = tmp_path / "a.h264"
    source.write_bytes(clip_bytes(1))
    os.truncate(source, 2 << 30)

    with pytest.raises(DecodeError, match="2147 of its 2147 MB are holes"):
        copy(source, tmp_path / "b", still)


def test_what_is_rejected_unread_is_ours_too(tmp_path: Path) -> None:
    """Bytes and holes are as they were, and its uploader can write to it no more."""
    with Host(tmp_path) as host:
        dropped = host.folders.inbox / "hole.h264"
        with dropped.open("wb") as file:
            file.write(DATA[: 1 << 20])
            file.seek(1 << 30)
            file.write(DATA[1 << 20 :])
            file.truncate(1 << 33)
        dropped.chmod(0o666)
        theirs = dropped.stat().st_ino
        host.settle()

    rejected = host.folders.rejected / "hole.h264"
    facts = rejected.stat()
    assert is_ours(facts) and facts.st_ino != theirs
    assert (facts.st_size, facts.st_blocks * 512 < 1 << 23) == (1 << 33, True)
    with rejected.open("rb") as file:
        assert file.read(1 << 20) == DATA[: 1 << 20]
        file.seek(1 << 30)
        assert file.read(2 << 20) == DATA[1 << 20 :]
    assert tree(host.folders.working) == {}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("taken", [False, True])
def test_a_copy_with_holes_is_never_read(tmp_path: Path, taken: bool) -> None:
    """A kill came before it was rejected; to read a terabyte of nothing takes hours."""
    host = Host(tmp_path)
    places = [host.folders.working] + [host.folders.taken] * taken
    for folder in places:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "hole.h264").touch()
        os.truncate(folder / "hole.h264", 1 << 40)
    with host:
        host.settle()

    assert names(host.folders.rejected) == ["hole.h264", "hole.h264.reason.txt"]
    assert tree(host.folders.working) == {}


def test_a_copy_that_was_cut_off_is_made_again(tmp_path: Path) -> None:
    """Or, when it was whole, only the uploader's file goes."""
    with Host(tmp_path) as host:
        for number, cut in ((1, False), (2, True)):
            name = f"clip{number}_2026-05-01.h264"
            host.folders.taken.mkdir(parents=True, exist_ok=True)
            (host.folders.taken / name).write_bytes(clip_bytes(number))
            if not cut:
                (host.folders.working / name).write_bytes(clip_bytes(number))
        host.work.resume()
        host.settle()

    assert len(names(host.folders.done)) == len(host.clips()) == 2
    assert tree(host.folders.working) == {}


def test_what_is_written_after_the_claim_changes_nothing(tmp_path: Path) -> None:
    """Whoever has the file open has only the file that was dropped."""
    data = clip_bytes(1)
    with Host(tmp_path) as host:
        path = host.drop(ONE, data)
        host.work.claim(Path(ONE), stamp_of(path))
        with (host.folders.taken / ONE).open("r+b") as file:
            host.settle()
            file.truncate(0)

    assert (host.folders.done / ONE).read_bytes() == data


def test_an_upload_that_goes_on_is_taken_later(tmp_path: Path) -> None:
    """It was quiet for so long that it had been claimed."""
    data = clip_bytes(1)
    with Host(tmp_path) as host:
        path = host.drop(ONE, data[:2000])
        host.work.claim(Path(ONE), stamp_of(path))
        taken = host.folders.taken / ONE
        host.beat = lambda: taken.exists() and taken.write_bytes(data)
        host.work.step(0)
        host.beat = still
        host.settle()

    assert [row["status"] for row in host.clips()] == ["analysed"]
    assert (host.folders.done / ONE).read_bytes() == data


def test_what_is_fetched_is_compared_with_its_sum(tmp_path: Path) -> None:
    """From a zip, and bare."""
    (tmp_path / "x").mkdir()
    zipped = tmp_path / "a.zip"
    for path, data in ((zipped, zip_bytes({ONE: DATA})), (tmp_path / ONE, DATA)):
        path.write_bytes(data)
        make = ZipContents if path == zipped else VideoContents
        contents = make(path, still)
        (clip,) = contents.clips
        path.write_bytes(data.replace(DATA[50:60], bytes(10)))

        with pytest.raises(DecodeError, match="changed after they were verified"):
            contents.fetch(clip, tmp_path / "x")
        contents.close()
