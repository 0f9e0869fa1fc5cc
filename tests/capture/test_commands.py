"""The commands: plan, check, pack, prune, as they are typed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from capture import packer
from capture.storage import Drive
from tests.capture.field import stream
from tests.counts import times
from weir.archive import Archive, Limits
from weir.clock import UTC, parse_utc
from weir.config import DeploymentConfig
from weir.manifest import Manifest
from weir.receipt import Receipt, ReceiptClip
from weir.sidecar import Sidecar

ROOT = Path(__file__).parents[2]


class Site:
    """A config, a drive with clips, and the commands."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.drive = folder, folder / "drive"
        self.drive.mkdir()
        self.configure()
        (folder / "replay.h264").write_bytes(stream(600))

    def configure(self, capture: str = "", *, min_free_mb: float = 1) -> None:
        """Write the config."""
        (self.folder / "config.toml").write_text(
            f"""[deployment]
id = "creek 2026"
camera = "cam/1"
timezone = "Europe/Berlin"
[capture]
backend = "simulated"
directory = "drive"
require_mount = false
min_free_mb = {min_free_mb}
framerate = 0.1
{capture}
[capture.simulated]
pace = "fast"
replay = "replay.h264"
start = "2026-05-01T04:30:00Z"
"""
        )

    def run(self, *arguments: str) -> tuple[int, list[str]]:
        """Run a command: its exit code and its lines."""
        done = self.call(*arguments)
        return done.returncode, (done.stdout + done.stderr).decode().splitlines()

    def call(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run a command as a process."""
        config = self.folder / "config.toml"
        return subprocess.run(
            [sys.executable, "-m", "capture", *arguments, "--config", config],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )

    def film(self, clips: int) -> None:
        """Film so many."""
        done = self.call("run", "--clips", str(clips))
        assert done.returncode == 0, done.stderr

    @property
    def archives(self) -> list[Path]:
        """The archives on the drive."""
        return sorted(self.drive.glob("*.zip"))

    @property
    def clips(self) -> list[str]:
        """The clips on the drive."""
        return sorted(path.name for path in self.drive.glob("*.h264"))

    def receipt(self, *, kept: bool = True) -> Path:
        """A receipt of all clips on the drive."""
        clips = tuple(
            ReceiptClip(
                clip,
                hashlib.sha256((self.drive / clip).read_bytes()).hexdigest(),
                (self.drive / clip).stat().st_size,
                kept,
            )
            for clip in self.clips
        )
        file = self.folder / "recordings.zip.receipt.json"
        Receipt("recordings.zip", parse_utc("2026-05-02T00:00:00Z"), clips).write(file)
        return file


@pytest.fixture
def site(in_memory: Path) -> Site:
    """A config and an empty drive."""
    return Site(in_memory)


def test_plan_has_a_line_for_each_slot(site: Site) -> None:
    """With its local start; eleven a day, whether there is a drive or not."""
    site.drive.rmdir()
    code, lines = site.run("plan", "--days", "14")

    slots = [line for line in lines if re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d  ", line)]
    assert code == 0
    assert len(slots) == 154
    assert slots[0].startswith("2026-05-01 07:00")
    assert slots[-1].startswith("2026-05-14 17:00")
    assert any(line.startswith("154 clips in 14 days, 38.5 hours") for line in lines)
    assert "no drive" in lines[-1]


def test_plan_tells_when_the_drive_is_full(site: Site) -> None:
    """From the measured bitrate, to the day and hour."""
    site.film(2)
    room = os.statvfs(site.drive).f_bavail * os.statvfs(site.drive).f_frsize
    clip = sum((site.drive / name).stat().st_size for name in site.clips) / 2
    site.configure(min_free_mb=(room - 30 * clip) / 1e6)
    _, lines = site.run("plan")

    assert "measured on the 2 newest clips" in lines[-2]
    assert re.search(r"full on 2026-05-03 at 1\d:\d\d$", lines[-1])


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
    """Or the desk would never learn it: its clip's bytes are no news."""
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
    """For ``ssh pi weir-capture pack --output - > recordings.zip``."""
    site.film(2)
    done = site.call("pack", "--output", "-")
    (site.folder / "carried.zip").write_bytes(done.stdout)

    assert done.returncode == 0
    with Archive(site.folder / "carried.zip") as opened:
        assert [clip.damage for clip in opened.verify()] == ["", ""]
    assert site.archives == []
    assert site.run("pack")[0] == 1


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
        packer.Bundle(f"clip{n}_2026-05-01.h264", ((Path(f"clip{n}"), 1 << 30),))
        for n in range(10)
    ]
    shares = list(packer.shares(clips, 1000))

    assert [len(share) for share in shares] == [3, 3, 3, 1]
    assert [clip for share in shares for clip in share] == clips


