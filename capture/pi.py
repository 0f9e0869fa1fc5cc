"""What a Raspberry Pi tells of itself, and who else holds its camera."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

ORIGINAL_SERVICE = "local_video_capture.service"
_HOTTEST_C = 80.0  # above it the firmware slows the Pi down
_UNDER_VOLTAGE_NOW, _UNDER_VOLTAGE_SINCE_BOOT = 0x1, 0x10000
_CAMERA_DEVICE = re.compile(r"/dev/(vchiq|media\d+|video\d+)")
_TIMEOUT_S = 10


def temperature_c() -> Optional[float]:
    """The processor's temperature; None where ``vcgencmd`` does not tell."""
    match = re.search(r"temp=([\d.]+)", _output("vcgencmd", "measure_temp"))
    return float(match[1]) if match else None


def throttled() -> Optional[int]:
    """The firmware's flags of under-voltage and heat; None where it does not tell."""
    match = re.search(
        r"throttled=(0x[\da-fA-F]+)", _output("vcgencmd", "get_throttled")
    )
    return int(match[1], 16) if match else None


def too_hot(celsius: float) -> bool:
    """Whether the firmware slows the processor down at this temperature."""
    return celsius >= _HOTTEST_C


def under_voltage(flags: int) -> str:
    """What the flags say about the power supply; empty when it is good."""
    if flags & _UNDER_VOLTAGE_NOW:
        return "under-voltage now: a stronger supply, or a shorter cable"
    if flags & _UNDER_VOLTAGE_SINCE_BOOT:
        return "there was under-voltage since boot: a stronger supply, shorter cable"
    return ""


def service_is_active(name: str) -> bool:
    """Whether systemd runs a service; false without systemd."""
    return _output("systemctl", "is-active", name).strip() == "active"


def camera_holders() -> list[str]:
    """Other processes that have the camera's devices open, by name and number."""
    return sorted(set(_holders()))


def _holders() -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*"):
        if process.name == str(os.getpid()):
            continue
        try:
            held = [str(fd.readlink()) for fd in (process / "fd").iterdir()]
            name = (process / "comm").read_text("utf-8", "replace").strip()
        except OSError:
            continue  # it ended meanwhile, or is somebody else's
        if any(_CAMERA_DEVICE.fullmatch(path) for path in held):
            yield f"{name} ({process.name})"


def _output(program: str, *arguments: str) -> str:
    path = shutil.which(program)
    if path is None:
        return ""
    try:
        done = subprocess.run(
            [path, *arguments],
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout
