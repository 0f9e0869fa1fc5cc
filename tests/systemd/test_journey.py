"""What a user does, from the river to the results, with what was installed."""

from __future__ import annotations

import pytest

from tests.systemd.guest import Guest
from tests.systemd.stick import Stick


@pytest.mark.timeout(400)
def test_try(guest: Guest, stick: Stick) -> None:
    """X."""
    stick.plug()
    print(guest.run("systemctl", "enable", "--now", "weir-capture"))
    print(guest.run("systemctl", "status", "weir-capture", "mnt-usb.mount", check=False))
    guest.until_event("weir-capture", "recording_started")
    import time; time.sleep(6)
    print(guest.run("systemctl", "stop", "weir-capture"))
    print(guest.run("journalctl", "-q", "-u", "weir-capture"))
    print(guest.run("ls", "-la", "/mnt/usb", "/var/lib/weir-capture"))
    print(guest.run("weir-capture", "pack", check=False))
    print(guest.run("weir-capture", "check", check=False))
    print(guest.run("systemctl", "enable", "--now", "weir-analysis", check=False))
    print(guest.run("systemctl", "status", "weir-analysis", check=False))
    print(guest.shell("cp /mnt/usb/*.zip /var/lib/weir/inbox/", user="alice", check=False))
    try:
        guest.until_event("weir-analysis", "archive_analysed")
    except AssertionError as e: print(e)
    print(guest.run("journalctl", "-q", "-u", "weir-analysis"))
    print(guest.shell("find /var/lib/weir -ls", user="alice", check=False))
    assert 0
