"""The README's Raspberry Pi section, typed line by line into a fresh machine."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.systemd.conftest import OFFLINE, ROOT, check_out
from tests.systemd.guest import Guest
from tests.systemd.setting import CONFIG
from tests.systemd.stick import Stick

SECTION = r"^## On the Raspberry Pi$.*?^```sh$(.*?)^```$"


def lines() -> list[str]:
    """What the section tells people to type, without the comments."""
    text = (ROOT / "README.md").read_text("utf-8")
    found = re.search(SECTION, text, re.DOTALL | re.MULTILINE)
    assert found
    return [line.split("  #")[0].strip() for line in found[1].strip().split("\n")]


@pytest.fixture
def fresh(wheels: Path, tmp_path: Path) -> Iterator[Guest]:
    """A machine on which nothing was ever installed."""
    with Guest(tmp_path / "disk") as guest:
        guest.boot()
        shutil.copytree(wheels, guest.path("/root/wheels"))
        yield guest


@pytest.fixture
def blank(fresh: Guest) -> Iterator[Stick]:
    """A stick of 8 GB as it comes out of the shop, plugged in."""
    with (fresh.disk / "stick.img").open("wb") as image:
        image.truncate(8 << 30)
    stick = Stick(fresh, owner="")
    stick.plug()
    yield stick
    fresh.kill()
    stick.leave()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_each_line_of_the_readme_does_what_it_says(fresh: Guest, blank: Stick) -> None:
    """In its order. A guest has no network, no camera and no sudo: root types.

    So the packages and the clone are there already, the installation is told of its
    wheels, and the config says that the camera is simulated.
    """
    apt, clone, install, mkfs, edit, check, enable, journal = lines()

    def typed(line: str, after: str = "") -> str:
        line = line.replace("sudo ", "").replace("/dev/sda1", blank.node)
        return fresh.shell(f"cd /root/weir; {line} {after}", timeout=240)

    assert apt.startswith("sudo apt install git make openssh-client python3-venv")
    assert clone == "git clone <this repository> weir && cd weir"
    check_out(fresh)
    assert "Next:" in typed(install, " ".join((*OFFLINE, "EXTRAS=simulated")))
    typed(mkfs)
    fresh.until_property("mnt-usb.mount", "ActiveState", "active")
    assert edit == "sudoedit /etc/weir/config.toml"
    fresh.path("/etc/weir/config.toml").write_text(CONFIG)
    assert "FAIL" not in typed(check)
    typed(enable)
    fresh.until_event("weir-capture", "recording_started")
    said = typed(journal, "| grep -m 1 -o 'recording started clip=clip00001'")
    assert said == "recording started clip=clip00001\n"
    assert fresh.property("weir-capture", "UnitFileState") == "enabled"
