"""What counts as packed, and is packed once more."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from capture.archives import bundles
from capture.archives.pack import Pack
from capture.drive.storage import Drive
from tests.capture.camera_site import ROOT, Site, clips_in
from tests.capture.river_bank import stream
from weir.archive import Archive
from weir.clock import UTC
from weir.deployment import DeploymentConfig
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


def test_the_next_pack_holds_only_what_is_new(site: Site) -> None:
    """And --all holds everything."""
    site.film(2)
    site.run("pack")
    site.film(1)
    site.run("pack")
    site.run("pack", "--all")

    assert sorted(clips_in(archive) for archive in site.archives) == [1, 2, 3]


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
