"""Workers: how much more of them help, and how much memory each takes."""

from __future__ import annotations

import os
from pathlib import Path

from analysis.values.job import ClipJob
from analysis.work.executor import LocalExecutor
from benchmarks.material import Material
from weir.clock import SystemClock

ROUNDS = 3
_CLIPS_PER_WORKER = 3
_DEADLINE_S = 600.0


def run(material: Material) -> None:
    """Measure with 1, 2, ... workers, and print the table."""
    cores = len(os.sched_getaffinity(0))
    print(f"\nWorkers, {material.name}: {cores} cores, best of {ROUNDS}")
    print(f"{'workers':<28}{'frames/s':>8}{'of one':>10}{'peak MB each':>14}")
    alone = 0.0
    for workers in range(1, cores + 1):
        rate, peak_mb = measure(material, workers)
        alone = alone or rate
        print(f"{workers:<28}{rate:>8.0f}{rate / alone:>10.2f}{peak_mb:>14.0f}")


def measure(material: Material, workers: int) -> tuple[float, float]:
    """Measure some workers at once.

    Returns:
        Frames per second of all together, and the memory of the largest one.
    """
    executor = LocalExecutor(workers)
    try:
        # One clip each first, so that all have loaded their models before measuring.
        _work(executor, material, workers)
        rates = [
            _work(executor, material, _CLIPS_PER_WORKER * workers)
            for _ in range(ROUNDS)
        ]
        return max(rates), max(_peaks_mb())
    finally:
        executor.close()


def _work(executor: LocalExecutor, material: Material, clips: int) -> float:
    """Analyse one clip some number of times.

    Returns:
        Frames per second.
    """
    clock = SystemClock()
    job = ClipJob(material.clips[0], None, material.analysis, require_motion=True)
    started = clock.monotonic()
    futures = [executor.submit(job, _DEADLINE_S) for _ in range(clips)]
    frames = sum(len(future.result().scores) for future in futures)
    return frames / (clock.monotonic() - started)


def _peaks_mb() -> list[float]:
    """Return the largest memory that each child of this process ever had."""
    peaks = []
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            text = status.read_text()
        except OSError:
            continue
        if f"PPid:\t{os.getpid()}\n" in text and "VmHWM:" in text:
            peaks.append(int(text.split("VmHWM:")[1].split()[0]) / 1024)
    return peaks
