"""The camera's daemon in the field: it is killed, it hangs, its drive is pulled."""

from __future__ import annotations

from functools import partial

import pytest

from tests.systemd.guest import Guest
from tests.systemd.stick import Stick

CAPTURE = "weir-capture"
QUICK_TIMER = "OnActiveSec=1s\nOnUnitInactiveSec=1s\nAccuracySec=100ms"


def film(guest: Guest, stick: Stick, least_bytes: int = 1) -> None:
    """Plug the drive in, enable the daemon, and wait until it has filmed so much."""
    stick.plug()
    guest.run("systemctl", "enable", "--now", CAPTURE)
    guest.until_event(CAPTURE, "recording_started")
    guest.until(lambda: footage(guest) >= least_bytes, "footage")


def footage(guest: Guest) -> int:
    """Bytes of the clip that is being filmed."""
    parts = list(guest.path("/mnt/usb").glob("*.h264.part"))
    return parts[0].stat().st_size if parts else 0


@pytest.mark.timeout(600)
def test_a_killed_daemon_films_again_and_keeps_the_clip(
    guest: Guest, stick: Stick
) -> None:
    """What was being filmed is closed off as a clip."""
    film(guest, stick, least_bytes=30_000)

    guest.run("systemctl", "kill", "-s", "KILL", CAPTURE)

    guest.until_event(CAPTURE, "recording_started", 2)
    assert guest.journal(CAPTURE, "clip_closed_off")
    assert guest.property(CAPTURE, "NRestarts") == "1"


def test_a_halted_daemon_is_killed_by_the_watchdog(guest: Guest, stick: Stick) -> None:
    """And started again."""
    guest.drop_in(CAPTURE, "WatchdogSec=5s")
    film(guest, stick)

    guest.run("systemctl", "kill", "-s", "STOP", "--kill-whom=main", CAPTURE)

    guest.until_event(CAPTURE, "recording_started", 2)
    told = [entry["MESSAGE"] for entry in guest.journal(CAPTURE)]
    assert any("Watchdog timeout" in message for message in told)


def test_a_crash_loop_never_ends_in_giving_up(guest: Guest, stick: Stick) -> None:
    """However often it dies, it is started again, at the unit's pace."""
    guest.drop_in(CAPTURE, "RestartSec=100ms")
    guest.drop_in(CAPTURE, "ExecStart=\nExecStart=/bin/false")
    guest.run("systemctl", "start", CAPTURE, check=False)

    guest.until(lambda: int(guest.property(CAPTURE, "NRestarts")) > 12, "restarts")

    assert guest.property(CAPTURE, "ActiveState") in ("activating", "deactivating")


def test_a_wrong_config_ends_it_with_the_reason(guest: Guest, stick: Stick) -> None:
    """In ``systemctl status``, and without a second try."""
    config = guest.path("/etc/weir/config.toml")
    config.write_text(config.read_text().replace("framerate = 5", 'framerat = "5"'))

    guest.run("systemctl", "start", CAPTURE, check=False)

    guest.until_property(CAPTURE, "ActiveState", "failed")
    status = guest.run("systemctl", "status", CAPTURE, check=False)
    assert "did you mean framerate?" in status
    assert guest.property(CAPTURE, "NRestarts") == "0"
    assert guest.journal(CAPTURE, "config_refused")[0]["PRIORITY"] == "3"


def test_a_check_finds_the_daemon_that_holds_the_camera(
    guest: Guest, stick: Stick
) -> None:
    """Typed by a person, outside of the unit."""
    film(guest, stick)

    said = guest.run("weir-capture", "check", check=False)

    assert f"runs already (process {guest.property(CAPTURE, 'MainPID')})" in said


def test_a_stop_while_filming_seals_the_clip(guest: Guest, stick: Stick) -> None:
    """Within the time that it has."""
    film(guest, stick)

    guest.run("systemctl", "stop", CAPTURE)

    assert guest.property(CAPTURE, "Result") == "success"
    assert guest.journal(CAPTURE, "clip_cut")[0]["WEIR_CLIP"].endswith(".h264")
    assert not guest.shell("ls /mnt/usb/*.part", check=False).startswith("/mnt")