def test_archives_have_no_more_members_than_the_desk_takes(tmp_path: Path) -> None:
    """However many clips of a few seconds; and a manifest that it reads."""
    clips = []
    for number in range(packer.MOST_MEMBERS):
        name = f"clip{number}_" + "\1" * 230 + ".h264"  # the longest in a manifest
        (tmp_path / name).touch()
        clips.append(packer.Bundle(name, ((tmp_path / name, 0),)))
    whose = DeploymentConfig(id="creek", camera="cam1")
    archive, counts = tmp_path / "archive.zip", []
    for share in packer.shares(clips, 0):
        with archive.open("wb") as file:
            packer.write_share(file, tmp_path, share, whose, datetime.now(UTC))
        with Archive(archive) as opened:
            counts.append(len(list(opened.verify())))

    assert counts == [packer.MOST_MEMBERS - 2, 2]
    assert Limits().members >= 2 * packer.MOST_MEMBERS


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
        found = packer.finished_clips(drive)
        clips = [clip for clip in found if not clip.problem]
        for share in packer.shares(clips, 0):
            with archive.open("wb") as file:
                packer.write_share(file, drive, share, whose, datetime.now(UTC))
            with Archive(archive) as opened:
                verified = list(opened.verify())

            assert [clip.name for clip in verified] == [clip.clip for clip in share]
            assert [clip.damage for clip in verified] == [""] * len(share)


def test_what_file_managers_leave_is_no_clip(site: Site) -> None:
    """On exFAT macOS puts a ``._`` file beside each; the desk takes it for junk too."""
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


def test_prune_deletes_what_the_receipt_names(site: Site) -> None:
    """By its bytes, with what lies beside it, and says what that freed."""
    site.film(3)
    receipt = site.receipt()
    changed = site.drive / site.clips[1]
    changed.write_bytes(changed.read_bytes()[:-1] + b"!")
    code, lines = site.run("prune", "--receipt", str(receipt))

    assert code == 0
    assert site.clips == [changed.name]
    assert (site.drive / (changed.name + ".json")).exists()
    assert len(list(site.drive.glob("*.json"))) == 1
    assert any(re.fullmatch(r"2 clips deleted, \d+\.\d MB freed", x) for x in lines)


def test_prune_finds_renamed_clips_and_spares_new_ones(site: Site) -> None:
    """A name says nothing: next week's clip0 is not last week's."""
    old, new = (
        site.drive / "clip0_2026-05-01.h264",
        site.drive / "clip0_2026-05-08.h264",
    )
    old.write_bytes(stream(50))
    receipt = site.receipt()
    old.rename(site.drive / "clip9_2026-05-01.h264")
    new.write_bytes(stream(51))
    site.run("prune", "--receipt", str(receipt))

    assert site.clips == [new.name]


def test_prune_spares_what_only_shares_a_name(site: Site) -> None:
    """Backups and conversions are in no receipt; of a clip, two files go with it."""
    clip = "clip0_2026-05-01.h264"
    for name in (clip, clip + ".json", clip + ".truth.json"):
        (site.drive / name).write_bytes(stream(50))
    receipt = site.receipt()
    others = [clip + end for end in (".h264", ".bak", ".~1~", ".mp4", ".old.json")]
    for name in others:
        (site.drive / name).write_bytes(b"other footage, never sent")
    code, _ = site.run("prune", "--receipt", str(receipt))

    assert code == 0
    assert sorted(path.name for path in site.drive.iterdir()) == sorted(others)


def test_pack_takes_what_belongs_to_a_clip(site: Site) -> None:
    """Its sidecar and its truth, and nothing else that bears its name."""
    clip = "clip0_2026-05-01.h264"
    for end in ("", ".json", ".truth.json", ".bak", ".mp4"):
        (site.drive / (clip + end)).write_bytes(stream(50))
    site.run("pack")

    assert set(zipfile.ZipFile(site.archives[0]).namelist()) == {
        *(clip, clip + ".json", clip + ".truth.json", "manifest.json")
    }


def test_prune_refuses_what_is_not_kept(site: Site) -> None:
    """Analysed and thrown away at the desk: only when told so."""
    site.film(2)
    receipt = site.receipt(kept=False)
    code, lines = site.run("prune", "--receipt", str(receipt))

    assert code == 1
    assert len(site.clips) == 2
    assert "--analysed-is-enough" in lines[-1]

    code, _ = site.run("prune", "--receipt", str(receipt), "--analysed-is-enough")
    assert code == 0
    assert site.clips == []


