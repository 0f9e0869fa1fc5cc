"""The archive: what is written is read; nothing is believed that was not counted."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from tests.footage import sidecar_of
from tests.weir.archives import (
    CREATED,
    directory_at,
    manifest,
    opened,
    packed,
    verified,
    zipped,
)
from weir.archive import (
    Archive,
    HostileArchive,
    IncompleteArchive,
    NotAnArchive,
)
from weir.effort import EffortLine

CLIP = b"\0\0\0\1\x65\x88" + bytes(range(256)) * 40
NAME = "clip00001_2026-05-01_07-00-00.h264"


def sha(data: bytes) -> str:
    """The sum of some bytes."""
    return hashlib.sha256(data).hexdigest()


def test_what_is_packed_is_read(tmp_path: Path) -> None:
    """Clip, sidecar and bytes come out as they went in."""
    beside = sidecar_of(CLIP, NAME)
    files = {NAME: CLIP, NAME + ".json": beside.to_json().encode()}
    with opened(tmp_path, packed(tmp_path / "drive", files)) as archive:
        (clip,) = archive.verify()
        copy = archive.extract(clip, tmp_path / "copy")
        sidecar = archive.sidecar(clip)

    assert (clip.name, clip.sha256, clip.bytes, clip.damage) == (
        *(NAME, sha(CLIP), len(CLIP)),
        "",
    )
    assert sidecar == (beside, "")
    assert (tmp_path / "copy").read_bytes() == CLIP
    assert copy == sha(CLIP)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("name", [NAME, "week 1/" + NAME, "a\\b\\" + NAME, "é/ü.mp4"])
def test_a_zip_made_by_hand_is_welcome(tmp_path: Path, name: str, method: int) -> None:
    """Deflated or not, in sub-folders, without sidecars, without manifest."""
    (clip,) = verified(tmp_path, zipped((name, CLIP), method=method))

    assert clip.name == name.replace("\\", "/").rpartition("/")[2]
    assert (clip.sha256, clip.damage) == (sha(CLIP), "")


def test_names_in_another_encoding_are_read(tmp_path: Path) -> None:
    """A zip without the UTF-8 flag is read as code page 437, whatever it meant."""
    data = zipped(("clipX1_2026-05-01.h264", CLIP)).replace(b"clipX1", b"clip\x811")
    (clip,) = verified(tmp_path, data)

    assert clip.name == "clipü1_2026-05-01.h264"


def test_names_with_newlines_are_names(tmp_path: Path) -> None:
    """Whatever a file system allows may have been zipped."""
    (clip,) = verified(tmp_path, zipped(("clip\n1.h264", CLIP)))

    assert clip.name == "clip\n1.h264"


def test_a_large_archive_in_the_zip64_form_is_read(tmp_path: Path) -> None:
    """Its end record is another; it is written here for a small one."""
    path = tmp_path / "recordings.zip"
    with (
        zipfile.ZipFile(path, "w") as archive,
        archive.open(NAME, "w", force_zip64=True) as member,
    ):
        member.write(CLIP)
    with Archive(path) as archive64:
        (clip,) = archive64.verify()

    assert clip.sha256 == sha(CLIP)


def test_junk_is_left_out(tmp_path: Path) -> None:
    """What file managers add is no footage, nor what a browser has not finished."""
    data = zipped(
        ("__MACOSX/._a.h264", b"x"),
        (".b.h264", b"x"),
        ("#recycle/d.h264", CLIP),
        ("e.mp4.download/e.mp4", CLIP),
        ("c.h264", CLIP),
    )

    assert [clip.name for clip in verified(tmp_path, data)] == ["c.h264"]


def test_a_wrong_crc_spoils_its_clip_only(tmp_path: Path) -> None:
    """All its bytes are there to be salvaged, and said to be damaged."""
    other = CLIP[::-1]
    data = zipped(("a.h264", CLIP), ("b.h264", other))
    spoilt = data.replace(CLIP, CLIP[:500] + b"!" + CLIP[501:], 1)
    a, b = verified(tmp_path, spoilt)

    assert "CRC" in a.damage
    assert a.bytes == len(CLIP)
    assert (b.sha256, b.damage) == (sha(other), "")


def test_a_torn_deflated_member_gives_what_came_before(tmp_path: Path) -> None:
    """And says that it ends early."""
    data = zipped(("a.h264", CLIP * 50), method=zipfile.ZIP_DEFLATED)
    torn = data[:300] + b"\xff" * 40 + data[340:]
    (clip,) = verified(tmp_path, torn)

    assert clip.damage
    assert clip.bytes < len(CLIP) * 50


def test_bytes_that_the_sidecar_does_not_name_are_damage(tmp_path: Path) -> None:
    """The zip is whole, but was made of a bad copy."""
    beside = sidecar_of(CLIP + b"more", NAME).to_json().encode()
    (clip,) = verified(tmp_path, zipped((NAME, CLIP), (NAME + ".json", beside)))

    assert clip.damage == "its bytes are not those that its sidecar names (sha256)"


@pytest.mark.parametrize("text", [b"{", b"[]", b"\xff\xfe", b'{"format_version": 9}'])
def test_a_bad_sidecar_is_told_and_not_used(tmp_path: Path, text: bytes) -> None:
    """The clip stays good."""
    data = zipped((NAME, CLIP), (NAME + ".json", text))
    with opened(tmp_path, data) as archive:
        (clip,) = archive.verify()
        sidecar, problem = archive.sidecar(clip)

    assert (clip.damage, sidecar) == ("", None)
    assert problem.startswith(NAME + ".json")


def test_ledgers_are_read_wherever_they_lie(tmp_path: Path) -> None:
    """With what is wrong with their torn lines."""
    line = EffortLine("creek", "cam1", CREATED, CREATED.replace(hour=13), "+02:00", 9)
    text = line.to_json().encode()
    data = zipped(("a/effort.jsonl", text + b"\n" + text[:20]), ("b.h264", CLIP))
    with opened(tmp_path, data) as archive:
        lines, problems = archive.ledger()

    assert lines == (line,)
    assert problems[0].startswith("a/effort.jsonl:2: ")


@pytest.mark.parametrize(
    ("listed", "why"),
    [
        ([("b.h264", len(CLIP), sha(CLIP))], "'a.h264' is not in its manifest"),
        ([], "'a.h264' is not in its manifest"),
        ([("a.h264", len(CLIP), "0" * 64)], "'a.h264' is not what its manifest says"),
        ([("a.h264", 1, sha(CLIP))], "'a.h264' is not what its manifest says"),
        (
            [("a.h264", len(CLIP), sha(CLIP)), ("c.h264", 1, "0" * 64)],
            "'c.h264' is only in its manifest",
        ),
    ],
)
def test_a_manifest_that_lies_is_refused(
    tmp_path: Path, listed: list[tuple[str, int, str]], why: str
) -> None:
    """Somebody changed the archive after it was packed."""
    data = zipped(("a.h264", CLIP), ("manifest.json", manifest(*listed)))

    with pytest.raises(HostileArchive, match=why):
        verified(tmp_path, data)


def test_a_manifest_that_is_none_is_refused(tmp_path: Path) -> None:
    """Its CRC is right, so somebody wrote it so."""
    with pytest.raises(HostileArchive, match=r"manifest.json: not readable as JSON"):
        verified(tmp_path, zipped(("a.h264", CLIP), ("manifest.json", b"{nope")))


def test_a_damaged_manifest_is_not_held_against_the_clips(tmp_path: Path) -> None:
    """The members have sums of their own."""
    listed = manifest(("a.h264", len(CLIP), sha(CLIP)))
    data = zipped(("a.h264", CLIP), ("manifest.json", listed))
    (clip,) = verified(tmp_path, data.replace(b'{"format', b'["format'))

    assert clip.damage == ""


def test_a_damaged_member_is_not_called_a_lie(tmp_path: Path) -> None:
    """A flipped byte breaks both sums; that is damage."""
    listed = manifest(("a.h264", len(CLIP), sha(CLIP)))
    data = zipped(("a.h264", CLIP), ("manifest.json", listed))
    (clip,) = verified(tmp_path, data.replace(CLIP[:9], b"!" + CLIP[1:9], 1))

    assert "CRC" in clip.damage


@pytest.mark.parametrize("data", [b"", b"P", b"PK", b"PK\x03\x04"])
def test_a_beginning_may_still_be_arriving(tmp_path: Path, data: bytes) -> None:
    """It begins like a zip, as far as it goes."""
    with pytest.raises(IncompleteArchive, match="end record is missing"):
        opened(tmp_path, data)


@pytest.mark.parametrize("data", [b"MZ", b"hello", b"\0" * 100])
def test_what_begins_otherwise_never_was_a_zip(tmp_path: Path, data: bytes) -> None:
    """No waiting will help."""
    with pytest.raises(NotAnArchive):
        opened(tmp_path, data)


def test_no_part_of_a_zip_looks_whole(tmp_path: Path) -> None:
    """Not even one that ends behind the end record of a zip that it holds."""
    inner = zipped(("a.h264", CLIP))
    outer = zipped(("inner.zip", inner), ("b.h264", CLIP))
    for size in {len(outer) * n // 50 for n in range(50)} | {
        outer.index(inner) + len(inner)
    }:
        with pytest.raises(IncompleteArchive):
            opened(tmp_path, outer[:size])


def test_a_zip_in_a_zip_is_not_opened(tmp_path: Path) -> None:
    """There is no video in it."""
    assert verified(tmp_path, zipped(("a.zip", zipped(("a.h264", CLIP))))) == []


def test_an_empty_zip_holds_nothing(tmp_path: Path) -> None:
    """And is whole."""
    assert verified(tmp_path, zipped()) == []


def test_a_directory_of_rubbish_is_told(tmp_path: Path) -> None:
    """The end record is right, what it leads to is not."""
    data = zipped(("a.h264", CLIP))
    at = directory_at(data)

    with pytest.raises(IncompleteArchive, match="directory cannot be read"):
        opened(tmp_path, data[:at] + b"\xa5" * 4 + data[at + 4 :])


def test_nothing_is_written_over(tmp_path: Path) -> None:
    """A clip is extracted to a new file only."""
    (tmp_path / "there").write_bytes(b"mine")
    with opened(tmp_path, zipped(("a.h264", CLIP))) as archive:
        (clip,) = archive.verify()
        with pytest.raises(FileExistsError):
            archive.extract(clip, tmp_path / "there")

    assert (tmp_path / "there").read_bytes() == b"mine"
