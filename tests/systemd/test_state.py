"""The camera's daemon on a card that power cuts have made read-only."""

from __future__ import annotations

import pytest

from tests.systemd.guest import Guest
from tests.systemd.stick import Stick
from tests.systemd.test_capture import CAPTURE, film


@pytest.mark.timeout(600)
def test_a_card_that_takes_no_writes_keeps_nobody_from_filming(
    guest: Guest, stick: Stick
) -> None:
    """The kernel mounts it so when it finds damage; the state goes to memory."""
    film(guest, stick)
    guest.run("systemctl", "stop", CAPTURE)
    guest.shell("mount --bind /var/lib /var/lib; mount -o remount,bind,ro /var/lib")
    assert "Read-only" in guest.shell("touch /var/lib/weir-capture/x", check=False)

    guest.run("systemctl", "start", CAPTURE, check=False)

    guest.until_event(CAPTURE, "recording_started", 2)
    assert guest.journal(CAPTURE, "state_not_kept")
