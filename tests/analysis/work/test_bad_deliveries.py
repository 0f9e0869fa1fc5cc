"""What is damaged, hostile or odd: salvaged or refused, told once, and kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analysis.frames.footageformat import FORMATS
from tests.analysis.small_host import Host, names, receipt
from tests.footage import beside, clip_bytes, zip_bytes
from weir.foreign import CONVERT

ONE, TWO, THREE = (f"clip{n}_2026-05-01.h264" for n in (1, 2, 3))


def test_odd_files_are_rejected_with_a_reason(tmp_path: Path) -> None:
    """They lie in rejected/ until somebody looks."""
    with Host(tmp_path) as host:
        host.drop("holiday.jpg", b"x")
        host.drop("notes.zip", zip_bytes({"a.txt": b"x"}))
        host.drop("text.h264", b"hello")
        host.drop("empty.h264", b"")
        host.drop("empty.zip", zip_bytes({}))
        host.settle()
        rejected = host.folders.rejected

    reasons = {
        name[:-11]: (rejected / name).read_text()
        for name in names(rejected)
        if name.endswith(".reason.txt")
    }
    as_none = f"as no footage does ({', '.join(each.name for each in FORMATS)})"
    a_text = "it is a text in the place of a video, so download the video again"
    no_video = "there is no video in it; see what it holds, and drop a zip of the"
    assert reasons == {
        "holiday.jpg": "it is neither footage (.h264, .mp4, ...) nor a .zip of it; if"
        f" it is footage in another form, {CONVERT}\n",
        "notes.zip": f"{no_video} footage\n",
        "empty.zip": f"{no_video} footage\n",
        "text.h264": f"text.h264: it begins with b'hello', {as_none}: {a_text}\n",
        "empty.h264": "empty.h264: it is empty; copy it again from the camera\n",
    }
    assert host.clips() == []
    assert host.work.troubles == 5


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"OggS\0\2", "Ogg (.ogv), which is not read: convert it"),
        (b"\x06\x0e\x2b\x34\x02\x05\x01\x01\r", "MXF, which is not read: convert it"),
        (b"YUV4MPEG2 W1", "Y4M, which is not read: convert it"),
        (b"GIF89a", "a GIF, which is not read: convert it"),
        (b"DHAV\xfd", "(.dav), which is not read: convert it"),
        (b"\x89PNG\r", "a picture (PNG), no video: drop the video"),
    ],
)
def test_other_videos_are_rejected_with_what_to_do(
    tmp_path: Path, data: bytes, kind: str
) -> None:
    """By their first bytes, whatever their names; in a zip, too."""
    with Host(tmp_path) as host:
        host.drop("a.mp4", data)
        host.drop("a.video", data)
        host.drop("b.zip", zip_bytes({ONE: clip_bytes(1), "a.video": data}))
        host.settle()

        for name in ("a.mp4", "a.video"):
            reason = (host.folders.rejected / f"{name}.reason.txt").read_text()
            assert kind in reason
        assert kind in host.tables()["unread"]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (bytes(5000), "it was not written there, so copy it again"),
        (b"<!DOCTYPE html>", "download the video again"),
        (b"\x81\x92 no form", "copy it again; if a player shows it, convert it"),
    ],
)
def test_what_is_no_footage_says_what_to_do(
    tmp_path: Path, data: bytes, what: str
) -> None:
    """Though it is named as footage."""
    with Host(tmp_path) as host:
        host.drop("a.mp4", data)
        host.settle()

    assert what in (host.folders.rejected / "a.mp4.reason.txt").read_text()


def test_other_archives_are_rejected_by_their_names(tmp_path: Path) -> None:
    """Each reason says what to do; none of them waits."""
    zipped = zip_bytes({ONE: clip_bytes(1)})
    dropped = {
        "a.rar": (b"Rar!\x1a\x07\x01\0", "a RAR archive"),
        "b.zip": (b"7z\xbc\xaf\x27\x1c\0\4", "a 7z archive"),
        "c.z01": (b"PK\7\x08" + zipped[:99], "a part of a split zip"),
        "c.zip": (zipped[:-18] + b"\1" + zipped[-17:], "the last part of a split zip"),
        "d.zip.001": (zipped[:99], "a part of a split zip"),
        "e.tgz": (b"\x1f\x8b\x08", "a gzip file"),
        "f.backup": (zipped, "a zip, or a document in that form"),
    }
    with Host(tmp_path) as host:
        for name, (data, _) in dropped.items():
            host.drop(name, data)
        host.settle()
        rejected = host.folders.rejected
    for name, (_, kind) in dropped.items():
        reason = (rejected / f"{name}.reason.txt").read_text()
        assert reason.startswith("it is " + kind)
        assert "drop" in reason


def test_a_zip_with_bytes_behind_it_is_worked(tmp_path: Path) -> None:
    """It does not wait for an end that is there."""
    with Host(tmp_path) as host:
        host.drop("a.zip", zip_bytes({ONE: clip_bytes(1)}) + b"\r\n")
        host.settle()

    assert [clip["status"] for clip in host.clips()] == ["analysed"]


def test_what_was_rejected_is_tried_when_it_is_moved_back(tmp_path: Path) -> None:
    """And not before; the second time it has a suffix."""
    with Host(tmp_path) as host:
        host.drop("a.h264", b"hello")
        host.settle()
        host.settle()
        assert len(host.executor.jobs) == 1
        (host.folders.rejected / "a.h264").rename(host.folders.inbox / "a.h264")
        host.settle()

    assert len(host.executor.jobs) == 2
    assert names(host.folders.rejected) == ["a.h264", "a.h264.reason.txt"]


def test_a_hostile_archive_leaves_no_row(tmp_path: Path) -> None:
    """Though its first clip is good."""
    with Host(tmp_path) as host:
        host.drop("a.zip", zip_bytes({ONE: clip_bytes(1), "../b.h264": b"x"}))
        host.settle()

    assert host.clips() == []
    assert names(host.folders.rejected) == ["a.zip", "a.zip.reason.txt"]
    assert not names(host.folders.receipts)


def test_a_damaged_clip_is_salvaged(tmp_path: Path) -> None:
    """As far as it goes, and said to be; the archive stays, whatever the config."""
    good, bad = clip_bytes(1), clip_bytes(2)
    data = zip_bytes({ONE: good, TWO: bad})
    at = data.index(bad) + len(bad) * 2 // 3
    with Host(tmp_path, keep_done=False) as host:
        host.drop("a.zip", data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :])
        host.settle()

    one, two = host.clips()
    assert (one["status"], two["status"]) == ("analysed", "salvaged")
    assert "its bytes are not those that were zipped (CRC)" in two["reason"]
    assert names(host.folders.done) == ["a.zip"]
    assert receipt(host, "a.zip") == {"": "a.zip", ONE: True, TWO: True}


def test_a_truncated_clip_tells_how_much_is_left(tmp_path: Path) -> None:
    """Frames decoded, of frames that the sidecar expects."""
    data = clip_bytes(1)
    with Host(tmp_path) as host:
        host.drop(ONE, data[: len(data) // 2])
        host.drop(*beside(ONE, data))
        host.settle()

    (row,) = host.clips()
    assert row["status"] == "salvaged"
    assert row["frames_expected"] == "12"
    assert 0 < int(row["frames_decoded"]) < 12
    assert f"{row['frames_decoded']} of 12 frames could be decoded" in row["reason"]


def test_a_torn_ledger_keeps_its_archive(tmp_path: Path) -> None:
    """It is the only copy of what it says."""
    members = {ONE: clip_bytes(1), "effort.jsonl": b'{"torn'}
    with Host(tmp_path, keep_done=False) as host:
        host.drop("a.zip", zip_bytes(members))
        host.settle()

    assert names(host.folders.done) == ["a.zip"]


def test_names_that_are_no_text_are_worked(tmp_path: Path) -> None:
    """In folders, in the record, in receipts; newlines, too, but not in tables."""
    name = os.fsdecode(b"caf\xe9\nX_2026-05-01.h264")
    with Host(tmp_path) as host:
        host.drop("cam\udce9/" + name, clip_bytes(1))
        host.drop(os.fsdecode(b"b\xff.zip"), zip_bytes({"ü\n.h264": clip_bytes(2)}))
        host.settle()

    rows = {row["clip"]: row["camera"] for row in host.clips()}
    assert rows == {
        "caf\ufffd\ufffdX_2026-05-01.h264": "cam\ufffd",
        "ü\ufffd.h264": "cam1",
    }
    assert len(names(host.folders.done)) == 2
    assert len(names(host.folders.receipts)) == 2


def test_a_file_that_may_not_be_moved_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And does not stop the others."""
    with Host(tmp_path) as host:
        host.drop("a/a.h264", clip_bytes(1))
        host.drop("b.h264", clip_bytes(2))
        (host.folders.working / "a").write_text("in the way")
        (host.folders.working / "a").chmod(0o444)
        host.settle()

    assert [row["clip"] for row in host.clips()] == ["a.h264", "b.h264"]


def test_what_does_not_become_whole_is_told_once_and_daily(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Never deleted."""
    caplog.set_level("INFO")
    with Host(tmp_path) as host:
        path = host.drop("a.zip", zip_bytes({ONE: clip_bytes(1)})[:-5])
        told = []
        for days in (0, 0.5, 0.6, 1.2):
            host.clock.advance(days * 86_400)
            host.settle()
            told.append(caplog.text.count("upload incomplete file=a.zip"))

    assert told == [1, 1, 2, 3]
    assert path.exists()
