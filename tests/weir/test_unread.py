"""What of an archive is neither read nor known is named, member by member."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.weir.archives import opened, zipped
from weir.unread import Unread, in_words, is_known

CLIP = b"\0\0\0\1\x65\x88" * 40
KNOWN = (
    *("a.mp4", "DCIM/b.MTS", "c.h264.json", "c.h264.truth.json", "x/effort.jsonl"),
    *("weir-log.jsonl", "manifest.json", "a.THM", "a.srt", "c.pts", "notes.txt"),
    *("__MACOSX/._a.mp4", ".DS_Store", "Thumbs.db", "@eaDir/a.mp4", "~$notes.docx"),
    *("DCIM/GX010001.MP4", "DCIM/GL010001.LRV", "draft.txt~"),
)
UNKNOWN = (
    *("notes.docx", "clip", "a.xyz", "x\\y\\b.dav", "a.mp4.crdownload", "e.mp4.part"),
)


@pytest.mark.parametrize("name", KNOWN)
def test_what_is_read_or_lies_beside_footage_is_known(name: str) -> None:
    """Footage, Weir's own documents, by-products, junk."""
    assert is_known(name)


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_could_be_footage_is_not_known(name: str) -> None:
    """A download that broke off, any other ending."""
    assert not is_known(name)


def test_each_member_is_named_with_what_to_do(tmp_path: Path) -> None:
    """An archive in an archive by its kind, the others by what they are not."""
    inner = zipped(("b.h264", CLIP))
    members = {
        "a.h264": CLIP,
        "old/inner.zip": inner,
        "week": inner,
        "b.rar": b"Rar!\x1a\x07\0",
        "c.mp4.part": CLIP,
        "notes.docx": b"",
    }
    with opened(tmp_path, zipped(*members.items())) as archive:
        found = {member.name: member for member in archive.unread()}

    assert found.keys() == members.keys() - {"a.h264"}
    assert {n: found[n].bytes for n in found} == {n: len(members[n]) for n in found}
    assert found["old/inner.zip"].reason == found["week"].reason
    assert found["week"].reason.startswith("it is a zip in a zip: unpack it")
    assert found["b.rar"].reason.startswith("it is a RAR archive, which is not read")
    assert "not finished: finish it, and drop it again" in found["c.mp4.part"].reason
    assert "neither footage by its name" in found["notes.docx"].reason


def test_many_are_named_in_few_words() -> None:
    """The first five, and how many follow."""
    members = [Unread(f"{n}.xyz", 1, "why") for n in range(9)]

    assert in_words(members[:2]) == "0.xyz: why; 1.xyz: why"
    assert in_words(members).endswith("4.xyz: why; and 4 more")
