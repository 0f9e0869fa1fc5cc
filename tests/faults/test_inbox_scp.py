"""A real scp over a slow line: never taken early, left when cut, taken once when whole.

sshd listens on the loopback of a network namespace of its own, where nobody else is.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Callable

import pytest

from tests.analysis.installation import PATIENCE_S, Daemon, Installation, wait_until
from tests.analysis.small_host import names
from tests.footage import clip_bytes, zip_bytes

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin:/sbin")
RATE_KBIT = 2000
WRITTEN, CUT = "somebody has it open for writing", "its end record is missing"
CLIPS = {f"clip{n}_2026-05-01.h264": clip_bytes(n) * 60 for n in range(10)}

pytestmark = [
    pytest.mark.timeout(600),  # each wait has a limit of its own, and says what it sees
    pytest.mark.skipif(os.geteuid() != 0, reason="only root makes network namespaces"),
    pytest.mark.skipif(SSHD is None, reason="sshd is missing: install openssh-server"),
    pytest.mark.skipif(shutil.which("scp") is None, reason="scp is missing"),
    pytest.mark.skipif(shutil.which("ip") is None, reason="ip is missing: iproute2"),
]

CONFIG = """Port 2222
ListenAddress 127.0.0.1
HostKey {folder}/host
AuthorizedKeysFile {folder}/user.pub
StrictModes no
UsePAM no
PermitRootLogin yes
PidFile none
LogLevel DEBUG
Subsystem sftp internal-sftp
"""


class Line:
    """A network of its own, with a server in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._uploads: list[Upload] = []
        for name in ("host", "user"):
            key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f"]
            subprocess.run([*key, str(folder / name)], check=True)
        (folder / "user.pub").chmod(0o600)
        (folder / "config").write_text(CONFIG.format(folder=folder))
        serve = (
            "ip link set lo up; mount -t tmpfs -o mode=755 t /run; mkdir -p /run/sshd;"
            f" exec {SSHD} -D -f {folder}/config -E {folder}/sshd.log"
        )
        space = ["unshare", "--net", "--mount", "--propagation", "private"]
        self._server = subprocess.Popen([*space, "sh", "-c", serve])
        wait_until(self._answers, "sshd does not answer", self.said)

    def said(self) -> str:
        """What the server and the clients said, and how they are connected now."""
        logs = [path.read_text()[-1500:] for path in self._folder.glob("*.log")]
        show = self._inside("cat", "/proc/net/tcp")
        sockets = subprocess.run(show, capture_output=True, text=True, check=False)
        return "\n".join([*logs, sockets.stdout])

    def _inside(self, *command: str) -> list[str]:
        return ["nsenter", "-t", str(self._server.pid), "-n", *command]

    def _answers(self) -> bool:
        knock = (
            "import socket; socket.create_connection(('127.0.0.1', 2222), 1).close()"
        )
        command = self._inside(sys.executable, "-c", knock)
        return not subprocess.run(command, capture_output=True, check=False).returncode

    def send(self, source: Path, target: Path) -> Upload:
        """Begin to upload a file, slowly; it is back when something has arrived.

        A connection that is dead or comes to nothing is the network's affair, not the
        daemon's: as long as nothing has arrived, it is tried again.
        """
        for _ in range(3):
            upload = Upload(self, self._scp(source, target), target)
            self._uploads.append(upload)
            if upload.has_begun():
                return upload
        raise AssertionError(self.said())

    def _scp(self, source: Path, target: Path) -> subprocess.Popen[bytes]:
        options = [
            *("-v", "-i", str(self._folder / "user"), "-P", "2222"),
            *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
            *("-o", "ConnectTimeout=30", "-o", "ServerAliveInterval=15"),
            *("-o", "BatchMode=yes", "-l", str(RATE_KBIT)),
        ]
        command = self._inside("scp", *options, str(source), f"root@127.0.0.1:{target}")
        with (self._folder / "scp.log").open("a") as log:
            return subprocess.Popen(command, stderr=log)

    def close(self) -> None:
        """End the uploads and the server, and with them the network."""
        for upload in self._uploads:
            upload.cut()
        self._server.terminate()
        self._server.wait(PATIENCE_S)