def test_prune_keeps_the_ledger_and_the_numbers(site: Site) -> None:
    """Effort and numbers outlive the clips."""
    site.film(2)
    site.run("prune", "--receipt", str(site.receipt()))
    site.film(1)

    assert site.clips[0].startswith("clip00003_")
    assert (site.drive / "effort.jsonl").read_text().count("\n") == 3


def test_an_interrupted_prune_leaves_no_orphans(site: Site) -> None:
    """The clip goes first; the next call takes what lay beside it."""
    site.film(1)
    receipt = site.receipt()
    (site.drive / site.clips[0]).unlink()
    site.run("prune", "--receipt", str(receipt))

    assert list(site.drive.glob("*.h264.json")) == []


def test_prune_needs_a_receipt(site: Site) -> None:
    """A missing or a strange file is a plain sentence."""
    code, lines = site.run("prune", "--receipt", str(site.folder / "none.json"))
    assert (code, "cannot be read" in lines[-1]) == (1, True)

    strange = site.folder / "strange.json"
    strange.write_text("{}")
    code, lines = site.run("prune", "--receipt", str(strange))
    assert (code, "format_version" in lines[-1]) == (1, True)


def test_check_passes_at_a_good_site(site: Site) -> None:
    """One line each, in plain words."""
    code, lines = site.run("check")

    assert code == 0, lines
    assert all(line.startswith("PASS  ") for line in lines)
    assert any("test clip:" in line for line in lines)
    assert not list(site.drive.iterdir())


def test_check_fails_where_something_is_missing(site: Site) -> None:
    """The others are told all the same."""
    site.drive.rmdir()
    code, lines = site.run("check")

    failed = [line for line in lines if line.startswith("FAIL")]
    assert code == 1
    assert any("drive" in line for line in failed)
    assert any(line.startswith("PASS  test clip") for line in lines)


@pytest.mark.parametrize("command", ["check", "run"])
def test_an_impossible_rotation_is_an_error(site: Site, command: str) -> None:
    """Known at the check and at the start, not in the water."""
    site.configure("rotation = 90")
    file = site.folder / "config.toml"
    file.write_text(file.read_text().replace('"simulated"', '"picamera2"', 1))
    done = site.call(command)

    assert done.returncode == (1 if command == "check" else 2)
    assert b"capture.rotation = 90" in done.stdout + done.stderr


def test_check_asks_the_pi(
    site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Temperature and power through vcgencmd; the original service by name."""
    answers = {
        "vcgencmd": "case $1 in measure_temp) echo temp=85.2;; "
        "*) echo throttled=0x50005;; esac",
        "systemctl": "[ $2 = local_video_capture.service ] && echo active",
    }
    for name, answer in answers.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{answer}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    code, lines = site.run("check")

    assert code == 1
    assert "FAIL  temperature: 85 degrees" in lines
    assert any(line.startswith("FAIL  power: under-voltage now") for line in lines)
    assert any("disable --now local_video_capture.service" in line for line in lines)


def test_check_knows_of_the_daemon(site: Site) -> None:
    """It holds the camera; the line says how to stop it."""
    from weir import service

    state = site.folder / "weir-state"
    state.mkdir()
    with service.alone(state / "capture.lock"):
        code, lines = site.run("check")

    assert code == 1
    assert any(f"process {os.getpid()}" in line for line in lines)


def test_a_second_daemon_is_refused(site: Site) -> None:
    """It names the first."""
    from weir import service

    state = site.folder / "weir-state"
    state.mkdir()
    with service.alone(state / "capture.lock"):
        done = site.call("run")

    assert done.returncode == 1
    assert str(os.getpid()).encode() in done.stderr


def test_a_daemon_with_another_config_is_refused_too(site: Site) -> None:
    """Its state directory is another, the drive is the same, and a clip grows there."""
    part = site.drive / "clip00001_2026-05-01_07-00-00.h264.part"
    part.write_bytes(stream(9))
    drive = Drive(site.drive, require_mount=False, min_free_bytes=0, alone=True)
    with drive.open():
        done = site.call("run", "--clips", "1")

    assert done.returncode == 1
    assert f"process {os.getpid()} films to it already".encode() in done.stderr
    assert list(site.drive.iterdir()) == [part]


def test_importing_capture_loads_no_camera_and_no_numpy() -> None:
    """A Pi Zero has 512 MB."""
    script = "import capture.__main__, sys; print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True
    )

    for heavy in ("numpy", "av", "picamera", "picamera2", "astral", "cv2"):
        assert f"'{heavy}'" not in done.stdout.decode()


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
