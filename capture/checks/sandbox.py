"""Runs ``check`` in the sandbox of the daemon's unit, to see what the daemon sees.

Root starts it there with systemd-run, as a transient unit with the same user, groups,
folders, devices and system calls. For anybody else it runs outside, and says so.
"""

from __future__ import annotations

import json
import os
import pwd
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Optional

from capture.checks.holders import Holders, holders
from capture.finding import Finding
from capture.systemtools import answer
from weir import tomlfile

UNIT = "weir-capture.service"
_INSIDE = "WEIR_CHECK_INSIDE"  # what root found out before it went in
# Settings of starting, watching and ending do not change what the daemon sees.
_LIFE = (
    *("Exec", "Type", "Restart", "Watchdog", "Timeout", "Notify", "Kill", "Standard"),
    *("Syslog", "Log", "RemoveIPC", "RemainAfterExit", "Success", "OOMPolicy"),
)


@dataclass(frozen=True)
class Eyes:
    """The place from which ``check`` looks: the daemon's sandbox, or outside it.

    Attributes:
        finding: the line that says so.
        holders: who holds the camera, as far as can be seen from there.
    """

    finding: Finding
    holders: Holders


@dataclass(frozen=True)
class Unit:
    """What the daemon's unit says.

    Attributes:
        program: the daemon's program.
        config: the config file that it is given; None if it is given none.
        properties: user and sandbox, as ``Key=value``.
    """

    program: str
    config: Optional[Path]
    properties: tuple[str, ...]


def read_unit() -> Optional[Unit]:
    """Read the daemon's unit with its drop-ins.

    Returns:
        The unit; None if it is not installed.
    """
    text = answer("systemctl", "cat", UNIT)
    if text is None:
        return None
    settings = list(_service_settings(text))
    starts = [value for key, value in settings if key == "ExecStart" and value]
    words = shlex.split(starts[-1]) if starts else []
    if not words:
        return None
    given = words[words.index("--config") + 1 :] if "--config" in words else []
    return Unit(
        program=words[0].lstrip("-@:+!"),
        config=Path(given[0]) if given else None,
        properties=tuple(
            f"{key}={value}" for key, value in settings if not key.startswith(_LIFE)
        ),
    )


def _service_settings(text: str) -> Iterator[tuple[str, str]]:
    """Yield the settings of a unit's section [Service], in order."""
    section = ""
    for line in text.replace("\\\n", " ").splitlines():
        line = line.strip()
        if line.startswith("["):
            section = line
        elif section == "[Service]" and "=" in line and line[0] not in "#;":
            key, _, value = line.partition("=")
            yield key.strip(), value.strip()


def inside(unit: Unit, arguments: Sequence[str]) -> Optional[int]:
    """Run ``check`` in the unit's sandbox, with this terminal.

    Args:
        unit: the daemon's unit.
        arguments: those of the command line, after the program's name.

    Returns:
        The exit code; None if systemd refuses the sandbox.
    """
    properties = [part for value in unit.properties for part in ("-p", value)]
    run = ["systemd-run", "--quiet", "--collect", "--wait", "--pipe", *properties]
    if answer(*run, "--", shutil.which("true") or "/bin/true") is None:
        return None
    seen = json.dumps({"unit": UNIT, **asdict(holders())})
    command = [*run, f"--setenv={_INSIDE}={seen}", "--", unit.program, *arguments]
    return subprocess.run(command, check=False).returncode


def is_inside() -> bool:
    """Whether this process was started by ``inside``."""
    return _INSIDE in os.environ


def may_go_in(unit: Optional[Unit], config: Path) -> bool:
    """Whether this process may start itself in the sandbox of its config's unit."""
    return (
        unit is not None
        and os.geteuid() == 0
        and not tomlfile.is_checkout()
        and unit.config is not None
        and unit.config.resolve() == config.resolve()
    )


def eyes(unit: Optional[Unit]) -> Eyes:
    """Say whether this process looks from the sandbox, and who holds the camera."""
    if is_inside():
        seen = json.loads(os.environ[_INSIDE])
        words = f"eyes: the daemon's; this runs in the sandbox of {seen['unit']}"
        found = Holders(tuple(seen["names"]), seen["all_seen"])
        return Eyes(Finding(True, words), found)
    mine = f"eyes: those of the user {_user()}"
    if unit is None or tomlfile.is_checkout():
        return Eyes(Finding(True, f"{mine}, in no sandbox"), holders())
    mine += f", outside of the sandbox of {UNIT}"
    if os.geteuid() == 0:
        why = f"it reads {unit.config}, or systemd-run does not take its settings"
    else:
        why = "for the daemon's own: sudo weir-capture check"
    return Eyes(Finding(None, f"{mine}; {why}"), holders())


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
