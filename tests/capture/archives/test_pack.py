"""``weir-capture pack``: archives that the host takes, of what was not packed yet."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from capture.archives import bundles
from capture.archives.pack import Pack
from capture.archives.sectors import readable_files
from capture.drive.storage import Drive
from capture.film.filming import LARGEST_CLIP
from tests.capture.camera_site import ROOT, Site
from tests.capture.river_bank import stream
from tests.counts import times
from weir.archive import Archive, Limits
from weir.archivewriter import archive_size
from weir.clock import UTC
from weir.config import DeploymentConfig
from weir.manifest import Manifest
from weir.plain import LARGEST_DOCUMENT, LARGEST_LEDGER
from weir.sidecar import Sidecar


def test_pack_takes_what_was_not_packed(site: Site) -> None:
    """Clips, sidecars, ledger, manifest; once each."""
    site.film(2)
    (site.drive / "clip3_2023-03-08.h264").write_bytes(stream(7))
    assert site.run("pack")[0] == 0
    code, lines = site.run("pack")

    (archive,) = site.archives
    assert re.fullmatch(
        r"recordings_creek-2026_cam-1_\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d\.zip", archive.name
    )
    with Archive(archive) as opened:
        verified = list(opened.verify())
        lines_in_it, problems = opened.ledger()
    assert [clip.damage for clip in verified] == ["", "", ""]
    assert {clip.name for clip in verified} == set(site.clips)
    assert (len(lines_in_it), problems) == (2, ())
    assert code == 1
    assert "no finished clip that was not packed" in lines[-1]


def test_pack_writes_through_no_planted_link(site: Site) -> None:
    """Whatever name it bears; the clip that it leads to stays what it is."""
    site.film(1)
    clip = site.drive / site.clips[0]
    footage = clip.read_bytes()
    target = site.folder / "out.zip"
    (site.folder / "out.zip.part").symlink_to(clip)
    code, _ = site.run("pack", "--output", str(target))

    assert (code, clip.read_bytes()) == (0, footage)
    assert clips_in(target) == 1
    target.unlink()
    target.symlink_to(site.folder / "nowhere")
    code, lines = site.run("pack", "--all", "--output", str(target))
    assert (code, "is there already" in lines[-1]) == (1, True)


@pytest.mark.parametrize("own", [True, False])
def test_pack_sweeps_what_a_kill_left(site: Site, own: bool) -> None:
    """In the folder that it writes to, on the drive or elsewhere; only its own."""
    site.film(1)
    folder = site.drive if own else site.folder
    left, other = folder / f"weir-{'0' * 16}.part", folder / "holiday.zip.part"
    left.write_bytes(b"half")
    other.write_bytes(b"somebody else's")
    output = [] if own else ["--output", str(folder / "out.zip")]

    assert site.run("pack", *output)[0] == 0
    assert (left.exists(), other.exists()) == (False, True)


def test_the_next_pack_holds_only_what_is_new(site: Site) -> None:
    """And --all holds everything."""
    site.film(2)
    site.run("pack")
    site.film(1)
    site.run("pack")
    site.run("pack", "--all")

    assert sorted(clips_in(archive) for archive in site.archives) == [1, 2, 3]


def clips_in(archive: Path) -> int:
    """The number of clips in an archive."""
    with zipfile.ZipFile(archive) as opened:
        return sum(name.endswith(".h264") for name in opened.namelist())


def redated(sidecar: Path) -> None:
    """Correct a start, as the daemon does once the clock is set."""
    known = Sidecar.read(sidecar)
    replace(known, corrected_start=known.start + timedelta(days=60)).write(sidecar)


def test_a_corrected_start_is_packed_once_more(site: Site) -> None:
    """Or the host would never learn it: its clip's bytes are no news."""
    site.film(2)
    site.run("pack")
    sidecar = site.drive / (site.clips[0] + ".json")
    redated(sidecar)

    assert (site.run("pack")[0], site.run("pack")[0]) == (0, 1)
    second = next(path for path in site.archives if clips_in(path) == 1)
    with Archive(second) as opened:
        (clip,) = opened.verify()
        assert opened.sidecar(clip)[0] == Sidecar.read(sidecar)


@pytest.mark.parametrize("after", [True, False])
def test_an_earlier_record_of_packed_clips_is_believed(site: Site, after: bool) -> None:
    """It says nothing of sidecars; one was sent unless its start changed later."""
    site.film(2)
    sidecar = site.drive / (site.clips[0] + ".json")
    if not after:
        redated(sidecar)
        os.utime(sidecar, (0, 0))
    site.run("pack")
    record = site.drive / "packed.jsonl"
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    for line in lines:
        del line["sidecar_sha256"]
    record.write_text("".join(json.dumps(line) + "\n" for line in lines))
    if after:
        redated(sidecar)

    assert (site.run("pack")[0], site.run("pack")[0]) == ((0, 1) if after else (1, 1))
    assert sum(map(clips_in, site.archives)) == (3 if after else 2)


def test_members_are_stored(site: Site) -> None:
    """H.264 does not deflate."""
    site.film(1)
    site.run("pack")

    with zipfile.ZipFile(site.archives[0]) as opened:
        assert {i.compress_type for i in opened.infolist()} == {zipfile.ZIP_STORED}


