"""What ``check`` says with the installed unit: seen with the daemon's own eyes."""

from __future__ import annotations

import pytest

from tests.systemd.guest import Guest
from tests.systemd.stick import Stick

CAPTURE = "weir-capture"
CONFIG = "/etc/weir/config.toml"


def check(guest: Guest, user: str = "") -> list[str]:
    """The lines of ``check``, whatever it comes to."""
    said = guest.run(CAPTURE, "check", user=user, check=False)
    return said.splitlines()


def edit(guest: Guest, before: str, after: str) -> None:
    """Change a line of the config."""
    file = guest.path(CONFIG)
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after))


@pytest.mark.timeout(600)
def test_it_passes_in_the_units_sandbox(guest: Guest, stick: Stick) -> None:
    """Typed by root as the README says; it says from where it looks."""
    stick.plug()
    guest.until_property("mnt-usb.mount", "ActiveState", "active")

    lines = check(guest)

    assert lines[0] == f"config: {CONFIG}"
    assert lines[1].startswith("PASS  eyes: the daemon's; this runs in the sandbox of")
    assert "PASS  drive: /mnt/usb can be written" in lines
    assert any(line.startswith("PASS  test clip: ") for line in lines)


def test_what_the_sandbox_forbids_fails(guest: Guest, stick: Stick) -> None:
    """Root itself could write there, and would have called it good."""
    stick.plug()
    guest.until_property("mnt-usb.mount", "ActiveState", "active")
    guest.drop_in(CAPTURE, "ReadOnlyPaths=/mnt")

    lines = check(guest)

    (drive,) = (line for line in lines if "drive: " in line)
    assert drive.startswith("FAIL  drive: /mnt/usb: ")
    assert not [line for line in lines if line.startswith("UNKNOWN  eyes")]


def test_a_sandbox_that_systemd_refuses_is_told(guest: Guest) -> None:
    """It goes on outside, and says that these are other eyes."""
    guest.drop_in(CAPTURE, "NoSuchSetting=yes")

    lines = check(guest)

    assert any(
        line.startswith("UNKNOWN  eyes: those of the user root") for line in lines
    )


def test_another_user_is_told_how(guest: Guest) -> None:
    """Only root may start something in a sandbox."""
    lines = check(guest, user="weir")

    assert lines[1].startswith("UNKNOWN  eyes: those of the user weir, outside of")
    assert lines[1].endswith("sudo weir-capture check")


def test_the_holder_of_the_camera_is_named_inside_too(guest: Guest) -> None:
    """Root sees it before it goes in, where processes of others are hidden."""
    edit(guest, 'backend = "simulated"', 'backend = "picamera2"')
    guest.shell("touch /dev/video0; sleep 300 </dev/video0 >/dev/null 2>&1 &")

    lines = check(guest)

    assert any(line.startswith("PASS  eyes: the daemon's") for line in lines)
    assert any(line.startswith("FAIL  camera: held by sleep (") for line in lines)


def test_an_edited_config_is_compared_with_the_daemons(guest: Guest) -> None:
    """It was read when the daemon was started."""
    guest.run("systemctl", "start", CAPTURE)
    edit(guest, "framerate = 5", "framerate = 4")

    lines = check(guest)

    (line,) = (line for line in lines if "the running daemon" in line)
    assert line.startswith("FAIL  config: the running daemon (process ")
    assert "capture.framerate is 5 there and 4 here" in line


def mend(guest: Guest, line: str) -> None:
    """Type what a line of ``check`` says behind its last colon, as root."""
    guest.shell(line.rpartition(": ")[2].replace("sudo ", ""))


def test_a_stick_with_another_label_is_named_and_mended(
    guest: Guest, stick: Stick
) -> None:
    """The line that is printed, typed, lets it be mounted by itself."""
    stick.relabel("KINGSTON")
    stick.plug()
    guest.until(lambda: stick.node in guest.run("blkid", check=False), "the stick")

    lines = check(guest)
    (line,) = (line for line in lines if stick.node in line)
    assert line.startswith(
        f"FAIL  stick: {stick.node} (ext4, 256M) is not labelled WEIR"
    )
    mend(guest, line)

    guest.until_property("mnt-usb.mount", "ActiveState", "active")
    assert "PASS  drive: /mnt/usb can be written" in check(guest)


def test_a_stick_of_another_user_is_named_and_mended(
    guest: Guest, stick: Stick
) -> None:
    """As one that was prepared for another machine."""
    stick.plug()
    guest.until_property("mnt-usb.mount", "ActiveState", "active")
    guest.run("chown", "1234:1234", "/mnt/usb")

    (line,) = (line for line in check(guest) if "drive: " in line)
    assert "it belongs to user 1234" in line
    mend(guest, line)

    assert "PASS  drive: /mnt/usb can be written" in check(guest)
