"""The drive's unit when two sticks are in: which one is used, and what comes next."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.systemd.guest import Guest
from tests.systemd.stick import Stick
from tests.systemd.test_capture import film

CAPTURE, DRIVE = "weir-capture", "weir-drive"


@pytest.fixture
def second(guest: Guest, stick: Stick) -> Iterator[Stick]:
    """Another prepared stick, of the same label."""
    second = Stick(guest, stick.owner, "second")
    yield second
    guest.kill()
    second.leave()


def mounted(guest: Guest) -> str:
    """The device that is mounted."""
    return guest.run("findmnt", "-n", "-o", "SOURCE", "/mnt/usb", check=False).strip()


def test_a_stick_that_was_in_already_is_used_when_the_first_is_pulled(
    guest: Guest, stick: Stick, second: Stick
) -> None:
    """As when a person puts the new one in before taking the old one out."""
    film(guest, stick)
    second.plug()
    guest.until(lambda: len(labelled(guest)) == 2, "the second stick")

    stick.pull()
    guest.until_property("mnt-usb.mount", "ActiveState", "inactive")
    guest.run("systemctl", "start", DRIVE)

    assert second.node == mounted(guest)
    guest.until_event(CAPTURE, "recording_started", 2)


def test_the_journal_says_which_of_two_sticks_is_used(
    guest: Guest, stick: Stick, second: Stick
) -> None:
    """Once, not every minute."""
    film(guest, stick)
    second.plug()
    guest.until(lambda: len(labelled(guest)) == 2, "the second stick")

    guest.run("systemctl", "start", DRIVE)
    guest.run("systemctl", "start", DRIVE)

    told = [each["MESSAGE"] for each in guest.journal(DRIVE)]
    assert len(told) == 1
    assert f"({stick.node} {second.node}): {stick.node} is used" in told[0]


def test_one_of_two_sticks_unmounted_on_purpose_stays_so(
    guest: Guest, stick: Stick, second: Stick
) -> None:
    """A person takes out the one that is full; the other one is not for now."""
    film(guest, stick)
    second.plug()
    guest.until(lambda: len(labelled(guest)) == 2, "the second stick")
    guest.run("systemctl", "stop", CAPTURE, "mnt-usb.mount")

    guest.run("systemctl", "start", DRIVE)

    assert mounted(guest) == ""


def test_a_shutdown_while_it_looks_is_no_failure(guest: Guest) -> None:
    """It is told to stop in the middle, as once in so many shutdowns."""
    guest.drop_in(DRIVE, "ExecStart=\nExecStart=/bin/sleep 60")
    guest.run("systemctl", "start", "--no-block", DRIVE)
    guest.until_property(DRIVE, "ActiveState", "activating")
    guest.until(lambda: guest.property(DRIVE, "MainPID") != "0", "its program")

    guest.run("systemctl", "stop", DRIVE)

    assert guest.property(DRIVE, "Result") == "success"


def labelled(guest: Guest) -> list[str]:
    """The devices that bear the label, as weir-drive sees them."""
    status = guest.run("/opt/weir/bin/weir-drive", "status")
    return status.partition("labelled WEIR: ")[2].splitlines()[0].split()
