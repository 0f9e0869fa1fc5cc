"""Floods of small files: the real daemon feeds the watchdog, in little memory."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.analysis.installation import Installation, wait_until
from tests.analysis.small_host import names
from tests.counts import SOAK
from tests.faults.test_inbox_zoo import MOST_MB, Watch
from tests.footage import clip_bytes

ONE = "clip1_2026-05-01.h264"
MOST_SILENT_S = 10.0  # the unit allows two minutes


class Dog:
    """systemd's end of the notify socket.

    Attributes:
        silent_s: the longest time without a word after the first.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._sock, self._fed_s, self.silent_s = sock, float("inf"), 0.0

    def listen(self) -> None:
        """Read what has come."""
        now_s = time.monotonic()
        self.silent_s = max(self.silent_s, now_s - self._fed_s)
        with suppress(BlockingIOError):
            while True:
                if b"WATCHDOG=1" in self._sock.recv(4096):
                    self._fed_s = now_s


@pytest.fixture
def dog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Dog]:
    """The watchdog that the daemon feeds."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield Dog(sock)


@pytest.mark.timeout(3600)
@pytest.mark.parametrize(
    "share", [0.01, pytest.param(1 if SOAK else 0.1, marks=pytest.mark.slow)]
)
def test_a_flood_starves_nobody(tmp_path: Path, dog: Dog, share: float) -> None:
    """20,000 files that are nothing, 50,000 sidecars of nothing; then a clip."""
    made, watch = Installation(tmp_path / "made"), Watch()
    junk, beside = int(20_000 * share), int(50_000 * share)
    for number in range(junk):
        (made.folders.inbox / f"{number}.odt").write_bytes(b"x")
    for number in range(beside):
        (made.folders.inbox / f"z{number}.h264.json").write_bytes(b"{}")
        (made.folders.working / f"z{number}.mp4.json").write_bytes(b"{}")
    with made.start() as daemon:
        daemon.wait_until(lambda: "analysis started" in daemon.said, "no start")
        made.drop(ONE, clip_bytes(1))

        def is_over() -> bool:
            dog.listen()
            watch.look(daemon)
            rejected = sum(1 for _ in made.folders.rejected.iterdir()) // 2
            return rejected == junk and (made.folders.done / ONE).exists()

        wait_until(is_over, "the flood stays", lambda: daemon.said, 3000)
        assert daemon.stop() == 0
    left = len(names(made.folders.inbox))

    assert left == 2 * beside
    assert dog.silent_s < MOST_SILENT_S
    assert watch.daemon_mb < MOST_MB
    print(
        f"\n{junk} files that are nothing, {2 * beside} sidecars without a clip: at"
        f" most {dog.silent_s:.1f} s without a word, {watch.daemon_mb:.0f} MB"
    )
