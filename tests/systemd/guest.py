"""A real systemd as PID 1 of namespaces of its own, over this machine's own files.

It boots in half a second. What it writes goes to a folder, its disk, which lasts from
boot to boot; a disk can be laid over another one's, which then does not change.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Optional

HERE = Path(__file__).parent
SYSTEMD = Path("/lib/systemd/systemd")
_NAMESPACES = ("--pid", "--mount", "--uts", "--ipc", "--cgroup", "--net")
# A cgroup namespace begins at the group that one is in when it is made. And a guest
# ends with the tests, however they end.
_ENTER = 'echo 0 >"$0/cgroup.procs"; exec setpriv --pdeathsig KILL "$@"'
_IN_CGROUP = ("sh", "-euc", _ENTER)
_POWER_OFF = signal.SIGRTMIN + 4  # systemd(1): start poweroff.target
BOOT_S, DOWN_S, WAIT_S = 60, 90, 45


def why_not() -> str:
    """Why no guest can be booted here; empty when one can."""
    if os.geteuid():
        return "needs root, to boot a systemd of its own"
    needed = ("unshare", "nsenter", "losetup", "mkfs.ext4", "udevadm", "setpriv")
    missing = [name for name in needed if shutil.which(name) is None]
    if missing or not SYSTEMD.exists():
        return f"needs systemd with udev, and {', '.join(missing) or 'its tools'}"
    return "" if cgroups() else "needs a mounted cgroup2 hierarchy"


def cgroups() -> Optional[Path]:
    """Where cgroup2 is mounted."""
    for line in Path("/proc/self/mountinfo").read_text("utf-8").splitlines():
        if " - cgroup2 " in line:
            return Path(line.split()[4])
    return None


class Guest:
    """A machine that can be switched on and off.

    Args:
        disk: a folder of its own; kept when the guest is off.
        base: the disk of a guest that is off, shown below this one.
    """

    def __init__(self, disk: Path, base: Optional[Path] = None) -> None:
        self.disk = disk
        self._base = [str(base)] if base else []
        self._cgroup = (cgroups() or Path()) / f"weir-{os.getpid()}-{disk.name}"
        self._process: Optional[subprocess.Popen[bytes]] = None
        disk.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Guest:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def path(self, inside: str) -> Path:
        """A guest's file as seen from outside, while it runs."""
        return Path(f"/proc/{self._leader()}/root{inside}")

    def boot(self) -> None:
        """Switch on; wait until all of it is started."""
        self._cgroup.mkdir(exist_ok=True)
        unshare = ["unshare", "--fork", "--kill-child=KILL", "--propagation=private"]
        script = [str(HERE / "root.sh"), str(self.disk), *self._base]
        with (self.disk / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                [*_IN_CGROUP, str(self._cgroup), *unshare, *_NAMESPACES, *script],
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                start_new_session=True,
            )
        self.until(self._is_up, "the guest's systemd", BOOT_S)

    def _is_up(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self.disk / "console.log").read_text()
        if not self._leader():
            return False
        state = self.run("systemctl", "is-system-running", check=False).strip()
        return state in ("running", "degraded")

    def _leader(self) -> str:
        """The guest's PID 1, as it is called outside; empty when it is off."""
        if self._process is None:
            return ""
        parent = self._process.pid
        try:
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
            name = Path(f"/proc/{children.split()[0]}/comm").read_text().strip()
        except (OSError, IndexError):
            return ""
        return children.split()[0] if name == "systemd" else ""

    def shut_down(self) -> None:
        """Switch off as one should."""
        leader = self._leader()
        assert leader and self._process
        os.kill(int(leader), _POWER_OFF)
        self._process.wait(DOWN_S)
        self._forget()

    def kill(self) -> None:
        """Pull the plug."""
        if self._process is None:
            return
        leader = self._leader()
        if leader:
            os.kill(int(leader), signal.SIGKILL)
        self._process.kill()
        self._process.wait(DOWN_S)
        self._forget()

    def _forget(self) -> None:
        self._process = None
        end = time.monotonic() + 10
        while self._cgroup.exists() and time.monotonic() < end:
            for folder, _, _ in os.walk(self._cgroup, topdown=False):
                try:
                    Path(folder).rmdir()
                except OSError:
                    time.sleep(0.05)

    def run(
        self, *command: str, user: str = "", check: bool = True, timeout: float = 60
    ) -> str:
        """Run a command inside; what it printed."""
        enter = ["nsenter", "-t", self._leader(), "-a", "env", "-i"]
        as_user = ["runuser", "-u", user, "--"] if user else []
        done = subprocess.run(
            [*enter, *_ENVIRONMENT, *as_user, *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert not check or done.returncode == 0, f"{command}:\n{done.stdout}"
        return done.stdout

    def shell(self, script: str, **options: Any) -> str:
        """Run a shell's script inside; what it printed."""
        return self.run("sh", "-euc", script, **options)

    def drop_in(self, unit: str, text: str, section: str = "") -> None:
        """Change a unit, a service if its kind is not named, as ``systemctl edit``."""
        unit = unit if "." in unit else f"{unit}.service"
        section = section or unit.rpartition(".")[2].capitalize()
        folder = self.path(f"/etc/systemd/system/{unit}.d")
        folder.mkdir(exist_ok=True)
        (folder / f"{len(list(folder.iterdir()))}.conf").write_text(
            f"[{section}]\n{text}\n"
        )
        self.run("systemctl", "daemon-reload")

    def property(self, unit: str, name: str) -> str:
        """One of a unit's properties, as ``systemctl show`` has it."""
        return self.run("systemctl", "show", "-P", name, unit).strip()

    def journal(self, unit: str, event: str = "") -> list[dict[str, Any]]:
        """A unit's entries of all boots; only those of an event, when one is named."""
        fields = [f"WEIR_EVENT={event}"] if event else []
        lines = self.run(
            "journalctl", "-q", "-o", "json", "--no-pager", "-u", unit, *fields
        )
        return [json.loads(line) for line in lines.splitlines()]

    def until(
        self,
        condition: Callable[[], Any],
        what: str,
        seconds: float = WAIT_S,
        every: float = 0.1,
    ) -> Any:
        """Wait for a condition; what it gave. Fails with the journal's end."""
        end = time.monotonic() + seconds
        while not (value := condition()):
            if time.monotonic() > end:
                raise AssertionError(f"{what} did not come:\n{self._story()}")
            time.sleep(every)
        return value

    def until_event(
        self, unit: str, event: str, number: int = 1, seconds: float = WAIT_S
    ) -> dict[str, Any]:
        """Wait until a unit has told an event so many times; the last of them."""

        def told() -> Any:
            return self.journal(unit, event)[number - 1 :]

        what = f"{unit}'s {event} number {number}"
        return dict(self.until(told, what, seconds)[-1])

    def until_property(self, unit: str, name: str, value: str) -> None:
        """Wait until a unit's property has a value."""
        self.until(
            lambda: self.property(unit, name) == value, f"{unit}'s {name}={value}"
        )

    def _story(self) -> str:
        if not self._leader():
            return (self.disk / "console.log").read_text()
        return self.run("journalctl", "-n", "60", "--no-pager", "-q", check=False)


_ENVIRONMENT = (
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG=C.UTF-8",
    "HOME=/root",
)
