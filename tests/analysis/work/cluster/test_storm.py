"""Workers are killed over and over, and the scheduler once: each clip counts once."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Optional

import pytest

from analysis.config import AnalysisConfig
from analysis.values.job import ClipJob
from analysis.work.cluster.executor import DaskExecutor
from tests.analysis.installation import Daemon, Installation, wait_until
from tests.analysis.work.cluster.dask_site import Site
from tests.footage import clip_bytes
from weir.clock import SystemClock

CLIPS = 60
EVERY = 6  # clips between two kills
OPTIONS = ("--nthreads", "1", "--nworkers", "1", "--memory-limit", "0")
UNSHARED = ("unshare", "--map-root-user", "--mount", "sh", "-c")


class Keeper:
    """Starts a worker again when it has ended, as systemd does.

    Args:
        site: the cluster.
        hidden: a folder that its workers do not see; None for one that they share.
    """

    def __init__(self, site: Site, hidden: Optional[Path]) -> None:
        self._site, self._hidden = site, hidden
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep, daemon=True)
        self.kills = 0

    def kill(self) -> None:
        """SIGKILL a worker; every other time with its nanny."""
        self.kills += 1
        worker = self._site.workers[-1 - self.kills % 2]
        if self.kills % 4 > 1 and (child := _spawned(worker.pid)):
            os.kill(child, signal.SIGKILL)
        elif worker.poll() is None:
            self._site.kill(worker)

    def _start(self) -> subprocess.Popen[bytes]:
        if self._hidden is None:
            return self._site.add_worker(*OPTIONS)
        hide = f'mount -t tmpfs none "{self._hidden}" && exec "$@"'
        return self._site.add_worker(*OPTIONS, before=(*UNSHARED, hide, "sh"))

    def _keep(self) -> None:
        while not self._over.wait(0.5):
            for worker in [w for w in self._site.workers if w.poll() is not None]:
                self._site.workers.remove(worker)
                self._start()

    def __enter__(self) -> Keeper:
        for _ in range(2):
            self._start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()


def _spawned(nanny: int) -> int:
    """The process that a nanny started for its worker; 0 while there is none."""
    tasks = Path(f"/proc/{nanny}/task").glob("*/children")
    children = [int(child) for task in tasks for child in task.read_text().split()]
    lines = {child: Path(f"/proc/{child}/cmdline").read_bytes() for child in children}
    return next((child for child, line in lines.items() if b"spawn_main" in line), 0)


@pytest.fixture(scope="module")
def by_this_machine(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The tables of the same clips, worked by local workers."""
    local = Installation(tmp_path_factory.mktemp("local"))
    drop_all(local)
    assert local.run("run", "--once").returncode == 0
    return rows(local)


def drop_all(installation: Installation) -> None:
    """Put the clips into the inbox."""
    for number in range(CLIPS):
        name = f"clip{number:05}_2026-05-01_05-{number:02}-00.h264"
        installation.drop(name, clip_bytes(number, 60))


def rows(installation: Installation) -> dict[str, str]:
    """All tables but the one that says when a run began."""
    return {k: v for k, v in installation.tables().items() if k != "runs"}


@contextmanager
def clustered(root: Path, site: Site) -> Iterator[Installation]:
    """An installation that works with a cluster, its clips dropped."""
    keys = dict(zip(("tls_ca", "tls_cert", "tls_key"), site.address.tls or ()))
    made = Installation(
        root,
        executor='"dask"',
        scheduler=f'"{site.address.scheduler}"',
        **{key: f'"{path}"' for key, path in keys.items()},
    )
    drop_all(made)
    yield made


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("travels", [False, True], ids=["shared", "in the jobs"])
def test_every_clip_is_counted_once(
    by_this_machine: dict[str, str], tmp_path: Path, *, travels: bool
) -> None:
    """Row for row as one machine does, over a shared folder or in the jobs."""
    hides = subprocess.run([*UNSHARED, "true"], capture_output=True, check=False)
    if travels and hides.returncode:
        pytest.skip("this system lets nobody hide a folder from a process")
    with Site(tmp_path) as site, clustered(tmp_path / "host", site) as made:
        site.start_scheduler()
        hidden = made.folders.root if travels else None
        with Keeper(site, hidden) as keeper, made.start("--once") as daemon:
            for count in range(EVERY, CLIPS, EVERY):
                wait_until(
                    partial(_has_analysed, daemon, count),
                    "it stands still",
                    lambda: daemon.said,
                    patience_s=120,
                )
                keeper.kill()
                if count == CLIPS // 2:
                    site.restart_scheduler()
            assert daemon.process.wait(120) == 0
        print(daemon.said.count("worker troubled"), "jobs were given out again")

        assert ("clips=in the jobs" in daemon.said) == travels
        assert ("clips=over the shared folder" in daemon.said) != travels
        assert daemon.said.count("clip analysed") == CLIPS
        assert "cluster not reached" in daemon.said
        assert rows(made) == by_this_machine


def _has_analysed(daemon: Daemon, least: int) -> bool:
    return daemon.said.count("clip analysed") >= least


@pytest.mark.slow
def test_two_lost_workers_are_enough(tmp_path: Path) -> None:
    """Then the clip goes to no third: this machine works it."""
    clip, others = tmp_path / "clip", AnalysisConfig()
    clip.touch()
    with Site(tmp_path) as site:
        site.start_scheduler()
        work = "tests.analysis.bad_work:hanging"
        executor = DaskExecutor(site.address, tmp_path, SystemClock(), work=work)
        executor.submit(ClipJob(clip, None, others, require_motion=False), 600)
        for _ in range(2):
            worker = site.add_worker()
            wait_until(clip.read_text, "it is not worked", site.said)
            site.kill(worker)
            clip.write_text("")
        wait_until(clip.read_text, "this machine does not work it")
        site.add_worker()
        parent = int(Path(f"/proc/{clip.read_text()}/stat").read_text().split()[3])
        executor.close()

    assert parent == os.getpid()
