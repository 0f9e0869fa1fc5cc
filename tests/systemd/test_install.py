"""Installing, upgrading and removing, as a user types it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.systemd.conftest import OFFLINE, PYTHON, ROOT, gather, make
from tests.systemd.guest import Guest
from tests.systemd.setting import CONFIG

UNITS = "/usr/local/lib/systemd/system"
PYTHONS = Path("/root/.pyenv/versions")


@pytest.mark.timeout(600)
def test_systemd_takes_the_units_without_a_word(guest: Guest) -> None:
    """No unknown key, no missing program."""
    verify = "systemd-analyze verify --man=no --recursive-errors=no"

    assert guest.shell(f"{verify} {UNITS}/weir-* {UNITS}/mnt-usb.mount") == ""
    assert guest.shell(f"{verify} /root/weir/systemd/fat/mnt-usb.mount") == ""


@pytest.mark.parametrize(
    ("unit", "most"),
    [("weir-capture", 13), ("weir-analysis", 4), ("weir-time", 15)],
)
def test_the_sandbox_leaves_little_exposed(guest: Guest, unit: str, most: int) -> None:
    """The threshold is the exposure times ten; it fails above."""
    security = f"systemd-analyze security --offline=yes --threshold={most}"

    said = guest.shell(f"{security} {UNITS}/{unit}.service")

    assert "exposure level" in said
    print(said.rstrip().splitlines()[-1])


def test_a_command_typed_in_the_clone_reads_the_daemons_config(guest: Guest) -> None:
    """The README's own order leads there; the clone's own command reads the clone's."""
    plan = "plan --days 1 2>&1 || echo exit $?"
    clone = "cd /root/weir && "

    said = guest.shell(f"{clone} weir-capture {plan}")
    assert said.startswith("config: /etc/weir/config.toml\n")
    assert "  60 min  " in said  # the clone's are of 15
    said = guest.shell(f"{clone} python3 -m capture {plan}")
    assert said.startswith("config: /root/weir/config.toml\n")
    guest.path("/etc/weir/config.toml").unlink()
    said = guest.shell(f"{clone} weir-capture {plan}")
    assert said.startswith("no config file /etc/weir/config.toml (No such file")
    assert said.endswith("exit 2\n")


def test_an_upgrade_keeps_an_edited_config_and_restarts_what_runs(guest: Guest) -> None:
    """The new default lies beside it; each step says what it does."""
    guest.run("systemctl", "start", "weir-capture")
    version = guest.path("/root/weir/weir/__init__.py")
    version.write_text(version.read_text().replace("0.1.0", "0.2.0"))

    said = make(guest, "install-capture")

    assert "python3 -m venv --system-site-packages /opt/weir" in said
    assert "sudo systemctl enable --now weir-capture" in said
    assert guest.path("/etc/weir/config.toml").read_text() == CONFIG
    default = (ROOT / "config.toml").read_text()
    assert guest.path("/etc/weir/config.toml.new").read_text() == default
    assert guest.run("weir-capture", "--version").strip() == "weir-capture 0.2.0"
    assert len(guest.journal("weir-capture", "capture_started")) == 2


@pytest.mark.parametrize("folder", ["inbox", "results"])
def test_an_installation_follows_no_link_of_the_services(
    guest: Guest, folder: str
) -> None:
    """Root would give /etc away; the service may make such a link, and root refuses."""
    path = f"/var/lib/weir/{folder}"
    before = guest.run("stat", "-c", "%U %G %a", "/etc")
    guest.shell(f"rmdir {path} && ln -s /etc {path}", user="weir")
    install = ["make", "-C", "/root/weir", "install-analysis", "WHEELS=/root/wheels"]

    said = guest.run(*install, f"PYTHON={PYTHON}", check=False, timeout=240)

    assert f"{path} is a link, to /etc" in said
    assert guest.run("stat", "-c", "%U %G %a", "/etc") == before


