"""What an archive brings and nobody understands is told everywhere, and kept."""

from __future__ import annotations

import csv
import json
import logging
from io import StringIO
from pathlib import Path

import pytest

from analysis.commands.status import lines
from tests.analysis.small_host import NOW, Host, names
from tests.footage import clip_bytes, zip_bytes

CLIP = "clip1_2026-05-01.h264"
INNER = zip_bytes({"b.h264": clip_bytes(2)})
STRANGE = {"b.dav": b"DHAV" * 9, "c.xyz": b"x", "inner.zip": INNER, "notes.docx": b"PK"}
BESIDE = {"a.THM": b"x", "notes.txt": b"x", "__MACOSX/._b.dav": b"x"}


def worked(host: Host, *, more: int = 0) -> None:
    """Let a host work an archive with members that nobody understands."""
    many = {f"{n}.xyz": b"x" for n in range(more)}
    host.drop("a.zip", zip_bytes({CLIP: clip_bytes(1), **STRANGE, **BESIDE, **many}))
    host.settle()


def test_each_is_in_the_table_and_counts_as_a_trouble(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With its delivery, size and reason; the journal names it, too."""
    with Host(tmp_path) as host, caplog.at_level(logging.INFO):
        worked(host)
    rows = list(csv.DictReader(StringIO(host.tables()["unread"])))

    assert {row["member"]: int(row["bytes"]) for row in rows} == {
        name: len(data) for name, data in STRANGE.items()
    }
    assert {row["delivery"] for row in rows} == {"a.zip"}
    assert host.work.troubles == len(STRANGE)
    assert "clips=1 new=1 failed=4" in caplog.text
    for row in rows:
        assert f"member={row['member']} bytes={row['bytes']}" in caplog.text
        assert row["reason"] in caplog.text
    assert all(f"member={name}" not in caplog.text for name in BESIDE)


@pytest.mark.parametrize("strange", [STRANGE, {"b.dav": b"x"}])
def test_its_archive_is_kept_whatever_the_config_says(
    tmp_path: Path, strange: dict[str, bytes]
) -> None:
    """And the receipt names what was not read, and says that the clip is kept."""
    with Host(tmp_path, keep_done=False) as host:
        host.drop("a.zip", zip_bytes({CLIP: clip_bytes(1), **strange}))
        host.drop("b.zip", zip_bytes({CLIP: clip_bytes(3), **BESIDE}))
        host.settle()
    text = (host.folders.receipts / "a.zip.receipt.json").read_text()
    receipt = json.loads(text)

    assert names(host.folders.done) == ["a.zip"]
    assert [member["name"] for member in receipt["unread"]] == sorted(strange)
    assert receipt["unread_count"] == len(strange)
    assert [clip["kept"] for clip in receipt["clips"]] == [True]


def test_an_archive_without_video_names_what_it_has(tmp_path: Path) -> None:
    """It is rejected, as ever; somebody may have meant one of these for footage."""
    with Host(tmp_path) as host:
        host.drop("a.zip", zip_bytes({"inner.zip": INNER, "b.dav": b"x", **BESIDE}))
        host.settle()
    reason = (host.folders.rejected / "a.zip.reason.txt").read_text()

    assert "; inner.zip: it is a zip in a zip" in reason
    assert "b.dav: it is neither footage" in reason
    assert "notes.txt" not in reason


def test_of_a_lot_the_first_are_told_and_all_are_in_the_table(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A photo library of ten thousand must not flood the journal or the receipt."""
    with Host(tmp_path) as host:
        worked(host, more=200)
    receipt = json.loads((host.folders.receipts / "a.zip.receipt.json").read_text())

    assert host.tables()["unread"].count("\n") == 1 + 200 + len(STRANGE)
    assert caplog.text.count("not read archive=a.zip") == 21
    assert "more=184, all in unread.csv" in caplog.text
    assert (len(receipt["unread"]), receipt["unread_count"]) == (100, 204)


def test_status_shows_it(tmp_path: Path) -> None:
    """To whoever looks there first."""
    with Host(tmp_path) as host:
        worked(host, more=30)
    shown = "\n".join(lines(host.folders, NOW))

    assert "not read    34 files in 1 archive" in shown
    assert "a.zip: 0.xyz: it is neither footage" in shown
    assert "and 14 more, all in unread.csv" in shown


def test_in_a_folder_each_strange_file_is_rejected_by_its_name(tmp_path: Path) -> None:
    """What was dropped without an archive is told one by one."""
    with Host(tmp_path) as host:
        for name, data in {CLIP: clip_bytes(1), **STRANGE}.items():
            host.drop("card/" + name, data)
        host.settle()
    rejected = names(host.folders.rejected / "card")

    assert [n for n in rejected if not n.endswith(".reason.txt")] == sorted(
        STRANGE.keys() - {"inner.zip"}
    )
    assert host.work.troubles == 3
    assert names(host.folders.done / "card") == [CLIP, "inner.zip"]
