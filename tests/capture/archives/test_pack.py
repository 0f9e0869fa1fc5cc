"""``weir-capture pack``: archives that the host takes, of what was not packed yet."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile

import pytest

from tests.capture.camera_site import ROOT, Site, clips_in
from tests.capture.river_bank import stream
from weir.archive import Archive


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
