"""How a daemon lives: signals, systemd's socket, its lock, its workers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Optional

import pytest

from tests.analysis.installation import is_running, wait_until
from weir import ServiceError
from weir.clock import SimulatedClock
from weir.service import (
    Service,
    StopFlag,
    alone,
    holder_of,
    is_being_written,
    notify,
    running,
)

NOW = datetime(2026, 5, 1, tzinfo=timezone.utc)
HOLD = """
import sys
from pathlib import Path
from weir.service import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
PARENT = """
import os, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", '''
import os, sys, time
from weir.service import become_worker
become_worker(int(sys.argv[1]))
print(os.getpid(), open("/proc/self/oom_score_adj").read().strip(), flush=True)
time.sleep(600)
''', str(os.getpid())])
child.wait()
"""


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A socket where systemd would listen."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(str(tmp_path / "notify"))
        sock.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield sock


def test_a_signal_that_comes_twice_at_once_asks_once() -> None:
    """``timeout`` signals a program, and then the program's group."""
    with running(SimulatedClock(NOW)) as life:
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGTERM)

        assert life.stopping.wait(5)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_asks_for_the_end(number: int) -> None:
    """Whoever waits is woken, and the handlers are put back."""
    before = signal.getsignal(number)
    with running() as service:
        begun = time.monotonic()
        threading.Timer(0.05, os.kill, (os.getpid(), number)).start()

        assert service.stopping.wait(20)
        assert service.stopping.requested
    assert time.monotonic() - begun < 10
    assert signal.getsignal(number) == before


def test_a_wait_ends_in_time() -> None:
    """When nobody asks."""
    flag = StopFlag()

    assert flag.wait(0.01) is False
    flag.request()
    flag.request()
    assert flag.wait(60) is True
    flag.close()


def test_systemd_hears_the_states(systemd: socket.socket) -> None:
    """In its own words; a status goes out when it changes."""
    service = Service(StopFlag())
    service.ready()
    service.status("idle")
    service.status("idle")
    service.alive()
    service.more_time(1.5)

    assert [systemd.recv(100) for _ in range(4)] == [
        *(b"READY=1", b"STATUS=idle", b"WATCHDOG=1"),
        b"EXTEND_TIMEOUT_USEC=1500000",
    ]
    service.stopping.close()


def test_a_status_is_one_line_of_text(systemd: socket.socket) -> None:
    """A file's name can hold newlines, which would be orders to systemd."""
    service = Service(StopFlag())
    service.status("analysing a\nMAINPID=1\udce9.zip")

    assert systemd.recv(100) == b"STATUS=analysing a MAINPID=1?.zip"
    service.stopping.close()


@pytest.mark.parametrize("address", ["", "/nowhere/at/all", "@nobody-listens"])
def test_without_systemd_nothing_happens(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Least of all an error."""
    monkeypatch.setenv("NOTIFY_SOCKET", address)

    assert notify("READY=1") is False


def test_a_lock_names_its_holder(tmp_path: Path) -> None:
    """A second process is told who works there; looking does not disturb."""
    lock = tmp_path / "lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert holder_of(lock) == holder.pid
        why = f"process {holder.pid} works here"
        with pytest.raises(ServiceError, match=why), alone(lock):
            pass
        holder.kill()
    assert holder_of(lock) is None
    with alone(lock):
        assert holder_of(lock) == os.getpid()


@pytest.mark.parametrize("before", [None, 0o644])
def test_a_lock_is_its_owners_alone(tmp_path: Path, before: Optional[int]) -> None:
    """Whoever may read a file may lock it, and keep the daemon from starting."""
    lock = tmp_path / "lock"
    if before:
        lock.touch(before)
    with alone(lock):
        assert lock.stat().st_mode & 0o777 == 0o600


def test_a_lock_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    """What it leads to would be emptied."""
    (tmp_path / "letter").write_text("dear")
    (tmp_path / "lock").symlink_to("letter")

    with pytest.raises(OSError, match="lock"), alone(tmp_path / "lock"):
        pass
    assert (tmp_path / "letter").read_text() == "dear"


def test_nobody_holds_a_lock_that_is_not_there(tmp_path: Path) -> None:
    """Nor one that holds rubbish."""
    assert holder_of(tmp_path / "lock") is None
    (tmp_path / "lock").write_text("rubbish")
    assert holder_of(tmp_path / "lock") is None


def test_an_open_file_is_seen(tmp_path: Path) -> None:
    """It is true only while a process writes; readers do not count."""
    path = tmp_path / "clip.h264"
    with path.open("wb"), path.open("rb") as ours:
        assert is_being_written(ours.fileno())
    with path.open("rb"), path.open("rb") as ours:
        assert not is_being_written(ours.fileno())


def test_a_worker_ends_with_its_daemon() -> None:
    """It ends when the daemon is killed, and is the first to die without memory."""
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE
    ) as daemon:
        assert daemon.stdout is not None
        worker, score = map(int, daemon.stdout.readline().split())
        daemon.kill()
        daemon.wait()
        rest = daemon.stdout.read()  # until the worker's end of it is closed

    assert (score, rest) == (1000, b"")
    wait_until(lambda: not is_running(worker), "it lives on")


def test_a_worker_whose_daemon_has_gone_ends_at_once() -> None:
    """It may have died before the kernel could be asked to watch."""
    text = "from weir.service import become_worker; become_worker(1 << 30); print('on')"
    ended = subprocess.run(
        [sys.executable, "-c", text], stdout=subprocess.PIPE, check=False
    )

    assert (ended.returncode, ended.stdout) == (1, b"")
