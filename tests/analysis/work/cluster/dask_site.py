"""A Dask cluster on loopback: separate processes, TLS, started by Dask's commands."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Optional

from analysis.work.cluster.address import ClusterAddress
from tests.analysis.installation import ROOT, wait_until

DASK = (sys.executable, "-m", "dask")  # in ROOT, so that it runs what is tested


class Site:
    """A scheduler and workers; they end with the block.

    Args:
        root: an empty folder.
    """

    def __init__(self, root: Path) -> None:
        self.root, self.tls = root, root / "tls"
        script = ROOT / "systemd" / "certificates.sh"
        made = [str(script), str(self.tls), "desk", "other"]
        subprocess.run(made, check=True, capture_output=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.scheduler: Optional[subprocess.Popen[bytes]] = None
        self.workers: list[subprocess.Popen[bytes]] = []

    @property
    def address(self) -> ClusterAddress:
        """Where it answers, and the desk's certificate."""
        desk = (self.tls / name for name in ("ca.pem", "desk.pem", "desk-key.pem"))
        authority, certificate, key = desk
        url = f"tls://127.0.0.1:{self.port}"
        return ClusterAddress(url, (authority, certificate, key))

    def start_scheduler(self) -> None:
        """Start the scheduler, and wait until it takes connections."""
        self.scheduler = self._start(
            *("scheduler", "--protocol", "tls", "--port", str(self.port))
        )
        wait_until(self._answers, "no scheduler", self.said)

    def restart_scheduler(self) -> None:
        """SIGKILL the scheduler, and start one at the same address."""
        if self.scheduler is not None:
            self.kill(self.scheduler)
        self.start_scheduler()

    def add_worker(
        self, *options: str, before: Sequence[str] = (), **environment: str
    ) -> subprocess.Popen[bytes]:
        """Start a worker, or several below a nanny.

        Args:
            options: of ``dask worker``.
            before: a command that runs the command that follows it.
            environment: what the worker finds there, too.
        """
        scratch = str(self.root / "scratch")
        worker = self._start(
            *("worker", self.address.scheduler, "--local-directory", scratch),
            *(options or ("--nthreads", "1", "--no-nanny")),
            before=before,
            **environment,
        )
        self.workers.append(worker)
        return worker

    def said(self) -> str:
        """What all of them said."""
        return (self.root / "dask.log").read_text("utf-8", "replace")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL a process with all that it started, and wait for its end."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _start(
        self, role: str, *options: str, before: Sequence[str] = (), **more: str
    ) -> subprocess.Popen[bytes]:
        certificate = (self.tls / "other.pem", self.tls / "other-key.pem")
        command = [
            *(*before, *DASK, role, *options, "--host", "127.0.0.1"),
            *("--no-dashboard", "--dashboard-address", "127.0.0.1:0"),
            *("--tls-ca-file", str(self.tls / "ca.pem")),
            *("--tls-cert", str(certificate[0]), "--tls-key", str(certificate[1])),
        ]
        cache = {"XDG_CACHE_HOME": str(self.root / "cache")}
        with (self.root / "dask.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **cache, **more},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _answers(self) -> bool:
        with socket.socket() as door:
            return door.connect_ex(("127.0.0.1", self.port)) == 0

    def __enter__(self) -> Site:
        return self

    def __exit__(self, *_: object) -> None:
        for process in (*self.workers, self.scheduler):
            if process is not None and process.poll() is None:
                self.kill(process)
