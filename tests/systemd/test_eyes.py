"""What the programs believe inside their units, against what is true outside.

Each shipped unit is started with another program in it and all else as installed: its
sandbox, its user, its folders. What a guest cannot give is not asked: a camera and its
nodes, and the limits of memory, which the kernel here does not keep.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

import pytest

from tests.systemd.guest import Guest
from tests.systemd.stick import Stick
from weir.clock import TIMESYNC_WITNESS, kernel_clock_synchronised

CAPTURE = "weir-capture"
STATE, HOUSE, DRIVE = "/var/lib/weir-capture", "/var/lib/weir", "/mnt/usb"
FOLDERS: tuple[str, ...] = (
    STATE,
    DRIVE,
    f"{HOUSE}/inbox",
    f"{HOUSE}/results",
    "/etc/weir",
    "/opt/weir",
)
FOLDERS += ("/home/alice", "/var/tmp", "/mnt", "/run")
ROLES = {"weir-capture": "capture", "weir-time": "capture", "weir-analysis": "analysis"}
LOCKS = {"capture": f"{STATE}/capture.lock", "analysis": f"{HOUSE}/lock"}
WRITABLE = {
    "weir-capture": [STATE, DRIVE, "/var/tmp"],
    "weir-time": ["/var/tmp"],
    "weir-analysis": [f"{HOUSE}/inbox", f"{HOUSE}/results", "/var/tmp"],
}
_PROGRAM = """
[Service]
Type=oneshot
RemainAfterExit=no
Restart=no
ExecStart=
ExecStart={command}
StandardOutput=truncate:/run/eyes
"""
_LEAK = """
from capture.growth import LEAST_LIFE_S, Growth
sizes = iter((50 << 20, 50 << 30))
growth = Growth(lambda: next(sizes), memory=1 << 30, born=0.0)
growth.clip_ended()
growth.look(LEAST_LIFE_S)
print(open("/proc/self/oom_score_adj").read())
"""
_HOLD = """
import signal, sys
from pathlib import Path
from weir.service import alone, notify
with alone(Path(sys.argv[1])):
    notify("READY=1")
    signal.pause()
"""


@pytest.fixture(scope="module")
def place(
    installed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Guest, Stick]]:
    """A guest with a stick that is in, and the program that is asked."""
    with Guest(tmp_path_factory.mktemp("eyes"), installed) as guest:
        guest.boot()
        ids = guest.shell('echo "$(id -u weir):$(id -g weir)"').strip()
        stick = Stick(guest, ids)
        shutil.copy(Path(__file__).with_name("eyes.py"), guest.path("/etc/weir"))
        guest.shell(f"install -d -o weir -g weir {STATE} {HOUSE}/working")
        try:
            stick.plug()
            guest.until_property("mnt-usb.mount", "ActiveState", "active")
            yield guest, stick
        finally:
            guest.kill()
            stick.leave()


def inside(guest: Guest, unit: str, command: str) -> str:
    """Run a command in place of a unit's program; what it printed."""
    folder = guest.path(f"/etc/systemd/system/{unit}.service.d")
    folder.mkdir(exist_ok=True)
    (folder / "eyes.conf").write_text(_PROGRAM.format(command=command))
    guest.run("systemctl", "daemon-reload")
    guest.run("systemctl", "restart", unit)  # weir-time may be active
    return guest.path("/run/eyes").read_text()


def ask(guest: Guest, unit: str) -> dict[str, Any]:
    """What is believed inside a unit."""
    role = ROLES[unit]
    program = "/opt/weir/bin/python /etc/weir/eyes.py"
    command = f"{program} {role} {LOCKS[role]} {' '.join(FOLDERS)}"
    return dict(json.loads(inside(guest, unit, command)))


