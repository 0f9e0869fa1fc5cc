"""The time, passed in: what it is, whether it can be trusted, and waiting for it.

Moments are aware and in UTC; durations come from the monotonic clock, which a
correction of the wall clock does not touch. Nothing below the two ``__main__`` calls
``datetime.now`` or ``time.monotonic``: it is handed a ``Clock``. The simulated clock is
the shipped one of a simulated camera at ``pace = "fast"``, where a month takes minutes.
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
_TIME_ERROR = 5  # adjtimex(2): the clock is not synchronised
_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-9]{2})")
_TIMEX_BYTES = 512  # more than struct timex takes on any machine

TIMESYNC_WITNESS = Path("/run/systemd/timesync/synchronized")
"""systemd-timesyncd makes this file when it has set the clock (and not before)."""

RTC_FOLDER = Path("/sys/class/rtc")
_SAME_TIME_S = 10.0


class Stopping(Protocol):
    """Something that is asked to end, and can be waited for."""

    @property
    def requested(self) -> bool:
        """Whether the end has been asked for."""

    def wait(self, seconds: float) -> bool:
        """Wait until the end is asked for, at most so long; whether it was."""


class Clock(Protocol):
    """What time it is, and how to let it pass."""

    def now(self) -> datetime:
        """The wall clock's moment, aware, in UTC. It may jump."""

    def monotonic(self) -> float:
        """Seconds since some moment; it never jumps."""

    def synchronised(self) -> Optional[bool]:
        """Whether the wall clock has been set by something that knows the time.

        Returns:
            None where that cannot be asked, which is not the same as no.
        """

    def kept(self) -> bool:
        """Whether a clock with a battery has set the wall clock, and still agrees."""

    def wait(self, seconds: float, stopping: Stopping) -> bool:
        """Let so many seconds pass; earlier and true when the end is asked for."""


class SystemClock:
    """The machine's own clock.

    Args:
        witness: a file that exists once a time service has set the clock.
        kernel: what the kernel says of its clock.
        batteries: the folder of the clocks that have one.
    """

    def __init__(
        self,
        witness: Path = TIMESYNC_WITNESS,
        kernel: Optional[Callable[[], Optional[bool]]] = None,
        batteries: Path = RTC_FOLDER,
    ) -> None:
        self._witness = witness
        self._kernel = kernel or kernel_clock_synchronised
        self._batteries = batteries

    def now(self) -> datetime:  # noqa: D102
        return datetime.now(UTC)

    def monotonic(self) -> float:  # noqa: D102
        return time.monotonic()

    def synchronised(self) -> Optional[bool]:  # noqa: D102
        # The kernel takes its word back some hours after timesyncd has last heard of
        # its server; the clock is as right as it was.
        return True if _is_there(self._witness) else self._kernel()

    def kept(self) -> bool:  # noqa: D102
        # One whose battery is flat, or was never put in, starts in 1970 each time.
        seconds = _hardware_time(self._batteries)
        return seconds is not None and abs(time.time() - seconds) < _SAME_TIME_S

    def wait(self, seconds: float, stopping: Stopping) -> bool:  # noqa: D102
        return stopping.wait(seconds)


class SimulatedClock:
    """A clock that moves only when somebody waits, or when a camera films.

    Args:
        start: the moment it begins at, aware.
        synchronised: what it says of itself.
        kept: whether it has a battery.
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

    def now(self) -> datetime:  # noqa: D102
        return self._now

    def monotonic(self) -> float:  # noqa: D102
        return self._monotonic

    def synchronised(self) -> Optional[bool]:  # noqa: D102
        return self._synchronised

    def kept(self) -> bool:  # noqa: D102
        return self._kept

    def wait(self, seconds: float, stopping: Stopping) -> bool:  # noqa: D102
        if not stopping.requested:
            self.advance(seconds)
        return stopping.requested

    def advance(self, seconds: float) -> None:
        """Let so many seconds pass."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def step(self, moment: datetime, *, synchronised: Optional[bool]) -> None:
        """Set the wall clock, as a time server does; durations do not notice."""
        self._now = moment.astimezone(UTC)
        self._synchronised = synchronised


def kernel_clock_synchronised() -> Optional[bool]:
    """Ask the kernel whether a time service keeps its clock (adjtimex, read only).

    Returns:
        None where it may not be asked, as in a sandbox that forbids the call.
    """
    buffer = ctypes.create_string_buffer(_TIMEX_BYTES)
    try:
        state = int(ctypes.CDLL(None).adjtimex(buffer))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _TIME_ERROR


def _hardware_time(folder: Path) -> Optional[int]:
    """Seconds since 1970 by the hardware clock that the kernel took its time from."""
    for file in sorted(folder.glob("*/hctosys")):
        try:
            if file.read_text("ascii").strip() == "1":
                return int(file.with_name("since_epoch").read_text("ascii"))
        except (OSError, ValueError):
            continue
    return None


def _is_there(file: Path) -> bool:
    try:
        return file.exists()
    except OSError:
        return False  # who may not look learns nothing from it


def boot_id() -> str:
    """The kernel's name for this boot; empty where it does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def format_utc(moment: datetime) -> str:
    """Write a moment as ``2026-05-01T05:00:00Z``; parts of a second only if any."""
    text = moment.astimezone(UTC).replace(tzinfo=None)
    spec = "milliseconds" if text.microsecond else "seconds"
    return text.isoformat(timespec=spec) + "Z"


def parse_utc(text: str) -> datetime:
    """Read what ``format_utc`` writes.

    Raises:
        ContractError: the text is no ISO 8601 moment, or does not say its zone.
    """
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as exc:
        raise ContractError(f"{text!r} is no time like 2026-05-01T05:00:00Z") from exc
    raise ContractError(f"{text!r} does not say its zone; a UTC time ends in Z")


def format_offset(local: datetime) -> str:
    """The zone offset of an aware local time, as ``+02:00``."""
    offset = local.utcoffset() or timedelta()
    sign, minutes = ("-", -offset) if offset < timedelta() else ("+", offset)
    total = int(minutes.total_seconds() // 60)
    return f"{sign}{total // 60:02d}:{total % 60:02d}"


def parse_offset(text: str) -> timezone:
    """Read ``+02:00`` as a fixed zone.

    Raises:
        ContractError: it is not such an offset.
    """
    match = _OFFSET.fullmatch(text)
    try:
        if match:
            delta = timedelta(hours=int(match[2]), minutes=int(match[3]))
            return timezone(-delta if match[1] == "-" else delta)
    except ValueError:
        pass  # a day or more
    raise ContractError(f"{text!r} is no zone offset like +02:00")
