"""A service is stopped by signals, watched by systemd, and alone in its folder.

A signal handler only sets a flag, and wakes those who wait through a pipe: it takes no
lock that the program it interrupts may hold. systemd is told READY, STATUS, WATCHDOG
and STOPPING over its own socket (sd_notify(3)); without systemd these calls do nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import re
import select
import signal
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Optional

from weir import ServiceError, plain
from weir.clock import Clock, SystemClock
from weir.printable import printable

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_ONE_REQUEST_S = 0.5
"""Signals so close to the first are one request: timeout(1) sends its signal twice."""

_PR_SET_PDEATHSIG = 1
_LOCKS = Path("/proc/locks")
_OOM_SCORE = Path("/proc/self/oom_score_adj")


class StopFlag:
    """A request to stop, by a signal or by the program, that can be waited for."""

    def __init__(self) -> None:
        self.requested = False
        self._reader, self._writer = os.pipe()
        for descriptor in (self._reader, self._writer):
            os.set_blocking(descriptor, False)

    def request(self) -> None:
        """Ask the program to stop; safe in a signal handler, and twice."""
        self.requested = True
        with contextlib.suppress(OSError):
            os.write(self._writer, b"\0")

    def wait(self, seconds: float) -> bool:
        """Wait up to ``seconds`` for a request to stop.

        Returns:
            True if one came.
        """
        if not self.requested and seconds > 0:
            select.select([self._reader], [], [], seconds)
        return self.requested

    def close(self) -> None:
        """Close the pipe."""
        os.close(self._reader)
        os.close(self._writer)


class Service:
    """A running daemon's connection to systemd.

    Attributes:
        stopping: the flag that SIGTERM and SIGINT set.
    """

    def __init__(self, stopping: StopFlag) -> None:
        self.stopping = stopping
        self._status = ""

    @property
    def is_supervised(self) -> bool:
        """Whether systemd runs this daemon, and starts it again when it ends."""
        return bool(os.environ.get("NOTIFY_SOCKET"))

    def ready(self) -> None:
        """Tell systemd that the start is over."""
        notify("READY=1")

    def alive(self) -> None:
        """Tell systemd's watchdog that there was progress."""
        notify("WATCHDOG=1")

    def status(self, text: str) -> None:
        """Tell systemd in one line what the daemon is doing, if that has changed."""
        if text != self._status:
            self._status = text
            notify("STATUS=" + printable(" ".join(text.splitlines())))

    def more_time(self, seconds: float) -> None:
        """Ask systemd for more time for a long start or stop."""
        notify(f"EXTEND_TIMEOUT_USEC={int(seconds * 1e6)}")


@contextlib.contextmanager
def running(clock: Optional[Clock] = None) -> Iterator[Service]:
    """Run as a service: inside the block, SIGTERM and SIGINT ask it to stop.

    A second signal ends the process at once. That is safe, because whatever a kill
    interrupts is done again at the next start.
    """
    clock = clock or SystemClock()
    flag = StopFlag()
    asked_s = float("inf")

    def on_signal(number: int, _frame: Optional[FrameType]) -> None:
        nonlocal asked_s
        if clock.monotonic() - asked_s > _ONE_REQUEST_S:
            _die_of(number)
        asked_s = min(asked_s, clock.monotonic())
        flag.request()

    previous = {number: signal.signal(number, on_signal) for number in _STOP_SIGNALS}
    try:
        yield Service(flag)
    finally:
        notify("STOPPING=1")
        for number, handler in previous.items():
            signal.signal(number, handler)
        flag.close()


def _die_of(number: int) -> None:
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)


def notify(state: str) -> bool:
    """Send a state to systemd, and never raise.

    Returns:
        False if nobody listens.
    """
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    address = "\0" + address[1:] if address.startswith("@") else address
    try:
        datagrams = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC
        with socket.socket(socket.AF_UNIX, datagrams) as sock:
            sock.sendto(state.encode("utf-8", "replace"), address)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a lock file, which names this process, while the block runs.

    The kernel drops the lock when the process ends, however it ends. Everybody who may
    read a file may lock it, so only its owner may read this one.

    Raises:
        ServiceError: another process holds the lock; the text names it.
        OSError: it cannot be made, or the name is not that of a plain file.
    """
    with os.fdopen(open_lock(lock), "r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            holder = file.read().strip() or "unknown"
            raise ServiceError(
                f"{lock.parent}: process {holder} works here already; stop it first"
            ) from exc
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def open_lock(lock: Path) -> int:
    """Open a lock file that only its owner can open; make it if there is none.

    Returns:
        Its descriptor.

    Raises:
        OSError: it cannot be opened, or is a link.
    """
    descriptor = plain.descriptor(lock, os.O_RDWR | os.O_CREAT, 0o600)
    if (
        stat.S_IMODE(os.fstat(descriptor).st_mode) != 0o600
    ):  # only if needed: it wears a card
        with contextlib.suppress(OSError):  # FAT has no permissions of its own
            os.fchmod(descriptor, 0o600)
    return descriptor


def holder_of(lock: Path) -> Optional[int]:
    """Find the process that holds a lock file.

    This reads the kernel's list of locks. So it works for users who may not open the
    file, and never holds the lock itself, not even for a moment.

    Returns:
        The process number; None if nobody holds the lock.
    """
    try:
        facts = lock.stat()
        held = _LOCKS.read_text("utf-8")
    except (OSError, ValueError):
        return None
    # proc_locks(5): 1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF
    # The device there is not always that of stat(2), so the file's owner is compared.
    line = re.compile(rf"\d+: FLOCK .* WRITE (\d+) \w+:\w+:{facts.st_ino} ")
    found = [int(match[1]) for match in map(line.match, held.splitlines()) if match]
    owners = (facts.st_uid, None)  # None: this system hides the processes of others
    return next((each for each in found if owner_of(each) in owners), None)


def owner_of(process: int) -> Optional[int]:
    """Find the user that a process runs as.

    Returns:
        The user's number; None if the process has ended, or is hidden from us.
    """
    try:
        return Path(f"/proc/{process}").stat().st_uid
    except OSError:
        return None


def is_being_written(descriptor: int) -> bool:
    """Whether a process of this machine has a file open for writing.

    The kernel grants a read lease only if nobody writes (fcntl(2), F_SETLEASE). It does
    so for the file's owner and for root. For others, and on network drives, nothing can
    be found out, and the answer is False.

    Args:
        descriptor: that of the file, open for reading.
    """
    try:
        # If a process opens the file meanwhile, the kernel tells us by this signal,
        # which is ignored by default; the usual one would end this process.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def become_worker(daemon: int) -> None:
    """Make this process a daemon's worker: it ends with the daemon, not by Ctrl-C.

    A terminal's Ctrl-C reaches both, but the daemon decides when its workers stop. When
    the daemon is killed, the kernel kills the worker too (prctl(2), PR_SET_PDEATHSIG;
    strictly, when the thread that started the worker ends). When memory runs out, the
    kernel kills the worker first.

    Args:
        daemon: its process number. If it has ended already, this process ends at once.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with contextlib.suppress(OSError):
        _OOM_SCORE.write_text("1000", "ascii")
    if os.getppid() != daemon:
        os._exit(1)
