"""An installation of an earlier version is upgraded at the water, in use."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.systemd.conftest import ROOT, check_out, make
from tests.systemd.guest import Guest
from tests.systemd.setting import CONFIG
from tests.systemd.stick import Stick
from tests.systemd.test_capture import film

BEFORE = "9e19727"  # the last one that filmed without a note of how it was installed
CAPTURE = "weir-capture"


@pytest.fixture
def old(installed: Path, wheels: Path, tmp_path: Path) -> Iterator[Guest]:
    """A guest on which the version before was installed, as a user would."""
    archive = tmp_path / "before.tar"
    command = ["git", "-C", str(ROOT), "archive", "-o", str(archive), BEFORE]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip(f"needs the history of this checkout, back to {BEFORE}")
    with Guest(tmp_path / "disk", installed) as guest:
        guest.boot()
        for role in (CAPTURE.rpartition("-")[2], "analysis"):
            make(guest, f"uninstall-{role}")
        guest.shell("rm -r /root/weir /etc/weir/installed; mkdir /root/weir")
        subprocess.run(
            ["tar", "-x", "-C", guest.path("/root/weir"), "-f", archive], check=True
        )
        make(guest, "install-capture")
        guest.path("/etc/weir/config.toml").write_text(CONFIG)
        yield guest


@pytest.fixture
def stick(old: Guest) -> Iterator[Stick]:
    """A prepared stick that is not plugged in."""
    ids = old.shell('echo "$(id -u weir):$(id -g weir)"').strip()
    stick = Stick(old, ids)
    yield stick
    old.kill()
    stick.leave()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_an_upgrade_goes_on_with_config_state_and_a_half_filmed_drive(
    old: Guest, stick: Stick
) -> None:
    """What the version before was filming becomes a clip; the next one counts on."""
    film(old, stick, least_bytes=60_000)
    old.run("systemctl", "kill", "-s", "KILL", CAPTURE)
    old.run("systemctl", "stop", CAPTURE)
    half = old.shell("cd /mnt/usb; ls *.h264.part").strip().replace(".part", "")
    check_out(old)

    said = make(old, "install-capture", extras="")
    old.run("systemctl", "start", CAPTURE)

    assert "EXTRAS=simulated, as at the last installation" in said
    assert old.path("/etc/weir/config.toml").read_text() == CONFIG
    last = old.until_event(CAPTURE, "recording_started", 2)
    assert last["WEIR_CLIP"].startswith("clip00002_")
    closed = old.journal(CAPTURE, "clip_closed_off")
    assert [half] == [each["WEIR_CLIP"] for each in closed]
    sidecar = json.loads(old.path(f"/mnt/usb/{half}.json").read_text())
    assert int(closed[0]["WEIR_FRAMES"]) == sidecar["frames"] > 0
    assert not old.journal(CAPTURE, "state_lost")
    assert old.property("mnt-usb.mount", "ActiveState") == "active"
