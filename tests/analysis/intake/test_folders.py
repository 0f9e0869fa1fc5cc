"""The folders: renames, suffixes, and nothing written over."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from analysis.intake.claims import Claims
from analysis.intake.folders import Folders, free_path, with_short_names
from analysis.intake.listing import stamp_of
from tests.analysis.small_host import names, tree


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """The folders, made."""
    made = Folders(tmp_path / "host")
    made.make()
    return made


def claim(folders: Folders, name: str) -> Path:
    """Take a file out of the inbox; where it is now."""
    stamp = stamp_of(folders.inbox / name)
    return folders.where(Claims(folders, lambda: None).claim(Path(name), stamp))


def put(path: Path, text: str = "x") -> Path:
    """A file with some text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_clip_goes_with_what_belongs_to_it(folders: Folders) -> None:
    """Its sidecar and its truth, through all folders."""
    for name in ("a.h264", "a.h264.json", "a.h264.truth.json"):
        put(folders.inbox / "cam2" / name)
    claimed = claim(folders, "cam2/a.h264")
    assert len(names(folders.working)) == 3
    folders.end(claimed, free_path(folders.done, Path("cam2/a.h264")))

    assert names(folders.done) == [
        *("cam2/a.h264", "cam2/a.h264.json", "cam2/a.h264.truth.json")
    ]
    assert tree(folders.working) == {}


def test_a_clip_moves_after_what_belongs_to_it(
    folders: Folders, disk: list[str]
) -> None:
    """While the clip has not moved, the whole has not; and none is ever in neither."""
    for name in ("a.h264", "a.h264.json", "a.h264.truth.json"):
        put(folders.inbox / name)
    claimed = claim(folders, "a.h264")
    assert disk[-3:] == ["rename a.h264 a.h264", "sync inbox/", "sync .taken/"]
    folders.end(claimed, free_path(folders.done, Path("a.h264")))

    moved = [line.split()[1] for line in disk if line.startswith("rename ")]
    assert moved == ["a.h264.json", "a.h264.truth.json", "a.h264"] * 2
    assert disk[-3:] == ["rename a.h264 a.h264", "sync done/", "sync .taken/"]


def test_a_name_that_is_taken_gets_a_suffix(folders: Folders) -> None:
    """With all that belongs to the clip."""
    for text in ("old", "new"):
        for name in ("a.h264", "a.h264.json"):
            put(folders.inbox / name, text)
        claimed = claim(folders, "a.h264")
        folders.end(claimed, free_path(folders.done, Path("a.h264")))

    assert {n: (folders.done / n).read_text() for n in names(folders.done)} == {
        "a.h264": "old",
        "a.h264.json": "old",
        "a-2.h264": "new",
        "a-2.h264.json": "new",
    }


def test_a_file_in_the_place_of_a_folder_is_gone_round(folders: Folders) -> None:
    """Last week's file has the name of this week's folder."""
    put(folders.done / "week", "a file")
    put(folders.inbox / "week" / "a.zip")
    claimed = claim(folders, "week/a.zip")
    folders.end(claimed, free_path(folders.done, Path("week/a.zip")))

    assert names(folders.done) == ["week", "week-2/a.zip"]


def test_a_reason_lies_beside_what_was_rejected(folders: Folders) -> None:
    """And another reason does not replace it."""
    for reason in ("first", "second", "second"):
        put(folders.inbox / "a.zip")
        folders.reject(claim(folders, "a.zip"), reason)

    reasons = {n: (folders.rejected / n).read_text() for n in names(folders.rejected)}
    assert [text for name, text in reasons.items() if name.endswith(".txt")] == [
        *("second\n", "second\n", "first\n")
    ]
    assert len(reasons) == 6


def test_a_file_named_like_a_reason_is_not_written_over(folders: Folders) -> None:
    """Somebody dropped it, and it was refused, too."""
    put(folders.rejected / "a.zip.reason.txt", "mine")
    put(folders.inbox / "a.zip")
    folders.reject(claim(folders, "a.zip"), "why")

    assert (folders.rejected / "a.zip.reason.txt").read_text() == "mine"
    assert (folders.rejected / "a-2.zip.reason.txt").read_text() == "why\n"