def hold(guest: Guest, lock: str) -> int:
    """Let a process of the service's user work under a lock; its number."""
    guest.path("/etc/weir/hold.py").write_text(_HOLD)
    command = ["/opt/weir/bin/python", "/etc/weir/hold.py", lock]
    options = ["--unit=holder", "--collect", "-pType=notify", "-pUser=weir"]
    guest.run("systemd-run", "-q", *options, *command)
    return int(guest.property("holder", "MainPID"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("unit", ROLES)
def test_it_knows_whether_the_clock_is_set(
    place: tuple[Guest, Stick], unit: str
) -> None:
    """As the kernel has it, and as timesyncd says when it has set it."""
    guest, _ = place
    truth: Optional[bool] = kernel_clock_synchronised()
    assert truth is not None
    # The host's daemon has no business with the clock, and may not ask the kernel.
    assert ask(guest, unit)["clock"] == (None if unit == "weir-analysis" else truth)

    guest.shell(f"mkdir -p {TIMESYNC_WITNESS.parent}; touch {TIMESYNC_WITNESS}")

    assert ask(guest, unit)["clock"] is True
    guest.run("rm", str(TIMESYNC_WITNESS))


@pytest.mark.parametrize("unit", ["weir-capture", "weir-time"])
def test_it_knows_whether_a_drive_is_mounted_and_what_is_free(
    place: tuple[Guest, Stick], unit: str
) -> None:
    """To the byte; and that there is none when it was unmounted."""
    guest, _ = place
    facts = os.statvfs(guest.path(DRIVE))
    seen = ask(guest, unit)
    assert (True, facts.f_bavail * facts.f_frsize) == (seen["mounted"], seen["free"])

    guest.run("systemctl", "stop", "mnt-usb.mount")

    seen = ask(guest, unit)
    assert (seen["mounted"], seen["reason"]) == (False, "no drive")
    guest.run("systemctl", "start", "mnt-usb.mount")


def test_the_daemon_knows_whether_it_can_film_to_the_drive(
    place: tuple[Guest, Stick],
) -> None:
    """Not to one that is full, nor to one that has turned itself read-only."""
    guest, _ = place
    assert ask(guest, "weir-capture")["usable"] is True

    guest.shell(f"cat /dev/zero >{DRIVE}/fill 2>/dev/null || true")
    assert ask(guest, "weir-capture")["reason"] == "drive full"
    guest.run("rm", f"{DRIVE}/fill")
    guest.run("mount", "-o", "remount,ro", DRIVE)
    assert ask(guest, "weir-capture")["reason"] == "drive error"
    guest.run("mount", "-o", "remount,rw", DRIVE)


def test_the_drives_unit_knows_whether_the_drive_is_well(
    place: tuple[Guest, Stick],
) -> None:
    """Mounted and writable, or read-only, or not mounted."""
    guest, stick = place
    look = "/opt/weir/bin/weir-drive status"
    well = f"mount: active\nlabelled WEIR: {stick.node}\nmounted: {stick.node}\n"
    assert inside(guest, "weir-drive", look) == f"{well}usable: yes\n"

    guest.run("mount", "-o", "remount,ro", DRIVE)
    assert inside(guest, "weir-drive", look) == f"{well}usable: no\n"
    guest.run("mount", "-o", "remount,rw", DRIVE)
    guest.run("systemctl", "stop", "mnt-usb.mount")
    assert inside(guest, "weir-drive", look).startswith("mount: inactive\n")
    guest.run("systemctl", "start", "mnt-usb.mount")


@pytest.mark.parametrize("unit", ROLES)
def test_it_writes_where_it_should_and_nowhere_else(
    place: tuple[Guest, Stick], unit: str
) -> None:
    """And sees all processors."""
    seen = ask(place[0], unit)

    assert WRITABLE[unit] == seen["writable"]
    assert os.cpu_count() == seen["processors"]


@pytest.mark.parametrize("unit", ROLES)
def test_it_knows_who_works_here_already(place: tuple[Guest, Stick], unit: str) -> None:
    """By the lock, which another process holds or does not."""
    guest, _ = place
    assert ask(guest, unit)["holder"] is None

    process = hold(guest, LOCKS[ROLES[unit]])

    assert ask(guest, unit)["holder"] == process
    guest.run("systemctl", "stop", "holder")


def test_a_leak_may_give_its_protection_up(place: tuple[Guest, Stick]) -> None:
    """The unit protects the daemon when memory runs out, until it leaks."""
    guest, _ = place
    guest.path("/etc/weir/leak.py").write_text(_LEAK)

    told = inside(guest, CAPTURE, "/opt/weir/bin/python /etc/weir/leak.py")

    assert told.split()[-1] == "500"


def test_the_daemon_knows_how_the_machine_is(place: tuple[Guest, Stick]) -> None:
    """What the kernel tells of it outside: a guest has memory, and no sensors."""
    guest, _ = place
    look = "import json; from capture import health; print(json.dumps(health.read()))"
    guest.path("/etc/weir/health.py").write_text(look)
    command = "/opt/weir/bin/python /etc/weir/health.py"

    outside, seen = guest.shell(command), inside(guest, CAPTURE, command)

    assert json.loads(seen).keys() == json.loads(outside).keys()
    assert {"free_memory_mb", "uptime_s"} <= json.loads(seen).keys()


def test_the_desks_daemon_knows_whether_there_is_room(
    place: tuple[Guest, Stick],
) -> None:
    """On the disk that holds its folder."""
    guest, _ = place
    assert ask(guest, "weir-analysis")["shortage"] == ""

    guest.shell(f"mount -t tmpfs -o size=5m tmpfs {HOUSE}/working")

    assert "are free for working/" in ask(guest, "weir-analysis")["shortage"]
    guest.run("umount", f"{HOUSE}/working")
