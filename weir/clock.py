"""Clocks: they tell the time, whether it can be trusted, and they wait.

Moments are aware and in UTC. Durations come from the monotonic clock, which does not
change when the wall clock is corrected. Only the two ``__main__`` choose a clock; all
other code is handed one and never calls ``datetime.now`` or ``time.monotonic``. The
simulated clock runs with a simulated camera at ``pace = "fast"``, where a month takes
minutes.
"""

from __future__ import annotations

import ctypes
import re
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Callable, Optional, Protocol

from weir import ContractError

UTC = timezone.utc
_TIME_ERROR = 5  # what adjtimex(2) returns for a clock that is not synchronised
_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-9]{2})")
_TIMEX_BYTES = 512  # more than struct timex takes on any machine

TIMESYNC_WITNESS = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd makes this file when it has set the clock (and not before)."""

RTC_FOLDER = Path("/sys/class/rtc")
_SAME_TIME_S = 10.0


class Stopping(Protocol):
    """A request to stop, which a program can wait for."""

    @property
    def requested(self) -> bool:
        """Whether somebody has asked the program to stop."""

    def wait(self, seconds: float) -> bool:
        """Wait up to ``seconds`` for a request to stop.

        Returns:
            True if one came.
        """


class Clock(Protocol):
    """Tells the time, and waits."""

    def now(self) -> datetime:
        """Return the wall clock's time, aware, in UTC; it may jump."""

    def monotonic(self) -> float:
        """Return seconds since some fixed moment; this clock never jumps."""

    def synchronised(self) -> Optional[bool]:
        """Whether a time service has set the wall clock.

        Returns:
            None if this cannot be found out, which is not the same as False.
        """

    def kept(self) -> bool:
        """Whether a clock with a battery set the wall clock, and agrees with it."""

    def wait(self, seconds: float, stopping: Stopping) -> bool:
        """Wait so many seconds, or until there is a request to stop.

        Returns:
            True if there was one.
        """


class SystemClock:
    """The machine's own clock.

    Args:
        witness: a file that exists once a time service has set the clock.
        kernel: asks the kernel whether its clock is synchronised.
        batteries: the folder in which the kernel lists the clocks with a battery.
    """

    def __init__(
        self,
        witness: Path = TIMESYNC_WITNESS,
        kernel: Optional[Callable[[], Optional[bool]]] = None,
        batteries: Path = RTC_FOLDER,
    ) -> None:
        self._mark = _Mark(witness)
        self._kernel = kernel or kernel_clock_synchronised
        self._batteries = batteries

    def now(self) -> datetime:  # noqa: D102 - said where the interface is
        return datetime.now(UTC)

    def monotonic(self) -> float:  # noqa: D102 - said where the interface is
        return time.monotonic()

    def synchronised(self) -> Optional[bool]:  # noqa: D102 - said where the interface is
        # Some hours after timesyncd last heard from its server, the kernel calls the
        # clock unsynchronised again, though it is still right.
        mark = self._mark.holds(self.now().timestamp(), self.monotonic())
        return True if mark else self._kernel()

    def kept(self) -> bool:  # noqa: D102 - said where the interface is
        # A clock without a working battery starts in 1970 each time.
        seconds = _hardware_time(self._batteries)
        return seconds is not None and abs(time.time() - seconds) < _SAME_TIME_S

    def wait(self, seconds: float, stopping: Stopping) -> bool:  # noqa: D102 - said where the interface is
        return stopping.wait(seconds)