def test_what_is_being_filmed_is_not_packed(site: Site) -> None:
    """A .part is no clip yet."""
    site.film(1)
    (site.drive / "clip00002_2026-05-01_08-00-00.h264.part").write_bytes(stream(9))
    site.run("pack")

    names = zipfile.ZipFile(site.archives[0]).namelist()
    assert not any(".part" in name for name in names)


def test_pack_streams_to_standard_output(site: Site) -> None:
    """For ``ssh pi weir-capture pack --output - > part.zip``."""
    site.film(2)
    done = site.call("pack", "--output", "-")
    (site.folder / "carried.zip").write_bytes(done.stdout)

    assert done.returncode == 0
    with Archive(site.folder / "carried.zip") as opened:
        assert [clip.damage for clip in opened.verify()] == ["", ""]
    assert site.archives == []
    assert site.run("pack")[0] == 1


@pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("setpriv") is None,
    reason="needs root and setpriv, to be another",
)
def test_who_may_only_read_packs_elsewhere(site: Site) -> None:
    """Without the rights to the drive, which it does not touch; and it says so."""
    site.film(2)
    before = sorted(path.name for path in site.drive.iterdir())
    os.chown(site.drive, 65534, 65534)
    # Root without its own rights to whatever is another's.
    less = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    pack = [sys.executable, "-m", "capture", "pack", "--output", "-"]
    done = subprocess.run(
        [*less, *pack, "--config", str(site.folder / "config.toml")],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )

    with zipfile.ZipFile(io.BytesIO(done.stdout)) as opened:
        assert set(site.clips) < set(opened.namelist())
    assert b"not noted as packed" in done.stderr
    assert before == sorted(path.name for path in site.drive.iterdir())


@pytest.mark.parametrize(("extra", "code"), [((), 0), (("--all",), 1)])
def test_clips_that_an_archive_does_not_hold_are_told(
    site: Site, extra: tuple[str, ...], code: int
) -> None:
    """The next call goes on with them, unless it would begin anew."""
    for number in range(bundles.MOST_MEMBERS + 1):
        (site.drive / f"clip{number}_2026-05-01.h264").write_bytes(b"x")
    config = str(site.folder / "config.toml")
    command = [sys.executable, "-m", "capture", "pack", *extra, "--output", "-"]
    done = subprocess.run(
        [*command, "--config", config],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,  # which says that it is at 0 wherever it is
        stderr=subprocess.PIPE,
        check=False,
    )

    assert b"\n2 clips are left" in done.stderr
    assert done.returncode == code


def test_a_reader_that_leaves_packs_nothing(site: Site) -> None:
    """A broken pipe is a failure, and the clips count as not packed."""
    (site.drive / "clip1_2026-05-01.h264").write_bytes(stream(600) * 100)
    config = site.folder / "config.toml"
    command = [sys.executable, "-m", "capture", "pack", "--output", "-"]
    with subprocess.Popen(
        [*command, "--config", config], cwd=ROOT, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.wait(30) == 1

    assert not (site.drive / "packed.jsonl").exists()


def test_no_room_for_an_archive_says_how_to_do_without(site: Site) -> None:
    """Nothing is begun."""
    site.film(1)
    site.configure(min_free_mb=1e9)
    code, lines = site.run("pack")

    assert code == 1
    assert "pack --output -" in lines[-1]
    assert site.archives == []


def test_pack_does_not_write_over_a_file(site: Site) -> None:
    """Named by hand, and there already."""
    site.film(1)
    target = site.folder / "mine.zip"
    target.write_bytes(b"precious")
    code, _ = site.run("pack", "--output", str(target))

    assert code == 1
    assert target.read_bytes() == b"precious"


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


def test_clips_count_as_packed_when_the_reader_has_them_all(site: Site) -> None:
    """A small archive is in a buffer only, until it is flushed."""
    (site.drive / "clip0_2026-05-01.h264").write_bytes(stream(50))
    drive = Drive(site.drive, require_mount=False, min_free_bytes=0)
    deployment = DeploymentConfig(id="creek", camera="cam1")
    call = Pack(drive, deployment, datetime.now(UTC), everything=False)
    reader, writer = os.pipe()
    os.close(reader)
    target = os.fdopen(writer, "wb")
    with pytest.raises(BrokenPipeError):
        call.to_pipe(target)
    with suppress(BrokenPipeError):
        target.close()

    assert not (site.drive / "packed.jsonl").exists()


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


def test_packing_takes_little_memory(site: Site) -> None:
    """Never more than 64 MB, however large the clips."""
    with (site.drive / "clip1_2026-05-01.h264").open("wb") as file:
        file.truncate(300 << 20)
    script = (
        "import pathlib, re; from capture.__main__ import main; "
        f"code = main(['pack', '--config', {str(site.folder / 'config.toml')!r}]); "
        "status = pathlib.Path('/proc/self/status').read_text(); "
        "print(code, re.search(r'VmHWM:\\s*(\\d+)', status)[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True
    )
    code, kilobytes = done.stdout.split()[-2:]

    assert code == b"0"
    assert int(kilobytes) < 64 << 10


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