def test_a_pulled_drive_comes_back_by_itself(guest: Guest, stick: Stick) -> None:
    """Filming goes on, nobody types anything, and nothing went below the mount."""
    film(guest, stick, least_bytes=80_000)
    guest.run("sync", "-f", "/mnt/usb")  # what is on the stick is there to be kept
    daemon = guest.property(CAPTURE, "MainPID")

    stick.pull()
    guest.until_event(CAPTURE, "drive_lost")
    guest.until_property("mnt-usb.mount", "ActiveState", "inactive")
    assert guest.run("find", "/mnt/usb", "-mindepth", "1") == ""
    stick.plug()

    guest.until_event(CAPTURE, "recording_started", 2)
    assert guest.property(CAPTURE, "MainPID") == daemon
    assert len(guest.journal(CAPTURE, "clip_closed_off")) == 1
    guest.run("systemctl", "stop", CAPTURE)
    log = guest.path("/mnt/usb/weir-log.jsonl").read_text()
    assert '"drive_lost"' in log  # the journal may be gone with the next power cut
    guest.run("systemctl", "stop", "mnt-usb.mount")
    assert guest.run("find", "/mnt/usb", "-mindepth", "1") == ""


def _looked_since(guest: Guest, before: str) -> bool:
    return guest.property("weir-drive", "InvocationID") != before


def looked(guest: Guest, times: int) -> None:
    """Wait until weir-drive has looked at the drive so many times more."""
    for _ in range(times):
        before = guest.property("weir-drive", "InvocationID")
        guest.until(
            partial(_looked_since, guest, before),
            "a look at the drive",
        )


def test_a_dead_file_system_is_mounted_anew(guest: Guest, stick: Stick) -> None:
    """Though no device comes or goes. While it lives nothing is cut."""
    guest.drop_in("weir-drive.timer", QUICK_TIMER)
    film(guest, stick)
    looked(guest, 3)
    assert not guest.journal("weir-drive")
    assert len(guest.journal(CAPTURE, "recording_started")) == 1

    stick.die()

    guest.until_event(CAPTURE, "recording_started", 2)
    assert "drive dead" in guest.run("journalctl", "-u", "weir-drive", "-p", "4")


def test_a_file_system_that_turned_read_only_is_mounted_anew(
    guest: Guest, stick: Stick
) -> None:
    """As ext4 does with itself when it finds damage."""
    film(guest, stick)
    guest.run("systemctl", "stop", CAPTURE)
    guest.run("mount", "-o", "remount,ro", "/mnt/usb")

    guest.run("systemctl", "start", "weir-drive")

    assert guest.shell("touch /mnt/usb/it-is-writable; echo yes") == "yes\n"
    assert "drive dead" in guest.run("journalctl", "-u", "weir-drive", "-p", "4")


def test_a_mount_that_failed_is_tried_again(guest: Guest, stick: Stick) -> None:
    """As after a drive that came and went, though nothing is plugged in anew."""
    folder = guest.path("/etc/systemd/system/mnt-usb.mount.d")
    folder.mkdir()
    (folder / "test.conf").write_text("[Mount]\nOptions=nosuchoption\n")
    guest.run("systemctl", "daemon-reload")
    stick.plug()
    guest.until_property("mnt-usb.mount", "ActiveState", "failed")
    (folder / "test.conf").unlink()
    guest.run("systemctl", "daemon-reload")

    guest.run("systemctl", "start", "weir-drive.service")

    assert guest.property("mnt-usb.mount", "ActiveState") == "active"
    assert "drive not mounted" in guest.run("journalctl", "-u", "weir-drive")


def test_a_drive_unmounted_on_purpose_stays_so(guest: Guest, stick: Stick) -> None:
    """To be carried away."""
    film(guest, stick)
    guest.run("systemctl", "stop", CAPTURE, "mnt-usb.mount")

    guest.run("systemctl", "start", "weir-drive.service")

    assert guest.property("mnt-usb.mount", "ActiveState") == "inactive"


def test_it_goes_on_after_a_reboot(guest: Guest, stick: Stick) -> None:
    """And after a power cut; numbers count on."""
    film(guest, stick)
    guest.shut_down()
    guest.boot()
    guest.until_event(CAPTURE, "recording_started", 2)
    guest.kill()
    guest.boot()

    last = guest.until_event(CAPTURE, "recording_started", 3)

    assert last["WEIR_CLIP"].startswith("clip00003_")
    assert guest.property("mnt-usb.mount", "ActiveState") == "active"
