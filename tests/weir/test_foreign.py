"""Archives that are not read are named, each with what to do."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from pathlib import Path

import pytest

from tests.weir.archives import opened, with_entry, zipped
from weir.archive import HostileArchive, NotAnArchive
from weir.foreign import name_archive, name_member


def tar() -> bytes:
    """A tar archive with one file."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a.h264"))
    return target.getvalue()


KINDS = {
    "a.rar": (b"Rar!\x1a\x07\x01\0", "a RAR archive,"),
    "b.rar": (b"Rar!\x1a\x07\0", "a RAR archive,"),
    "a.7z": (b"7z\xbc\xaf\x27\x1c\0\4", "a 7z archive,"),
    "a.tar": (tar(), "a tar archive,"),
    "a.tgz": (gzip.compress(tar()), "a gzip file"),
    "a.h264.gz": (gzip.compress(b"x"), "a gzip file"),
    "a.bz2": (bz2.compress(b"x"), "a bzip2 file"),
    "a.xz": (lzma.compress(b"x"), "an xz file"),
    "a.z01": (b"\1\2", "a part of a split zip: join the parts again (zip -s 0"),
    "a.Z12": (b"PK\7\x08PK\3\4", "a part of a split zip: join"),
    "a.zip.001": (b"PK\3\4", "a part of a split zip: join"),
    "a.zip.002": (b"\1\2", "a part of a split zip: join"),
    "a.7z.001": (b"7z\xbc\xaf\x27\x1c\0\4", "a 7z archive in parts,"),
    "a.7z.002": (b"\1\2", "a part of a split file: join the parts"),
    "a.part2.rar": (b"Rar!\x1a\x07\x01\0", "a part of a split RAR archive:"),
    "a.r00": (b"Rar!\x1a\x07\0", "a part of a split RAR archive:"),
}


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_is_named_with_what_to_do(name: str) -> None:
    """By its first bytes, or by its name."""
    head, kind = KINDS[name]
    said = name_archive(name, head)

    assert said.startswith("it is " + kind)
    assert "drop" in said


@pytest.mark.parametrize("name", ["notes.docx", "cam.2026-05-01", "a.mp4", "b"])
def test_what_is_no_archive_is_not_called_one(name: str) -> None:
    """Though its name has dots and digits."""
    assert name_archive(name, b"hello") == ""


@pytest.mark.parametrize("name", ["inner.zip", "INNER.ZIP", "no-ending"])
def test_a_zip_in_a_zip_is_named(name: str) -> None:
    """By its bytes, whatever it is called."""
    said = name_member(name, zipped(("a.h264", b"x")))

    assert said.startswith("it is a zip in a zip: unpack it")


@pytest.mark.parametrize("name", ["a.rar", "a.7z", "a.tar", "a.tgz"])
def test_another_archive_that_is_named_zip_is_named(tmp_path: Path, name: str) -> None:
    """Renaming it does not make it one."""
    head, kind = KINDS[name]
    with pytest.raises(NotAnArchive, match=kind):
        opened(tmp_path, head)


@pytest.mark.parametrize(
    ("method", "name"), [(9, "Deflate64"), (14, "LZMA"), (93, "Zstandard"), (7, "few")]
)
def test_each_way_to_compress_is_named(tmp_path: Path, method: int, name: str) -> None:
    """With what to do about it."""
    data = with_entry(zipped(("a.h264", b"x")), 10, method.to_bytes(2, "little"))

    with pytest.raises(
        HostileArchive, match=rf"{name}.* \(method {method}\),.* \(zip -0\)"
    ):
        opened(tmp_path, data)
