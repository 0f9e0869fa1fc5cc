"""One installation for all tests here, and guests that start from it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.systemd.guest import Guest, why_not
from tests.systemd.setting import CONFIG, MODEL, here, in_a_hurry
from tests.systemd.stick import Stick

ROOT = Path(__file__).parents[2]
PYTHON = "/usr/bin/python3"  # one that the service's user may run
OFFLINE = (f"PYTHON={PYTHON}", "WHEELS=/root/wheels")
PRODUCT = ("weir", "capture", "analysis", "systemd", "Makefile")
FILES = ("pyproject.toml", "constraints.txt", "config.toml", "README.md")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what boots a guest, and skip it where that cannot be done."""
    why = why_not()
    for item in items:
        if "wheels" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.systemd)
            if why:
                item.add_marker(pytest.mark.skip(reason=why))


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an installation needs, so that the guest needs no network."""
    folder = tmp_path_factory.mktemp("wheels")
    gather("analysis", folder, PYTHON, extras="simulated,sun,review,cluster")
    return folder


def gather(role: str, folder: Path, python: str, extras: str) -> None:
    """Type ``make wheels-...`` where there is a network."""
    make = ["make", "-s", "-C", str(ROOT), f"wheels-{role}"]
    subprocess.run(
        [*make, f"PYTHON={python}", f"WHEELS={folder}", f"EXTRAS={extras}"],
        check=True,
        capture_output=True,
    )


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> Iterator[Path]:
    """The disk of a guest on which both daemons were installed, as a user would."""
    disk = tmp_path_factory.mktemp("installed")
    with Guest(disk) as guest:
        guest.boot()
        check_out(guest)
        shutil.copytree(wheels, guest.path("/root/wheels"))
        for role in ("capture", "analysis"):
            make(guest, f"install-{role}")
        guest.run("useradd", "--create-home", "--groups", "weir-upload", "alice")
        guest.path("/etc/weir/config.toml").write_text(CONFIG)
        shutil.copy(ROOT / "demo" / "models" / MODEL, guest.path("/etc/weir/models"))
        # The shipped paces are for the field; tests have no time.
        guest.drop_in(
            "weir-time", "ExecStart=\nExecStart=-/usr/bin/timeout 0.1 sleep 1"
        )
        guest.drop_in("weir-capture", "RestartSec=1s")
        guest.drop_in("weir-analysis", "RestartSec=1s")
        guest.shut_down()
    yield disk
    shutil.rmtree(disk)  # pytest would keep three of them, half a gigabyte each


def check_out(guest: Guest) -> None:
    """Give a guest a checkout of its own, in /root/weir."""
    target = guest.path("/root/weir")
    for name in PRODUCT:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, target / name, dirs_exist_ok=True)
    for name in ("Makefile", *FILES):
        shutil.copy(ROOT / name, target / name)


def make(
    guest: Guest, target: str, python: str = PYTHON, extras: str = "simulated"
) -> str:
    """Type ``make`` in a guest's checkout; what it printed."""
    options = [*OFFLINE, f"PYTHON={python}", f"EXTRAS={extras}"]
    return guest.run("make", "-C", "/root/weir", target, *options, timeout=240)


@pytest.fixture
def guest(tmp_path: Path, installed: Path) -> Iterator[Guest]:
    """A guest with both daemons installed, switched on; neither is enabled."""
    with Guest(tmp_path / "disk", installed) as guest:
        guest.boot()
        yield guest


@pytest.fixture
def stick(guest: Guest) -> Iterator[Stick]:
    """A prepared stick that is not plugged in."""
    ids = guest.shell('echo "$(id -u weir):$(id -g weir)"').strip()
    stick = Stick(guest, ids)
    yield stick
    guest.kill()
    stick.leave()


@pytest.fixture(scope="session")
def river(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of three short clips, filmed and packed by this checkout."""
    folder = tmp_path_factory.mktemp("river")
    config = folder / "config.toml"
    config.write_text(in_a_hurry(here(CONFIG)))
    for command in (["run", "--clips", "3"], ["pack", "--output", "river.zip"]):
        subprocess.run(
            [sys.executable, "-m", "capture", *command, "--config", config],
            check=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
        )
    return folder / "river.zip"
