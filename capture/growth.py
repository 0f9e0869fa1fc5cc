"""Watches the daemon's memory, so that a leak ends it between two clips.

The camera libraries have leaked before. systemd's MemoryMax does nothing where the
kernel's memory controller is off, as on Raspberry Pi OS. Without this file the kernel
would end whatever process it chooses, in the middle of a clip.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Callable

from capture.events import DAEMON_GREW
from weir.journal import tell

LEAST_LIFE_S = 600.0
"""A younger daemon is left alone: a new one would not be smaller."""

RESTART_TAKES = timedelta(seconds=90)
"""A daemon that ends for a good reason does so at least so long before a slot."""

_LEAST_LEAK, _LEAK_SHARE = 64 << 20, 0.15  # bytes, and of the machine's memory
_URGENT = 2  # a leak this many times as large does not wait for a gap
_UNPROTECTED = "500"  # of 1000: the kernel ends us before other processes
_STATUS, _MEMORY = Path("/proc/self/status"), Path("/proc/meminfo")
_OOM_SCORE = Path("/proc/self/oom_score_adj")

logger = logging.getLogger(__name__)


class Growth:
    """How much larger the process is than after its first clip.

    Args:
        size: returns the present size of the process, in bytes.
        memory: the machine's memory, in bytes.
        born: when the process began, on the monotonic clock.
        oom_score: the kernel's file that says which process is ended first.

    Attributes:
        leaks: whether the process has grown so much that it should be started anew.
        is_urgent: whether that cannot wait for a gap between two slots.
    """

    def __init__(
        self,
        size: Callable[[], int],
        memory: int,
        born: float,
        oom_score: Path = _OOM_SCORE,
    ) -> None:
        self._size = size
        self._leak = max(_LEAST_LEAK, int(_LEAK_SHARE * memory))
        self._born = born
        self._oom_score = oom_score
        self._first = 0
        self.leaks = self.is_urgent = False

    @classmethod
    def of_this_process(cls, born: float) -> Growth:
        """Watch this process on this machine."""
        return cls(process_bytes, _kilobytes(_MEMORY, "MemTotal"), born)

    def clip_ended(self) -> None:
        """Remember the size after the first clip: so much the process needs."""
        self._first = self._first or self._size()

    def look(self, now: float) -> None:
        """Measure the process, and log a leak once.

        Args:
            now: the time on the monotonic clock.
        """
        grown = self._size() - self._first
        if not self._first or now - self._born < LEAST_LIFE_S or grown < self._leak:
            return
        self.is_urgent = grown >= _URGENT * self._leak
        if not self.leaks:
            self.leaks = True
            megabytes = (self._first + grown) >> 20
            tell(logger, DAEMON_GREW, size_mb=megabytes, grown_mb=grown >> 20)
            # The unit protects the daemon, but a leak must not outlive all else.
            with suppress(OSError):
                self._oom_score.write_text(_UNPROTECTED, "ascii")

    def must_restart(self, gap: timedelta) -> bool:
        """Whether the process has to end now, between two clips, to be started anew.

        Args:
            gap: the time to the next slot.
        """
        return self.leaks and (self.is_urgent or gap >= RESTART_TAKES)


def process_bytes() -> int:
    """Read the size of this process, including what was swapped out."""
    return _kilobytes(_STATUS, "VmRSS") + _kilobytes(_STATUS, "VmSwap")


def _kilobytes(file: Path, name: str) -> int:
    """Read a line like ``Name:   123 kB`` of a kernel file.

    Returns:
        Bytes; 0 if there is no such line.
    """
    with suppress(OSError, ValueError, IndexError):
        for line in file.read_text("ascii").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) * 1024
    return 0
