"""What the camera's daemon knows of the time, asked from inside its own sandbox."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from tests.systemd.guest import Guest
from tests.systemd.stick import Stick
from tests.systemd.test_capture import CAPTURE, film, footage

WITNESS = "/run/systemd/timesync/synchronized"
ASK = "from weir.clock import SystemClock; print(SystemClock().synchronised())"
CHECK = ("weir-capture", "check")
SET = "import time; time.clock_settime(time.CLOCK_REALTIME, time.time() + 60)"


@pytest.fixture
def unset(guest: Guest) -> None:
    """A guest whose clock nothing has set; it is this machine's."""
    if guest.run("/opt/weir/bin/python", "-c", ASK).strip() == "True":
        pytest.skip("this machine's clock is synchronised, and a guest has no other")


def time_service_sets_the_clock(guest: Guest) -> None:
    """Leave what systemd-timesyncd leaves when it has."""
    guest.shell(f"mkdir -p {WITNESS.rpartition('/')[0]}; touch {WITNESS}")


def sidecar(guest: Guest, number: int) -> dict[str, Any]:
    """A clip's sidecar, once the clip is sealed."""
    entry = guest.until_event(CAPTURE, "clip_cut", number)
    text = guest.path(f"/mnt/usb/{entry['WEIR_CLIP']}.json").read_text()
    fields: dict[str, Any] = json.loads(text)
    return fields


def inside(guest: Guest, code: str, unit: str = CAPTURE) -> str:
    """What a Python program prints, or dies of, under a unit of ours."""
    guest.path("/opt/weir/ask.py").write_text(code)
    guest.drop_in(unit, "Type=oneshot\nRestart=no")
    guest.drop_in(unit, "ExecStart=\nExecStart=/opt/weir/bin/python ask.py")
    guest.drop_in(unit, "WorkingDirectory=/opt/weir")
    guest.run("systemctl", "start", unit, check=False)
    return str(guest.journal(unit))


def waits(guest: Guest, seconds: float) -> None:
    """Let the guest wait at boot as shipped, but for so long at most."""
    wait = f"clock --wait {seconds} --config /etc/weir/config.toml"
    guest.drop_in(
        "weir-time", f"ExecStart=\nExecStart=/opt/weir/bin/weir-capture {wait}"
    )


def test_a_boot_waits_until_the_clock_is_set(guest: Guest, unset: None) -> None:
    """Under the shipped unit's own sandbox, and not longer."""
    waits(guest, 600)
    guest.run("systemctl", "start", "--no-block", CAPTURE)
    guest.until_property("weir-time", "ActiveState", "activating")
    assert not guest.journal(CAPTURE, "capture_started")

    time_service_sets_the_clock(guest)

    guest.until_property("weir-time", "ActiveState", "active")
    assert guest.journal("weir-time")[-2]["WEIR_REASON"] == "the clock is set"
    assert guest.until_event(CAPTURE, "capture_started")


def test_it_films_when_the_clock_is_not_set(guest: Guest, unset: None) -> None:
    """After a bounded wait, once for each boot."""
    waits(guest, 3)
    guest.run("systemctl", "start", CAPTURE)
    guest.run("systemctl", "restart", CAPTURE)

    (waited,) = guest.journal("weir-time", "clock_waited")
    assert (waited["WEIR_SECONDS"], waited["WEIR_REASON"]) == ("3", "time is up")
    assert guest.property("weir-time", "Result") == "success"


def test_a_boot_within_a_slot_does_not_wait(
    guest: Guest, stick: Stick, unset: None
) -> None:
    """The state directory is lost; the drive knows that a slot goes on."""
    film(guest, stick, least_bytes=30_000)  # so that there is a clip to tell of it
    guest.kill()
    guest.boot()
    guest.until_event(CAPTURE, "recording_started", 2)
    guest.run("systemctl", "disable", CAPTURE)
    waits(guest, 600)
    guest.run("systemctl", "stop", "weir-time", CAPTURE)
    guest.shell("rm -r /var/lib/weir-capture")

    guest.run("systemctl", "start", "weir-time")

    (waited,) = guest.journal("weir-time", "clock_waited")
    assert waited["WEIR_REASON"] == "a slot begins"