def test_the_services_folders_are_the_services(guest: Guest) -> None:
    """Whoever uploads drops into one of them and reads the others."""
    folders = "done rejected receipts results labels inbox"
    said = guest.shell(f"cd /var/lib/weir; stat -c '%n %U %G %a' {folders}")

    assert said.split("\n")[:-1] == [
        *(f"{name} weir weir-upload 2750" for name in folders.split()[:-1]),
        "inbox weir weir-upload 3770",
    ]
    assert "system.posix_acl_default" in guest.shell(
        "python3 -c \"import os; print(os.listxattr('/var/lib/weir/inbox'))\""
    )


def test_an_uninstall_leaves_what_people_made(guest: Guest) -> None:
    """Footage, results and config stay; programs and units go."""
    kept = ["/mnt/usb/clip.h264", "/var/lib/weir/results/weir.sqlite"]
    for path in kept:
        guest.path(path).write_text("work")
    guest.run("systemctl", "enable", "--now", "weir-capture")

    make(guest, "uninstall-capture")
    assert guest.run("weir-analysis", "--version")
    make(guest, "uninstall-analysis")

    for path in [*kept, "/etc/weir/config.toml"]:
        assert guest.path(path).exists()
    for path in ["/opt/weir", "/usr/local/bin/weir-capture", f"{UNITS}/mnt-usb.mount"]:
        assert not guest.path(path).exists()
    assert "weir" not in guest.run("systemctl", "list-unit-files", "--no-pager")


def test_an_upgrade_goes_by_what_was_told_before(guest: Guest) -> None:
    """The drive's format and the extras; and it says so."""
    told = ("DRIVE=fat", "EXTRAS=simulated,sun")
    guest.run("make", "-C", "/root/weir", "install-capture", *OFFLINE, *told)

    said = make(guest, "install-capture", extras="")

    assert "DRIVE=fat, as at the last installation" in said
    assert "EXTRAS=simulated,sun, as at the last installation" in said
    mount = guest.path(f"{UNITS}/mnt-usb.mount").read_text()
    assert mount == (ROOT / "systemd/fat/mnt-usb.mount").read_text()


def test_an_upgrade_knows_the_format_that_no_note_was_made_of(guest: Guest) -> None:
    """A version before this one made none."""
    fat = (ROOT / "systemd/fat/mnt-usb.mount").read_text()
    guest.path(f"{UNITS}/mnt-usb.mount").write_text(fat)
    guest.run("rm", "/etc/weir/installed")

    said = make(guest, "install-capture", extras="")

    assert "DRIVE=fat, as mnt-usb.mount is installed" in said
    assert "EXTRAS=simulated, as at the last installation" in said
    assert guest.path(f"{UNITS}/mnt-usb.mount").read_text() == fat


def test_an_uninstall_names_the_changes_that_stay(guest: Guest) -> None:
    """They would count again after the next installation."""
    said = make(guest, "uninstall-capture")

    assert "stays, yours: /etc/systemd/system/weir-capture.service.d/0.conf" in said


def test_a_python_that_the_service_may_not_run_is_refused(guest: Guest) -> None:
    """And what is installed goes on working."""
    guest.shell("install -m 700 /usr/bin/python3 /root/python3")

    said = guest.run(
        "make",
        "-C",
        "/root/weir",
        "install-capture",
        "PYTHON=/root/python3",
        check=False,
    )

    assert "the user weir may not run /root/python3" in said
    assert guest.run("weir-capture", "--version")


@pytest.mark.timeout(400)
@pytest.mark.parametrize("version", ["3.9", "3.13"])  # the others here are 3.11
def test_it_installs_with_any_python_that_it_supports(
    guest: Guest, tmp_path: Path, version: str
) -> None:
    """Over what another Python had there."""
    found = sorted(PYTHONS.glob(f"{version}.*/bin/python3"))
    if not found:
        pytest.skip(f"no Python {version} here")
    guest.run("chmod", "o+x", "/root", "/root/.pyenv", str(PYTHONS))
    make(guest, "uninstall-analysis")
    gather("capture", tmp_path / "wheels", str(found[-1]), extras="")
    shutil.copytree(tmp_path / "wheels", guest.path("/root/wheels"), dirs_exist_ok=True)

    said = make(guest, "install-capture", python=str(found[-1]), extras="none")

    assert "weir-capture 0.1.0" in said
    assert f"Python {version}" in guest.run("/opt/weir/bin/python", "--version")
