"""The cluster: what Dask costs, against local workers on the same clips."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from analysis.values.job import ClipJob
from analysis.work.executor import Executor, LocalExecutor
from benchmarks.material import Material
from weir.clock import SystemClock

ROUNDS = 3
MOST_OVERHEAD = 0.10
_CLIPS_PER_WORKER = 3
_DEADLINE_S = 600.0
_PATIENCE_S = 60.0
_SHARED, _IN_JOBS = "over a shared folder", "in the jobs"


def run(material: Material) -> None:
    """Measure with as many workers as there are cores, and print the table."""
    if importlib.util.find_spec("distributed") is None:
        print("\nCluster: Dask is not installed; pip install 'weir[cluster]'")
        return
    cores = len(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory(prefix="weir-cluster-") as temporary:
        rates = measure(material, cores, Path(temporary))
    local = rates.pop("")
    print(f"\nCluster, {material.name}: {cores} workers, best of {ROUNDS}")
    print(
        f"{'workers':<48}{'frames/s':>9}{'overhead':>10}{'CPU ms':>8}{'overhead':>10}"
    )
    print(f"{'of this process':<48}{local.frames_per_s:>9.0f}{local.cpu_ms:>18.2f}")
    for way, rate in rates.items():
        more, dearer = rate.against(local)
        print(
            f"{f'of Dask, with TLS, clips {way}':<48}{rate.frames_per_s:>9.0f}"
            f"{more:>10.1%}{rate.cpu_ms:>8.2f}{dearer:>10.1%}"
        )
    worst = max(rate.against(local)[0] for rate in rates.values())
    print(f"at most {MOST_OVERHEAD:.0%}: {'yes' if worst <= MOST_OVERHEAD else 'NO'}")


@dataclass(frozen=True)
class Rate:
    """How fast it went, and what a frame cost all processes together."""

    frames_per_s: float
    cpu_ms: float

    def against(self, other: Rate) -> tuple[float, float]:
        """How much longer a frame took than with another, and how much more CPU."""
        return (
            other.frames_per_s / self.frames_per_s - 1,
            self.cpu_ms / other.cpu_ms - 1,
        )


def measure(material: Material, workers: int, folder: Path) -> dict[str, Rate]:
    """Measure all ways, in turns, so that a busy moment slows all of them.

    Returns:
        The best of each; that of local workers under an empty name.
    """
    from analysis.work.cluster.executor import DaskExecutor
    from tests.analysis.installation import wait_until
    from tests.analysis.work.cluster.dask_site import Site

    for name in ("shared", "other", "site"):
        (folder / name).mkdir()
    clips = [Path(shutil.copy(clip, folder / "shared")) for clip in material.clips]
    with Site(folder / "site") as site:
        site.start_scheduler()
        site.add_worker("--nworkers", str(workers), "--nthreads", "1")
        wait_until(
            lambda: site.said().count("Registered to") >= workers,
            "no workers",
            site.said,
            _PATIENCE_S,
        )
        executors: dict[str, Executor] = {
            "": LocalExecutor(workers),
            _SHARED: DaskExecutor(site.address, folder / "shared", SystemClock()),
            _IN_JOBS: DaskExecutor(site.address, folder / "other", SystemClock()),
        }
        try:
            for executor in executors.values():  # its models are loaded before
                _work(executor, material, clips, workers)
            rates: dict[str, list[Rate]] = {name: [] for name in executors}
            for _ in range(ROUNDS):
                for name, executor in executors.items():
                    count = _CLIPS_PER_WORKER * workers
                    rates[name].append(_work(executor, material, clips, count))
        finally:
            for executor in executors.values():
                executor.close()
    return {
        name: Rate(
            max(rate.frames_per_s for rate in found), min(r.cpu_ms for r in found)
        )
        for name, found in rates.items()
    }


def _work(
    executor: Executor, material: Material, clips: list[Path], count: int
) -> Rate:
    """Work a number of clips."""
    clock = SystemClock()
    jobs = [
        ClipJob(clips[n % len(clips)], None, material.analysis, require_motion=True)
        for n in range(count)
    ]
    started, spent = clock.monotonic(), _cpu_s()
    futures = [executor.submit(job, _DEADLINE_S) for job in jobs]
    frames = sum(len(future.result().scores) for future in futures)
    took, cost = clock.monotonic() - started, _cpu_s() - spent
    return Rate(frames / took, 1000 * cost / frames)


def _cpu_s() -> float:
    """Return the CPU time of this process and of all that descend from it."""
    found: dict[int, tuple[int, int]] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = file.read_text().rpartition(")")[2].split()
            found[int(file.parent.name)] = int(fields[1]), sum(map(int, fields[11:13]))
    ours, grew = {os.getpid()}, True
    while grew:
        more = {child for child, (parent, _) in found.items() if parent in ours} - ours
        ours, grew = ours | more, bool(more)
    ticks = sum(found[process][1] for process in ours if process in found)
    return ticks / os.sysconf("SC_CLK_TCK")
