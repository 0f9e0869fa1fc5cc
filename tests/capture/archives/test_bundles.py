"""What goes into an archive, and how much into one."""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from capture.archives import bundles
from capture.archives.sectors import readable_files
from capture.film.filming import LARGEST_CLIP
from tests.capture.camera_site import Site, clips_in
from tests.capture.river_bank import stream
from tests.counts import times
from weir.archive import Archive, Limits
from weir.archivewriter import archive_size
from weir.clock import UTC
from weir.deployment import DeploymentConfig
from weir.manifest import Manifest
from weir.plain import LARGEST_DOCUMENT, LARGEST_LEDGER


def test_archives_stay_below_four_gigabytes(site: Site) -> None:
    """As many as are needed; each carries the ledger."""
    clips = [
        bundles.Bundle(f"clip{n}_2026-05-01.h264", ((Path(f"clip{n}"), 1 << 30),))
        for n in range(10)
    ]
    shares = list(bundles.shares(clips, [("effort.jsonl", 1000)]))

    assert [len(share) for share in shares] == [3, 3, 3, 1]
    assert [clip for share in shares for clip in share] == clips


def test_the_largest_clip_fits_into_an_archive_for_fat() -> None:
    """With all that belongs to it; FAT32 holds files of less than 4 GiB."""
    beside = [("clip.json", LARGEST_DOCUMENT)] * 2 + [("log", LARGEST_LEDGER)] * 3
    second = 8 << 20  # of footage, in which it is noticed
    size = archive_size([("clip.h264", LARGEST_CLIP + second), *beside])

    assert size < bundles.LARGEST_ARCHIVE < 4 << 30


def test_archives_have_no_more_members_than_the_host_takes(tmp_path: Path) -> None:
    """However many clips of a few seconds; and a manifest that it reads."""
    clips = []
    for number in range(bundles.MOST_MEMBERS):
        name = f"clip{number}_" + "\1" * 230 + ".h264"  # the longest in a manifest
        (tmp_path / name).touch()
        clips.append(bundles.Bundle(name, ((tmp_path / name, 0),)))
    whose = DeploymentConfig(id="creek", camera="cam1")
    archive, counts = tmp_path / "archive.zip", []
    for share in bundles.shares(clips, [("effort.jsonl", 0)]):
        with archive.open("wb") as file:
            bundles.write_share(
                file, readable_files(tmp_path, share), whose, datetime.now(UTC)
            )
        with Archive(archive) as opened:
            counts.append(len(list(opened.verify())))

    assert counts == [bundles.MOST_MEMBERS - 2, 2]
    assert Limits().members >= 2 * bundles.MOST_MEMBERS


@settings(max_examples=times(300), deadline=None)
@given(
    st.sets(
        st.binary(min_size=1, max_size=20)
        .filter(lambda stem: not {0, ord("/")} & set(stem))
        .map(lambda stem: os.fsdecode(stem + b".h264")),
        min_size=1,
        max_size=8,
    )
)
@example({"C:\\.h264", "c:x.h264", "..\\a.h264", "a\\b.h264", "a\\\\b.h264"})
@example({"._clip0_2026-05-01.h264", "fl\udcfcsse.h264", "desktop.ini.h264"})
def test_whatever_is_packed_is_taken(names: set[str]) -> None:
    """Bytes that a drive has for names: the reader refuses no archive of ours."""
    whose = DeploymentConfig(id="creek", camera="cam1")
    with tempfile.TemporaryDirectory() as folder:
        drive, archive = Path(folder), Path(folder) / "archive.zip"
        for name in names:
            (drive / name).write_bytes(stream(3))
            (drive / (name + ".json")).write_bytes(b"{}")
        found = bundles.finished_clips(drive)
        clips = [clip for clip in found if not clip.problem]
        for share in bundles.shares(clips, [("effort.jsonl", 0)]):
            with archive.open("wb") as file:
                bundles.write_share(
                    file, readable_files(drive, share), whose, datetime.now(UTC)
                )
            with Archive(archive) as opened:
                verified = list(opened.verify())

            assert [clip.name for clip in verified] == [clip.clip for clip in share]
            assert [clip.damage for clip in verified] == [""] * len(share)


def test_what_file_managers_leave_is_no_clip(site: Site) -> None:
    """On exFAT macOS puts a ``._`` file beside each; the host takes it for junk too."""
    clip = "clip0_2026-05-01.h264"
    (site.drive / clip).write_bytes(stream(9))
    (site.drive / ("._" + clip)).write_bytes(b"\0\5\x16\7" + bytes(100))
    site.run("pack")

    with Archive(site.archives[0]) as opened:
        assert [found.name for found in opened.verify()] == [clip]


def test_a_name_that_cannot_be_packed_keeps_no_other(site: Site) -> None:
    """It is told, and the clip stays where it is."""
    strange = os.fsencode(site.drive) + b"/fl\xfcsse.h264"
    Path(os.fsdecode(strange)).write_bytes(stream(9))
    (site.drive / "clip1_2026-05-01.h264").write_bytes(stream(9))
    code, lines = site.run("pack")

    assert code == 0
    assert any("clip not packed" in line and "no UTF-8" in line for line in lines)
    assert clips_in(site.archives[0]) == 1
    assert Path(os.fsdecode(strange)).exists()


def test_pack_takes_what_belongs_to_a_clip(site: Site) -> None:
    """Its sidecar and its truth, and nothing else that bears its name."""
    clip = "clip0_2026-05-01.h264"
    for end in ("", ".json", ".truth.json", ".bak", ".mp4"):
        (site.drive / (clip + end)).write_bytes(stream(50))
    site.run("pack")

    assert set(zipfile.ZipFile(site.archives[0]).namelist()) == {
        *(clip, clip + ".json", clip + ".truth.json", "manifest.json")
    }


def test_the_manifest_of_an_archive_is_whole(site: Site) -> None:
    """It names each member with size and sha256."""
    site.film(1)
    site.run("pack")

    with zipfile.ZipFile(site.archives[0]) as opened:
        manifest = Manifest.from_json(opened.read("manifest.json"), "manifest.json")
        assert {f.name for f in manifest.files} | {"manifest.json"} == set(
            opened.namelist()
        )
    assert manifest.created.tzinfo == UTC
    packed = json.loads((site.drive / "packed.jsonl").read_text())
    assert packed["archive"] == site.archives[0].name


def test_every_archive_carries_the_log(site: Site) -> None:
    """Which lies beside the clips; it says what the host should know of them."""
    (site.drive / "clip00001_9999-12-31_07-00-00.h264.part").write_bytes(stream(9))
    site.film(1)
    site.run("pack")

    with Archive(site.archives[0]) as opened:
        list(opened.verify())
        (line,), problems = opened.log()
    assert (line.event, line.camera, problems) == ("clip_left", "cam/1", ())
