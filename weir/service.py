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
from weir.printable import printable

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_PR_SET_PDEATHSIG = 1
_LOCKS = Path("/proc/locks")
_OOM_SCORE = Path("/proc/self/oom_score_adj")


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

    @property
    def is_supervised(self) -> bool:
        """Whether systemd runs it, and starts it anew when it ends."""
        return bool(os.environ.get("NOTIFY_SOCKET"))

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
            notify("STATUS=" + printable(" ".join(text.splitlines())))

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
            sock.sendto(state.encode("utf-8", "replace"), address)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a lock file, which names the process, for as long as the block runs.

    The kernel drops the lock with the process, however that ends. Whoever may read a
    file may lock it, so this one is its owner's alone.

    Raises:
        ServiceError: another process holds it; the text names it.
        OSError: it cannot be made, or something else than a file has the name.
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
    """Open a lock file that nobody else can open; it is made where there is none.

    Returns:
        Its descriptor.

    Raises:
        OSError: it cannot be opened, or is a link.
    """
    descriptor = plain.descriptor(lock, os.O_RDWR | os.O_CREAT, 0o600)
    if stat.S_IMODE(os.fstat(descriptor).st_mode) != 0o600:  # else it wears out a card
        with contextlib.suppress(OSError):  # a FAT knows no modes; the mount has one
            os.fchmod(descriptor, 0o600)
    return descriptor


def holder_of(lock: Path) -> Optional[int]:
    """Find the process that holds a lock file.

    The kernel's own list is asked, so that it can be told by those who may not open the
    file, and trying the lock does not, for a moment, hold it.

    Returns:
        Its number; None when nobody does.
    """
    try:
        facts = lock.stat()
        held = _LOCKS.read_text("utf-8")
    except (OSError, ValueError):
        return None
    # proc_locks(5): 1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF
    # The device is not always the one that stat(2) tells; the file's owner is.
    line = re.compile(rf"\d+: FLOCK .* WRITE (\d+) \w+:\w+:{facts.st_ino} ")
    found = [int(match[1]) for match in map(line.match, held.splitlines()) if match]
    owners = (facts.st_uid, None)  # None: a system that hides others' processes
    return next((each for each in found if owner_of(each) in owners), None)


def owner_of(process: int) -> Optional[int]:
    """Whose process it is; None where it is over, or hidden because it is another's."""
    try:
        return Path(f"/proc/{process}").stat().st_uid
    except OSError:
        return None


def is_being_written(descriptor: int) -> bool:
    """Whether a process of this machine has a file open for writing.

    The kernel grants a read lease only where nobody writes (fcntl(2), F_SETLEASE).
    It tells the file's owner and root; others, and over a network, learn nothing and
    are told false.

    Args:
        descriptor: of the file, open for reading.
    """
    try:
        # Whoever opens it meanwhile waits, and we hear of it by this signal; one that
        # does nothing, where the usual one would end the process.
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

    The daemon decides when its workers stop; a terminal's interrupt reaches both. When
    the daemon is killed, the kernel kills the worker too (prctl(2), PR_SET_PDEATHSIG);
    strictly, when the thread ends that started the worker. When memory runs out, the
    kernel takes the worker first.

    Args:
        daemon: its process number. It may be gone before the kernel has been asked.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    with contextlib.suppress(OSError):
        _OOM_SCORE.write_text("1000", "ascii")
    if os.getppid() != daemon:
        os._exit(1)