class _Mark:
    """The file that timesyncd touches whenever it has set the clock.

    A person who sets the clock later in the same boot does not touch it.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._touched: Optional[float] = None
        self._void: Optional[float] = None
        self._offset_s: Optional[float] = None

    def holds(self, now_s: float, uptime_s: float) -> bool:
        """Whether nobody else has set the clock since then, as far as can be seen.

        A clock that was set back is earlier than the file's time. A clock that was set
        ahead is noticed by its jump between two calls.
        """
        offset_s, before = now_s - uptime_s, self._offset_s
        self._offset_s = offset_s
        try:
            touched = self._file.stat().st_mtime
        except OSError:
            return False  # the file is missing, or may not be read
        stepped = before is not None and abs(offset_s - before) >= _SAME_TIME_S
        if stepped and touched == self._touched:
            self._void = touched
        self._touched = touched
        return touched != self._void and touched < now_s + _SAME_TIME_S


class SimulatedClock:
    """A clock that only moves when a program waits or a simulated camera films.

    Args:
        start: its first time, aware.
        synchronised: what ``synchronised()`` returns.
        kept: what ``kept()`` returns.
    """

    def __init__(
        self,
        start: datetime,
        *,
        synchronised: Optional[bool] = True,
        kept: bool = False,
    ) -> None:
        self._kept = kept
        self._now = start.astimezone(UTC)
        self._monotonic = 0.0
        self._synchronised = synchronised

    def now(self) -> datetime:  # noqa: D102 - said where the interface is
        return self._now

    def monotonic(self) -> float:  # noqa: D102 - said where the interface is
        return self._monotonic

    def synchronised(self) -> Optional[bool]:  # noqa: D102 - said where the interface is
        return self._synchronised

    def kept(self) -> bool:  # noqa: D102 - said where the interface is
        return self._kept

    def wait(self, seconds: float, stopping: Stopping) -> bool:  # noqa: D102 - said where the interface is
        if not stopping.requested:
            self.advance(seconds)
        return stopping.requested

    def advance(self, seconds: float) -> None:
        """Move the clock forward by so many seconds."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def step(self, moment: datetime, *, synchronised: Optional[bool]) -> None:
        """Set the wall clock, as a time service does; ``monotonic()`` goes on."""
        self._now = moment.astimezone(UTC)
        self._synchronised = synchronised


def kernel_clock_synchronised() -> Optional[bool]:
    """Ask the kernel whether its clock is synchronised (adjtimex(2), read only).

    Returns:
        None if the call is forbidden, as it is in some sandboxes.
    """
    buffer = ctypes.create_string_buffer(_TIMEX_BYTES)
    try:
        state = int(ctypes.CDLL(None).adjtimex(buffer))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _TIME_ERROR


def _hardware_time(folder: Path) -> Optional[int]:
    """Read the hardware clock that the kernel took its time from at boot.

    Returns:
        Seconds since 1970; None if there was no such clock.
    """
    for file in sorted(folder.glob("*/hctosys")):
        try:
            if file.read_text("ascii").strip() == "1":
                return int(file.with_name("since_epoch").read_text("ascii"))
        except (OSError, ValueError):
            continue
    return None


def boot_id() -> str:
    """Return the kernel's name for this boot.

    Returns:
        An empty text if the kernel gives boots no name.
    """
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def format_utc(moment: datetime) -> str:
    """Write a moment as ``2026-05-01T05:00:00Z``, with milliseconds only if any."""
    text = moment.astimezone(UTC).replace(tzinfo=None)
    spec = "milliseconds" if text.microsecond else "seconds"
    return text.isoformat(timespec=spec) + "Z"


def parse_utc(text: str) -> datetime:
    """Read what ``format_utc`` writes.

    Raises:
        ContractError: the text is no ISO 8601 time, or has no zone.
    """
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise ContractError(f"{text!r} is no time like 2026-05-01T05:00:00Z") from exc
    raise ContractError(f"{text!r} does not say its zone; a UTC time ends in Z")


def format_offset(local: datetime) -> str:
    """Write the zone offset of an aware local time, as ``+02:00``."""
    offset = local.utcoffset() or timedelta()
    sign, minutes = ("-", -offset) if offset < timedelta() else ("+", offset)
    total = int(minutes.total_seconds() // 60)
    return f"{sign}{total // 60:02d}:{total % 60:02d}"


def parse_offset(text: str) -> timezone:
    """Read ``+02:00`` as a fixed zone.

    Raises:
        ContractError: the text is no such offset.
    """
    match = _OFFSET.fullmatch(text)
    try:
        if match:
            delta = timedelta(hours=int(match[2]), minutes=int(match[3]))
            return timezone(-delta if match[1] == "-" else delta)
    except ValueError:
        pass  # a day or more
    raise ContractError(f"{text!r} is no zone offset like +02:00")
