"""What is damaged, hostile or odd: salvaged or refused, told once, and kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.analysis.small_host import Desk, names, receipt
from tests.footage import beside, clip_bytes, zip_bytes

ONE, TWO, THREE = (f"clip{n}_2026-05-01.h264" for n in (1, 2, 3))


def test_odd_files_are_rejected_with_a_reason(tmp_path: Path) -> None:
    """They lie in rejected/ until somebody looks."""
    with Desk(tmp_path) as desk:
        desk.drop("holiday.jpg", b"x")
        desk.drop("notes.zip", zip_bytes({"a.txt": b"x"}))
        desk.drop("text.h264", b"hello")
        desk.drop("empty.h264", b"")
        desk.drop("empty.zip", zip_bytes({}))
        desk.settle()
        rejected = desk.folders.rejected

    reasons = {
        name[:-11]: (rejected / name).read_text()
        for name in names(rejected)
        if name.endswith(".reason.txt")
    }
    as_none = "as no footage does"
    expected = "expected MP4 or MOV, AVI, Matroska or WebM, raw H.264"
    assert reasons == {
        "holiday.jpg": "it is neither footage (.h264, .mp4, ...) nor a .zip of it\n",
        "notes.zip": "there is no video in it\n",
        "empty.zip": "there is no video in it\n",
        "text.h264": f"text.h264: it begins with b'hello', {as_none}; {expected}\n",
        "empty.h264": f"empty.h264: it is empty; {expected}\n",
    }
    assert desk.clips() == []
    assert desk.work.troubles == 5


def test_what_was_rejected_is_tried_when_it_is_moved_back(tmp_path: Path) -> None:
    """And not before; the second time it has a suffix."""
    with Desk(tmp_path) as desk:
        desk.drop("a.h264", b"hello")
        desk.settle()
        desk.settle()
        assert len(desk.executor.jobs) == 1
        (desk.folders.rejected / "a.h264").rename(desk.folders.inbox / "a.h264")
        desk.settle()

    assert len(desk.executor.jobs) == 2
    assert names(desk.folders.rejected) == ["a.h264", "a.h264.reason.txt"]


def test_a_hostile_archive_leaves_no_row(tmp_path: Path) -> None:
    """Though its first clip is good."""
    with Desk(tmp_path) as desk:
        desk.drop("a.zip", zip_bytes({ONE: clip_bytes(1), "../b.h264": b"x"}))
        desk.settle()

    assert desk.clips() == []
    assert names(desk.folders.rejected) == ["a.zip", "a.zip.reason.txt"]
    assert not names(desk.folders.receipts)


def test_a_damaged_clip_is_salvaged(tmp_path: Path) -> None:
    """As far as it goes, and said to be; the archive stays, whatever the config."""
    good, bad = clip_bytes(1), clip_bytes(2)
    data = zip_bytes({ONE: good, TWO: bad})
    at = data.index(bad) + len(bad) * 2 // 3
    with Desk(tmp_path, keep_done=False) as desk:
        desk.drop("a.zip", data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :])
        desk.settle()

    one, two = desk.clips()
    assert (one["status"], two["status"]) == ("analysed", "salvaged")
    assert "its bytes are not those that were zipped (CRC)" in two["reason"]
    assert names(desk.folders.done) == ["a.zip"]
    assert receipt(desk, "a.zip") == {"": "a.zip", ONE: True, TWO: True}


def test_a_truncated_clip_tells_how_much_is_left(tmp_path: Path) -> None:
    """Frames decoded, of frames that the sidecar expects."""
    data = clip_bytes(1)
    with Desk(tmp_path) as desk:
        desk.drop(ONE, data[: len(data) // 2])
        desk.drop(*beside(ONE, data))
        desk.settle()

    (row,) = desk.clips()
    assert row["status"] == "salvaged"
    assert row["frames_expected"] == "12"
    assert 0 < int(row["frames_decoded"]) < 12
    assert f"{row['frames_decoded']} of 12 frames could be decoded" in row["reason"]


def test_a_torn_ledger_keeps_its_archive(tmp_path: Path) -> None:
    """It is the only copy of what it says."""
    members = {ONE: clip_bytes(1), "effort.jsonl": b'{"torn'}
    with Desk(tmp_path, keep_done=False) as desk:
        desk.drop("a.zip", zip_bytes(members))
        desk.settle()

    assert names(desk.folders.done) == ["a.zip"]


def test_names_that_are_no_text_are_worked(tmp_path: Path) -> None:
    """In folders, in the record, in receipts; newlines, too, but not in tables."""
    name = os.fsdecode(b"caf\xe9\nX_2026-05-01.h264")
    with Desk(tmp_path) as desk:
        desk.drop("cam\udce9/" + name, clip_bytes(1))
        desk.drop(os.fsdecode(b"b\xff.zip"), zip_bytes({"ü\n.h264": clip_bytes(2)}))
        desk.settle()

    rows = {row["clip"]: row["camera"] for row in desk.clips()}
    assert rows == {
        "caf\ufffd\ufffdX_2026-05-01.h264": "cam\ufffd",
        "ü\ufffd.h264": "cam1",
    }
    assert len(names(desk.folders.done)) == 2
    assert len(names(desk.folders.receipts)) == 2


def test_a_file_that_may_not_be_moved_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And does not stop the others."""
    with Desk(tmp_path) as desk:
        desk.drop("a/a.h264", clip_bytes(1))
        desk.drop("b.h264", clip_bytes(2))
        (desk.folders.working / "a").write_text("in the way")
        (desk.folders.working / "a").chmod(0o444)
        desk.settle()

    assert [row["clip"] for row in desk.clips()] == ["a.h264", "b.h264"]


def test_what_does_not_become_whole_is_told_once_and_daily(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Never deleted."""
    caplog.set_level("INFO")
    with Desk(tmp_path) as desk:
        path = desk.drop("a.zip", zip_bytes({ONE: clip_bytes(1)})[:-5])
        told = []
        for days in (0, 0.5, 0.6, 1.2):
            desk.clock.advance(days * 86_400)
            desk.settle()
            told.append(caplog.text.count("upload incomplete file=a.zip"))

    assert told == [1, 1, 2, 3]
    assert path.exists()
