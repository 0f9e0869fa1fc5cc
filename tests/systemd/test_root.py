"""What root types leaves nothing behind that locks out the services."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.systemd.guest import Guest
from tests.systemd.setting import in_a_hurry
from tests.systemd.stick import Stick

CAPTURE, ANALYSIS = "weir-capture", "weir-analysis"


def roots_files(guest: Guest, folder: str) -> list[str]:
    """What belongs to root below a folder, but for what mkfs makes."""
    found = guest.run("find", folder, "-mindepth", "1", "-user", "root")
    return [name for name in found.splitlines() if "lost+found" not in name]


@pytest.mark.timeout(600)
def test_a_daemon_and_its_commands_run_by_root_hinder_no_service(
    guest: Guest, stick: Stick
) -> None:
    """Filmed, packed and packed again by root, then by the service's user."""
    config = guest.path("/etc/weir/config.toml")
    config.write_text(in_a_hurry(config.read_text()))
    stick.plug()
    guest.until_property("mnt-usb.mount", "ActiveState", "active")
    guest.run("install", "-d", "-o", "weir", "-g", "weir", "/var/lib/weir-capture")

    guest.run(CAPTURE, "pack", check=False)  # with nothing to pack, but with its lock
    guest.run(CAPTURE, "run", "--clips", "2")
    guest.run(CAPTURE, "pack")
    guest.run(CAPTURE, "clock", "--trust")
    guest.run(CAPTURE, "check", check=False)

    assert roots_files(guest, "/mnt/usb") == []
    assert roots_files(guest, "/var/lib/weir-capture") == []
    guest.run("systemctl", "start", CAPTURE)
    guest.until_event(CAPTURE, "clip_sealed", 1)
    guest.run(CAPTURE, "pack", "--all", user="weir")


def test_a_desks_daemon_run_by_root_hinders_no_service(
    guest: Guest, river: Path
) -> None:
    """Its record, its folders and its receipts are the service's."""
    inbox = "/var/lib/weir/inbox"
    guest.path("/home/alice/river.zip").write_bytes(river.read_bytes())
    guest.shell(f"cp ~/river.zip {inbox}", user="alice")

    guest.run(ANALYSIS, "run", "--once", timeout=110)

    assert roots_files(guest, "/var/lib/weir") == []
    guest.shell(f"mkdir {inbox}/cam7; cp ~/river.zip {inbox}/cam7", user="alice")
    guest.run("systemctl", "start", ANALYSIS)
    assert guest.until_event(ANALYSIS, "archive_analysed")["WEIR_FAILED"] == "0"
