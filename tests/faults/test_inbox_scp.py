"""A real scp over a slow line: never taken early, left when cut, taken once when whole.

sshd listens on the loopback of a network namespace of its own, where nobody else is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.analysis.installation import Daemon, Installation, wait_until
from tests.analysis.small_host import names
from tests.footage import clip_bytes, zip_bytes

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/bin:/sbin")
RATE_KBIT = 2000
CLIPS = {f"clip{n}_2026-05-01.h264": clip_bytes(n) * 60 for n in range(10)}

pytestmark = [
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
Subsystem sftp internal-sftp
"""


class Line:
    """A network of its own, with a server in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
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
        wait_until(self._answers, "sshd does not answer", self._said)

    def _said(self) -> str:
        log = self._folder / "sshd.log"
        return log.read_text() if log.exists() else "no log"

    def _inside(self, *command: str) -> list[str]:
        return ["nsenter", "-t", str(self._server.pid), "-n", *command]

    def _answers(self) -> bool:
        knock = (
            "import socket; socket.create_connection(('127.0.0.1', 2222), 1).close()"
        )
        command = self._inside(sys.executable, "-c", knock)
        return not subprocess.run(command, capture_output=True, check=False).returncode

    def send(self, source: Path, target: Path) -> subprocess.Popen[bytes]:
        """Begin to upload a file, slowly."""
        options = [
            *("-q", "-i", str(self._folder / "user"), "-P", "2222"),
            *("-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"),
            *("-o", "BatchMode=yes", "-l", str(RATE_KBIT)),
        ]
        path = f"root@127.0.0.1:{target}"
        return subprocess.Popen(self._inside("scp", *options, str(source), path))

    def close(self) -> None:
        """End the server, and with it the network."""
        self._server.terminate()
        self._server.wait(10)


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


def size(path: Path) -> int:
    """Of what has arrived."""
    return path.stat().st_size if path.exists() else 0


@pytest.mark.parametrize("name", ["a.zip", "a.h264"])
def test_an_upload_is_never_taken_early(
    tmp_path: Path, line: Line, made: Installation, daemon: Daemon, name: str
) -> None:
    """It lies in the inbox until its last byte; then it is taken, once."""
    source, target = tmp_path / f"source-{name}", made.folders.inbox / name
    whole = zip_bytes(CLIPS) if name == "a.zip" else clip_bytes(1) * 600
    source.write_bytes(whole)
    upload = line.send(source, target)
    seen = set()
    while upload.poll() is None:
        seen.add(size(target) * 10 // len(whole))
        assert not names(made.folders.working)
        assert "clip analysed" not in daemon.said
        wait_until(lambda: True, "")
    assert upload.returncode == 0
    daemon.wait_until(lambda: names(made.folders.done), "not taken")

    assert len(seen) > 4  # it was seen at many sizes
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
    wait_until(lambda: size(target) > source.stat().st_size // 4, "no upload")
    upload.kill()
    upload.wait()
    daemon.wait_until(lambda: "upload incomplete" in daemon.said, "not reported")
    left = size(target)
    assert 0 < left < source.stat().st_size
    assert names(made.folders.done) == names(made.folders.working) == []

    assert line.send(source, target).wait(60) == 0
    daemon.wait_until(lambda: names(made.folders.done), "not taken")

    assert daemon.said.count("upload incomplete file=a.zip") == 1
    assert daemon.said.count("archive accepted") == 1
    assert daemon.said.count("clip analysed") == 10