def test_a_reason_is_there_before_what_was_rejected(
    folders: Folders, disk: list[str]
) -> None:
    """Whoever sees the file sees why; a kill between the two does both again."""
    put(folders.inbox / "a.zip")
    claimed = claim(folders, "a.zip")
    disk.clear()
    folders.reject(claimed, "why")

    assert [line for line in disk if line.startswith("rename")] == [
        *("rename temporary a.zip.reason.txt", "rename a.zip a.zip")
    ]


def test_a_rejection_that_was_cut_off_is_done_again(folders: Folders) -> None:
    """The reason is written before the file moves; the name stays."""
    put(folders.inbox / "a.zip")
    claimed = claim(folders, "a.zip")
    put(folders.rejected / "a.zip.reason.txt", "why\n")
    folders.reject(claimed, "why")

    assert names(folders.rejected) == ["a.zip", "a.zip.reason.txt"]


def test_a_claim_that_was_cut_off_is_undone(folders: Folders) -> None:
    """The sidecar had moved, its clip had not: both are taken again, together."""
    put(folders.inbox / "cam2" / "a.h264")
    put(folders.taken / "cam2" / "a.h264.json")
    put(folders.working / "b.h264")
    put(folders.working / "b.h264.json")

    assert list(Claims(folders, lambda: None).left()) == [Path("b.h264")]
    assert names(folders.inbox) == ["cam2/a.h264", "cam2/a.h264.json"]


def test_what_was_on_its_way_is_forgotten_at_the_start(folders: Folders) -> None:
    """It can be fetched again; and folders that a kill has left empty."""
    put(folders.fetched / "abc.h264")
    (folders.working / "cam2" / "week").mkdir(parents=True)
    folders.make()

    assert tree(folders.working) == {}


@pytest.mark.parametrize("name", ["x" * 251 + ".zip", "é" * 125 + ".zip", "y" * 255])
def test_long_names_leave_room_for_what_is_added(folders: Folders, name: str) -> None:
    """A receipt, a reason, a suffix; the ending stays."""
    put(folders.inbox / name)
    claimed = claim(folders, name)
    final = folders.reject(claimed, "why")

    assert len(os.fsencode(final.name)) <= 200
    assert final.suffix == Path(name).suffix
    assert len(names(folders.rejected)) == 2


def test_deleting_takes_what_belongs_to_it(folders: Folders) -> None:
    """With ``keep_done = false``."""
    for name in ("a.h264", "a.h264.json"):
        put(folders.inbox / "cam2" / name)
    folders.delete(claim(folders, "cam2/a.h264"))

    assert tree(folders.working) == {}


def test_what_a_kill_left_goes_at_the_start(folders: Folders) -> None:
    """Beside reasons, receipts and the record; one of a record may be large."""
    left, other = f"weir-{'0' * 16}.part", "somebody.part"
    for place in (folders.rejected, folders.receipts / "cam2", folders.results):
        put(place / left)
        put(place / other)
    folders.make()

    assert names(folders.rejected) == [other]
    assert names(folders.receipts) == ["cam2/" + other]
    assert names(folders.results) == [other]


@pytest.mark.parametrize(
    ("name", "short"),
    [
        (b"a" * 250 + b".h264", b"a" * 195 + b".h264"),
        ("\xfc".encode() * 125 + b".h264", "\xfc".encode() * 97 + b".h264"),
        ("\U0001f41f".encode() * 60, "\U0001f41f".encode() * 50),
        (b"\xff" * 250 + b".h264", b"\xff" * 195 + b".h264"),
        (b"\x80" * 250, b"\x80" * 200),
        (b"\xff.." + b"\xff" * 200 + b".", b"\xff.." + b"\xff" * 197),
        (b"a." + b"b" * 250, b"a." + b"b" * 198),
    ],
)
def test_a_long_name_loses_its_end_and_nothing_else(name: bytes, short: bytes) -> None:
    """Between two letters where it is text, and before the file's ending."""
    assert os.fsencode(with_short_names(Path(os.fsdecode(name)))) == short