class Upload:
    """A file on its way into the inbox."""

    def __init__(
        self, line: Line, process: subprocess.Popen[bytes], target: Path
    ) -> None:
        self._line, self._process, self._target = line, process, target

    @property
    def size(self) -> int:
        """How much of it lies in the inbox."""
        with suppress(FileNotFoundError):
            return self._target.stat().st_size
        return 0

    @property
    def _is_over(self) -> bool:
        return self._process.poll() is not None

    def has_begun(self) -> bool:
        """Wait for the first bytes; False if the client failed before they came."""
        self._wait(lambda: self.size or self._is_over, "does not begin")
        return bool(self.size or self._process.poll() == 0)

    def wait_for_more(self, than: int) -> None:
        """Wait until more has arrived, or the client has ended."""
        self._wait(lambda: self.size > than or self._is_over, f"stays at {than}")

    def hold(self) -> None:
        """Send no more, but for what is on its way."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Send the rest."""
        self._process.send_signal(signal.SIGCONT)

    def cut(self) -> None:
        """Send no more, ever."""
        self._process.kill()
        self._process.wait(PATIENCE_S)

    def end(self) -> int:
        """Wait for the client's end; its exit code."""
        self._wait(lambda: self._is_over, "does not end")
        return self._process.wait()

    def _wait(self, condition: Callable[[], object], what: str) -> None:
        wait_until(condition, f"the upload {what}", self._line.said)


@pytest.fixture
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """A slow line."""
    folder = tmp_path_factory.mktemp("line")
    probe = ["unshare", "--net", "--mount", "ip", "link", "set", "lo", "up"]
    if subprocess.run(probe, capture_output=True, check=False).returncode:
        pytest.skip("no network namespace can be made here")
    made = Line(folder)
    yield made
    made.close()


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    """An analysis that takes what has been quiet for a second and a half."""
    return Installation(tmp_path, settle_seconds="1.5")


@pytest.fixture
def daemon(made: Installation) -> Iterator[Daemon]:
    """The daemon, waiting for uploads."""
    with made.start() as running:
        running.wait_until(lambda: "analysis started" in running.said, "no start")
        yield running


def is_judged(made: Installation, daemon: Daemon, rests: int) -> bool:
    """Whether the daemon has found so many rests of an upload, or took a file."""
    taken = names(made.folders.working) + names(made.folders.done)
    return daemon.said.count(WRITTEN) == rests or bool(taken)


@pytest.mark.parametrize("name", ["a.zip", "a.h264"])
def test_an_upload_is_never_taken_early(
    tmp_path: Path, line: Line, made: Installation, daemon: Daemon, name: str
) -> None:
    """It lies in the inbox until its last byte; then it is taken, once.

    On its way it rests for so long that the daemon finds it quiet.
    """
    source, target = tmp_path / f"source-{name}", made.folders.inbox / name
    whole = zip_bytes(CLIPS) if name == "a.zip" else clip_bytes(1) * 600
    source.write_bytes(whole)
    upload, seen = line.send(source, target), [0]
    for rests in (1, 2):
        upload.wait_for_more(seen[-1])
        upload.hold()
        daemon.wait_until(partial(is_judged, made, daemon, rests), "not looked at")
        seen.append(upload.size)
        assert names(made.folders.inbox) == [name]
        assert not names(made.folders.working)
        assert "clip analysed" not in daemon.said
        upload.go_on()
    assert upload.end() == 0, line.said()
    daemon.wait_until(lambda: names(made.folders.done), "not taken")

    assert 0 < seen[1] < seen[2] < len(whole)
    assert names(made.folders.done) == [name]
    assert (made.folders.done / name).read_bytes() == whole
    assert daemon.said.count("clip analysed") == (10 if name == "a.zip" else 1)
    assert "clip salvaged" not in daemon.said


def test_an_upload_that_is_cut_is_left_and_completed_later(
    tmp_path: Path, line: Line, made: Installation, daemon: Daemon
) -> None:
    """Reported once, never deleted; whole, it is taken once."""
    source, target = tmp_path / "source.zip", made.folders.inbox / "a.zip"
    source.write_bytes(zip_bytes(CLIPS))
    upload = line.send(source, target)
    upload.wait_for_more(source.stat().st_size // 4)
    upload.cut()
    daemon.wait_until(lambda: CUT in daemon.said, "not reported")
    left = upload.size
    assert 0 < left < source.stat().st_size
    assert names(made.folders.done) == names(made.folders.working) == []

    assert line.send(source, target).end() == 0, line.said()
    daemon.wait_until(lambda: names(made.folders.done), "not taken")

    assert daemon.said.count(CUT) == 1
    assert daemon.said.count("archive accepted") == 1
    assert daemon.said.count("clip analysed") == 10
