"""What the units promise, as they are written; the guests' tests live under them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.systemd.conftest import ROOT

UNITS = ROOT / "systemd"
DAEMONS = ["weir-capture.service", "weir-analysis.service"]
REVIEW = "weir-review.service"
OFF_LINE = [*DAEMONS, "weir-time.service"]
NO_ROOT = [*OFF_LINE, REVIEW]


def settings(name: str) -> dict[str, list[str]]:
    """The settings of a unit, each with its values in order."""
    found: dict[str, list[str]] = {}
    for line in (UNITS / name).read_text("utf-8").splitlines():
        if match := re.fullmatch(r"(\w+)=(.*)", line):
            found.setdefault(match[1], []).append(match[2])
    return found


@pytest.mark.parametrize("name", [*OFF_LINE, "weir-drive.service"])
def test_no_program_reaches_a_network(name: str) -> None:
    """Whatever a hostile file makes of it, it cannot tell anybody."""
    unit = settings(name)

    assert unit["PrivateNetwork"] == ["yes"]
    assert set(unit["RestrictAddressFamilies"][0].split()) <= {"AF_UNIX", "AF_NETLINK"}


@pytest.mark.parametrize("name", NO_ROOT)
def test_no_program_has_rights_or_gains_any(name: str) -> None:
    """It is an ordinary user's, with a read-only system before it."""
    unit = settings(name)

    assert unit["User"] == ["weir"]
    assert unit["CapabilityBoundingSet"] == [""]
    assert unit["NoNewPrivileges"] == unit["RestrictSUIDSGID"] == ["yes"]
    assert unit["ProtectSystem"] == ["strict"]
    assert unit["ProtectHome"] == unit["PrivateTmp"] == ["yes"]
    assert "~@privileged" in unit["SystemCallFilter"][1]


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("weir-capture.service", ["/mnt -/media"]),
        ("weir-analysis.service", []),
        ("weir-time.service", []),
    ],
)
def test_a_program_writes_where_it_must(name: str, places: list[str]) -> None:
    """Beside its own state only the drives are writable."""
    assert settings(name).get("ReadWritePaths", []) == places


@pytest.mark.parametrize("name", [*DAEMONS, REVIEW])
def test_a_daemon_is_always_started_again(name: str) -> None:
    """Not where the config is wrong, and never given up; when it hangs, too."""
    unit = settings(name)

    assert unit["Restart"] == ["always"]
    assert unit["StartLimitIntervalSec"] == ["0"]
    assert unit["RestartPreventExitStatus"] == ["2"]
    assert unit["Type"] == ["notify"]
    assert re.fullmatch(r"[1-9]\d*min", unit["WatchdogSec"][0])


def test_a_drive_that_is_pulled_stops_nothing() -> None:
    """The camera's daemon comes after the drive, and requires neither it nor time."""
    unit = settings("weir-capture.service")

    assert "mnt-usb.mount" in unit["After"][0].split()
    for binding in ("Requires", "RequiresMountsFor", "BindsTo", "Requisite", "PartOf"):
        assert binding not in unit


def test_devices_are_named_by_class() -> None:
    """A node that is not there, as on a newer Pi, would be a warning at each start."""
    allowed = settings("weir-capture.service")["DeviceAllow"]

    assert allowed
    assert not [device for device in allowed if device.startswith("/dev/")]


def test_a_worker_costs_its_clip_and_not_the_daemon() -> None:
    """Only the daemon is told to stop; who eats memory goes alone."""
    unit = settings("weir-analysis.service")

    assert (unit["KillMode"], unit["OOMPolicy"]) == (["mixed"], ["continue"])
    assert unit["MemoryDenyWriteExecute"] == unit["PrivateDevices"] == ["yes"]


def test_what_comes_of_uploads_is_their_groups_and_no_others() -> None:
    """Footage on the drive may be fetched by all, and changed by the service alone."""
    host, camera = settings("weir-analysis.service"), settings("weir-capture.service")

    assert (host["Group"], host["UMask"]) == (["weir-upload"], ["0027"])
    assert host["StateDirectoryMode"] == ["2750"]
    assert camera["UMask"] == ["0022"]


def test_the_page_is_asked_from_this_machine_and_writes_labels_alone() -> None:
    """It has a network, and of it nothing but loopback."""
    unit = settings(REVIEW)

    assert unit["RestrictAddressFamilies"] == ["AF_UNIX AF_INET"]
    assert (unit["IPAddressDeny"], unit["IPAddressAllow"]) == (["any"], ["localhost"])
    assert unit["ReadWritePaths"] == ["/var/lib/weir/labels"]
    assert "StateDirectory" not in unit
    assert "--lan" not in unit["ExecStart"][0]
    assert int(unit["Nice"][0]) > int(settings("weir-analysis.service")["Nice"][0])


def test_whether_the_clock_is_set_may_be_asked() -> None:
    """With the call that could set it, and without the capability to."""
    for name in ("weir-capture.service", "weir-time.service"):
        unit = settings(name)

        assert "adjtimex" in unit["SystemCallFilter"][-1].split()
        assert unit.get("ProtectClock", ["no"]) == ["no"]


def test_a_boot_waits_a_minute_for_the_clock_and_hides_no_failure() -> None:
    """Once in a boot, before the daemon; without a ``-`` a failure is one."""
    unit = settings("weir-time.service")
    config = "--config /etc/weir/config.toml"

    assert unit["ExecStart"] == [f"/opt/weir/bin/weir-capture clock --wait 60 {config}"]
    assert unit["RemainAfterExit"] == ["yes"]
    assert unit["Before"] == ["weir-capture.service"]


def test_the_cameras_daemon_brings_the_units_that_it_needs() -> None:
    """The wait for the clock and the watch over the drive; nobody enables those."""
    wanted = settings("weir-capture.service")["Wants"][0].split()

    assert {"weir-time.service", "weir-drive.timer"} == set(wanted)


def test_each_unit_is_there() -> None:
    """Those that the tests above speak of, and no service besides."""
    services = {path.name for path in Path(UNITS).glob("*.service")}

    assert services == {*NO_ROOT, "weir-drive.service"}
