"""How the machine is: heat, power and memory, which explain failures months later.

All of it is read from kernel files that the service's sandbox leaves readable. The
firmware's program ``vcgencmd`` needs a device that the sandbox keeps back.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Callable, Optional, TypeVar

ROOT = Path("/")

_FLAGS = {
    0: "under-voltage now",
    1: "frequency capped now",
    2: "throttled now",
    3: "hot now",
    16: "under-voltage since boot",
    17: "frequency capped since boot",
    18: "throttled since boot",
    19: "hot since boot",
}
_T = TypeVar("_T")


def read(root: Path = ROOT) -> Mapping[str, Any]:
    """Read how the machine is.

    Returns:
        ``temperature_c``, ``flags`` (what the firmware says about power and heat; an
        empty list is good), ``free_memory_mb`` (10^6 bytes) and ``uptime_s``. Keys that
        the machine cannot tell are left out.
    """
    flags = throttled(root)
    facts = {
        "temperature_c": temperature_c(root),
        "flags": None if flags is None else words(flags),
        "free_memory_mb": _free_memory_mb(root),
        "uptime_s": _first(root, "proc/uptime", lambda t: round(float(t.split()[0]))),
    }
    return {name: fact for name, fact in facts.items() if fact is not None}


def temperature_c(root: Path = ROOT) -> Optional[float]:
    """Read the processor's temperature.

    Returns:
        Degrees Celsius; None if the machine does not tell it.
    """
    zone = "sys/class/thermal/thermal_zone0/temp"
    return _first(root, zone, lambda text: round(int(text) / 1000, 1))


def throttled(root: Path = ROOT) -> Optional[int]:
    """Read the firmware's flags of under-voltage and heat.

    Returns:
        The flags; None if the machine does not tell them.
    """
    # soc:firmware up to the Pi 4, soc@107c000000:firmware on the Pi 5
    pattern = "sys/devices/platform/soc*/*firmware/get_throttled"
    flags = _first(root, pattern, lambda text: int(text, 16))
    if flags is None:
        # The kernel's own watch over the supply; it knows of nothing else.
        flags = _first(root, "sys/class/hwmon/hwmon*/in0_lcrit_alarm", int)
    return flags


def words(flags: int) -> list[str]:
    """Say the firmware's flags in words."""
    return [word for bit, word in _FLAGS.items() if flags >> bit & 1]


def _free_memory_mb(root: Path) -> Optional[int]:
    def available(text: str) -> int:
        (line,) = (row for row in text.splitlines() if row.startswith("MemAvailable:"))
        return int(line.split()[1]) * 1024 // 1_000_000

    return _first(root, "proc/meminfo", available)


def _first(root: Path, pattern: str, parse: Callable[[str], _T]) -> Optional[_T]:
    """Parse the first readable file whose path fits a pattern.

    Returns:
        What ``parse`` returned; None if there is no such file.
    """
    with suppress(OSError):
        for file in sorted(root.glob(pattern)):
            with suppress(OSError, ValueError, IndexError):
                return parse(file.read_text("ascii").strip())
    return None
