"""How a daemon lives: it is started, told to stop, watched, and alone.

Signal handlers only take a note; whoever waits is woken through a pipe, so that there
is no lock that a handler could meet half-way. systemd hears READY, STATUS, WATCHDOG and
STOPPING over its own socket (sd_notify(3)); without systemd the calls do nothing.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import select
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Optional

from weir import ServiceError

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_PR_SET_PDEATHSIG = 1


class StopFlag:
    """Raised once, by a signal or by the program; can be waited for."""

    def __init__(self) -> None:
        self.requested = False
        self._reader, self._writer = os.pipe()
        for descriptor in (self._reader, self._writer):
            os.set_blocking(descriptor, False)

    def request(self) -> None:
        """Ask for the end; safe in a signal handler, and twice."""
        self.requested = True
        with contextlib.suppress(OSError):
            os.write(self._writer, b"\0")

    def wait(self, seconds: float) -> bool:
        """Wait until the end is asked for, at most so long; whether it was."""
        if not self.requested and seconds > 0:
            select.select([self._reader], [], [], seconds)
        return self.requested

    def close(self) -> None:
        """Give the pipe back."""
        os.close(self._reader)
        os.close(self._writer)


class Service:
    """What a running daemon tells systemd, and what it is told.

    Attributes:
        stopping: raised by SIGTERM and SIGINT.
    """

    def __init__(self, stopping: StopFlag) -> None:
        self.stopping = stopping
        self._status = ""

    def ready(self) -> None:
        """Say that start-up is over."""
        notify("READY=1")

    def alive(self) -> None:
        """Feed the watchdog; called only where there was progress."""
        notify("WATCHDOG=1")

    def status(self, text: str) -> None:
        """Say in one line what it is doing now; only changes go out."""
        if text != self._status:
            self._status = text
            notify(f"STATUS={text}")

    def more_time(self, seconds: float) -> None:
        """Ask systemd to bear with a long start or stop."""
        notify(f"EXTEND_TIMEOUT_USEC={int(seconds * 1e6)}")


@contextlib.contextmanager
def running() -> Iterator[Service]:
    """Live as a service: signals ask for the end until the block is left."""
    flag = StopFlag()

    def on_signal(_number: int, _frame: Optional[FrameType]) -> None:
        flag.request()

    previous = {number: signal.signal(number, on_signal) for number in _STOP_SIGNALS}
    try:
        yield Service(flag)
    finally:
        notify("STOPPING=1")
        for number, handler in previous.items():
            signal.signal(number, handler)
        flag.close()


def notify(state: str) -> bool:
    """Tell systemd a state; false where nobody listens. It never raises."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    address = "\0" + address[1:] if address.startswith("@") else address
    try:
        kind = socket.SOCK_DGRAM | socket.SOCK_CLOEXEC
        with socket.socket(socket.AF_UNIX, kind) as sock:
            sock.sendto(state.encode("utf-8"), address)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a lock file, which names the process, for as long as the block runs.

    The kernel drops the lock with the process, however that ends.

    Raises:
        ServiceError: another process holds it; the text names it.
    """
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            raise ServiceError(
                f"{lock.parent}: process {holder} works here already; stop it first"
            ) from exc
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def holder_of(lock: Path) -> Optional[int]:
    """The process that holds a lock file; None when nobody does."""
    try:
        with lock.open("r") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                return int(file.read().strip() or "0")
    except (OSError, ValueError):
        return None
    return None


def become_worker() -> None:
    """Make this process a daemon's worker: it ends with the daemon, not by Ctrl-C.

    The daemon decides when its workers stop; a terminal's interrupt reaches both. When
    the daemon is killed, the kernel kills the worker too (prctl(2), PR_SET_PDEATHSIG).
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