def test_a_clip_is_redated_in_the_shipped_sandbox(guest: Guest, stick: Stick) -> None:
    """Filmed before the clock was set; the daemon hears of that, and corrects it."""
    film(guest, stick)
    guest.run("systemctl", "stop", CAPTURE)
    assert sidecar(guest, 1)["clock_synchronised"] is False

    time_service_sets_the_clock(guest)
    guest.run("systemctl", "start", CAPTURE)

    guest.until_event(CAPTURE, "clip_redated")
    assert "corrected_start" in sidecar(guest, 1)
    guest.until(lambda: footage(guest), "footage")
    guest.run("systemctl", "stop", CAPTURE)
    assert sidecar(guest, 2)["clock_synchronised"] is True


@pytest.mark.parametrize("unit", [CAPTURE, "weir-time"])
def test_the_sandbox_lets_the_kernel_be_asked(guest: Guest, unit: str) -> None:
    """It hears what is true outside, and no failure that looks like a no."""
    outside = guest.run("/opt/weir/bin/python", "-c", ASK).strip()

    assert outside in ("True", "False")
    assert f"'MESSAGE': '{outside}'" in inside(guest, ASK, unit)


@pytest.mark.parametrize("unit", [CAPTURE, "weir-time"])
def test_the_sandbox_does_not_let_it_set_the_clock(guest: Guest, unit: str) -> None:
    """It may make the call, and has not the capability."""
    assert "PermissionError" in inside(guest, SET, unit)


def test_a_sandbox_that_forbids_the_question_gives_no_answer(guest: Guest) -> None:
    """The journal says so, and the daemon goes on."""
    guest.drop_in(CAPTURE, "ProtectClock=yes\nSystemCallFilter=~@clock")
    guest.run("systemctl", "start", CAPTURE)

    assert guest.until_event(CAPTURE, "clock_not_asked")


def test_a_zone_that_is_set_while_it_runs_is_followed(guest: Guest) -> None:
    """As ``timedatectl set-timezone`` sets it; seen from inside the sandbox."""
    config = guest.path("/etc/weir/config.toml")
    config.write_text(config.read_text().replace('timezone = "UTC"', ""))
    guest.run("systemctl", "start", CAPTURE)
    guest.until_event(CAPTURE, "drive_lost")

    guest.shell("ln -s /usr/share/zoneinfo/Asia/Tokyo /new; mv -T /new /etc/localtime")

    entry = guest.until_event(CAPTURE, "zone_set")
    assert (entry["WEIR_ZONE"], entry["WEIR_OFFSET"]) == ("Asia/Tokyo", "+09:00")


def test_a_person_says_that_the_clock_is_right(guest: Guest, unset: None) -> None:
    """Root, with a strict umask, to a daemon that lives in the evening."""
    ahead = datetime.now(timezone.utc) + timedelta(hours=9)
    guest.run("systemctl", "start", CAPTURE)
    guest.run("systemctl", "stop", CAPTURE)
    book = guest.path("/var/lib/weir-capture/effort-book.json")
    fields = {**json.loads(book.read_text()), "at": ahead.isoformat()}
    book.write_text(json.dumps(fields))
    guest.run("systemctl", "start", CAPTURE)
    guest.until_event(CAPTURE, "clock_behind")
    assert "FAIL  clock: the daemon goes by" in guest.run(*CHECK, check=False)

    guest.shell("umask 077; weir-capture clock --trust")

    assert guest.until_event(CAPTURE, "clock_set")["WEIR_STEP_S"].startswith("-32")
    guest.run("weir-capture", "clock")
    assert "PASS  clock" in guest.run(*CHECK, check=False)
