"""Asks a Raspberry Pi about its heat, its power and its services."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Optional

from capture import health
from capture.systemtools import answer

ORIGINAL_SERVICE = "local_video_capture.service"
_HOTTEST_C = 80.0  # above it the firmware slows the Pi down
_UNDER_VOLTAGE_NOW, _UNDER_VOLTAGE_SINCE_BOOT = 0x1, 0x10000
_SYSTEMD = Path("/run/systemd/system")


def temperature_c() -> Optional[float]:
    """Ask for the processor's temperature.

    Returns:
        Degrees Celsius; None if nothing tells the temperature.
    """
    match = re.search(r"temp=([\d.]+)", _told("vcgencmd", "measure_temp"))
    return float(match[1]) if match else health.temperature_c()


def throttled() -> Optional[int]:
    """Ask for the firmware's flags of under-voltage and heat.

    Returns:
        The flags; None if nothing tells them.
    """
    match = re.search(r"throttled=(0x[\da-fA-F]+)", _told("vcgencmd", "get_throttled"))
    return int(match[1], 16) if match else health.throttled()


def too_hot(celsius: float) -> bool:
    """Whether the firmware slows the processor down at this temperature."""
    return celsius >= _HOTTEST_C


def under_voltage(flags: int) -> str:
    """Say in words what the flags tell of the power supply.

    Returns:
        An empty text if the supply is good.
    """
    if flags & _UNDER_VOLTAGE_NOW:
        return "under-voltage now: a stronger supply, or a shorter cable"
    if flags & _UNDER_VOLTAGE_SINCE_BOOT:
        return "there was under-voltage since boot: a stronger supply, shorter cable"
    return ""


def tells() -> bool:
    """Whether there is a ``vcgencmd``, which should tell of heat and power."""
    return shutil.which("vcgencmd") is not None


def service_is_active(name: str) -> Optional[bool]:
    """Whether systemd runs a service; None if systemd does not answer."""
    state = _told("systemctl", "is-active", name).strip()
    if state:
        return state == "active"
    return None if _SYSTEMD.is_dir() else False


def _told(*command: str) -> str:
    return answer(*command, even_if_it_fails=True) or ""
