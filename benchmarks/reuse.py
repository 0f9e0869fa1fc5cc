"""Below the floor: what a heavy model costs if only what has changed is looked at.

No core can look at every frame in less than decoding and one run of the model. With
``reuse_below`` most frames of a fixed camera are not looked at. This prints how many
are, and whether what is counted is the same, for a light model and for a heavy one:
the same with ballast, which has the same scores. What the heavy one costs is reckoned
from how often the model is run, and measured on every fourth clip.
"""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from analysis.config import AnalysisConfig
from analysis.look.pipeline import analyse, load_models
from analysis.models.input.prepare import Prepared
from analysis.models.interpreter import Interpreter
from analysis.models.model import Model, Outputs
from analysis.values.job import ClipJob, Costs, Findings
from analysis.values.seen import Encounter
from benchmarks import ballast, speed
from benchmarks.material import Material

SETTINGS = (0.0, 0.5, 1.0, 2.0, 3.0, 4.0)
AUTO = Costs(model_ms=float("inf"), decode_ms=1.0).reuse_below
_EVERY = 4  # clips
_INVOKED = 30


@dataclass(frozen=True)
class LookedAt:
    """What came of looking at a clip.

    Attributes:
        runs: how often the detector was run, also to ask it about backgrounds.
        cpu_s: processor time.
    """

    findings: Findings
    runs: int
    cpu_s: float


@dataclass(frozen=True)
class Looks:
    """What came of looking at some clips with one setting."""

    clips: tuple[LookedAt, ...]

    @property
    def frames(self) -> int:
        """How many frames there were."""
        return sum(len(each.findings.scores) for each in self.clips)

    @property
    def looked(self) -> int:
        """At how many the detector looked."""
        return sum(each.findings.looked_frames for each in self.clips)

    @property
    def cpu_ms(self) -> float:
        """Processor time for each frame, in milliseconds."""
        return 1000 * sum(each.cpu_s for each in self.clips) / self.frames

    @property
    def runs(self) -> float:
        """How often the detector was run for each frame."""
        return sum(each.runs for each in self.clips) / self.frames

    def with_ms(self, more: float) -> float:
        """Return what a frame would cost if each run took so much longer."""
        return self.cpu_ms + self.runs * more

    @property
    def counted(self) -> int:
        """How many encounters count."""
        return sum(len(each.findings.counted) for each in self.clips)

    def decisions_of(self, other: Looks, threshold: float) -> float:
        """Return the share of frames that are on the same side of the threshold."""
        same = sum(
            int(((a.scores > threshold) == (b.scores > threshold)).sum())
            for a, b in self._beside(other)
        )
        return same / self.frames

    def encounters_of(self, other: Looks) -> int:
        """Return how many encounters of another look count here too."""
        return sum(
            any(_touch(one, each) for each in here.counted)
            for here, there in self._beside(other)
            for one in there.counted
        )

    def _beside(self, other: Looks) -> Iterator[tuple[Findings, Findings]]:
        for here, there in zip(self.clips, other.clips):
            yield here.findings, there.findings


def run(material: Material) -> None:
    """Measure, and print the table."""
    config, clips = material.analysis, material.clips
    workers, spawn = len(os.sched_getaffinity(0)), multiprocessing.get_context("spawn")
    with TemporaryDirectory() as folder, ProcessPoolExecutor(workers, spawn) as pool:
        heavy = _heavy(config, Path(folder))
        light = {below: look(pool, config, below, clips) for below in SETTINGS}
        slow = {below: look(pool, heavy, below, clips[::_EVERY]) for below in (0, AUTO)}
        decoding_ms = _decoding_ms(clips[::_EVERY])
        model_ms = _invoking_ms(config), _invoking_ms(heavy)
    print(
        f"\nBelow the floor, {len(clips)} clips of {material.folder.name}:"
        f" {light[0.0].frames:,} frames, {light[0.0].counted} encounters counted"
    )
    _print(light, config.detector.threshold, decoding_ms, model_ms)
    fewer = {below: Looks(light[below].clips[::_EVERY]) for below in slow}
    _print_measured(slow, fewer, model_ms[1] - model_ms[0])


def _heavy(config: AnalysisConfig, folder: Path) -> AnalysisConfig:
    model, target = config.detector.model, folder / "heavy.tflite"
    assert model is not None
    ballast.add(model, target)
    return replace(config, detector=replace(config.detector, model=target))


def look(
    pool: Executor, config: AnalysisConfig, below: float, clips: Sequence[Path]
) -> Looks:
    """Look at clips as workers do, with one setting of ``reuse_below``."""
    config = replace(config, detector=replace(config.detector, reuse_below=below))
    return Looks(tuple(pool.map(partial(_look, config), clips)))


def _look(config: AnalysisConfig, clip: Path) -> LookedAt:
    detector, _ = load_models(config)
    motion = config.require_motion
    motion = detector.whole_frame if isinstance(motion, str) else motion
    with _counting() as runs:
        started = time.process_time()
        found = analyse(ClipJob(clip, None, config, require_motion=motion))
        spent_s = time.process_time() - started
    bare = replace(found, snapshots={}, moment_pictures={}, pictures=b"")
    return LookedAt(bare, len(runs), spent_s)


@contextmanager
def _counting() -> Iterator[list[str]]:
    """Note each run of a detector while the block runs."""
    own, runs = Model.run, list[str]()

    def counted(self: Model, prepared: Prepared) -> Outputs:
        if self.key == "analysis.detector":
            runs.append(self.name)
        return own(self, prepared)

    Model.run = counted  # type: ignore[method-assign]
    try:
        yield runs
    finally:
        Model.run = own  # type: ignore[method-assign]


def _decoding_ms(clips: Sequence[Path]) -> float:
    started, frames = time.process_time(), 0
    for clip in clips:
        frames += sum(each or 0 for each in speed.decode(clip))
    return 1000 * (time.process_time() - started) / frames


def _invoking_ms(config: AnalysisConfig) -> float:
    assert config.detector.model is not None
    model = Interpreter(config.detector.model, config.engine)
    took = []
    for _ in range(_INVOKED):
        started = time.process_time()
        model.run()
        took.append(time.process_time() - started)
    return 1000 * float(np.median(took))


def _print(
    light: dict[float, Looks],
    threshold: float,
    decoding_ms: float,
    model_ms: tuple[float, float],
) -> None:
    plain, (fish_ms, heavy_ms) = light[0.0], model_ms
    print(f"{'':<12}{'frames':>8}{'decisions':>11}{'encounters':>12}", end="")
    print(f"{'the fish model':>18}{'made heavy':>18}{'times':>9}")
    print(f"{'reuse_below':<12}{'looked':>8}{'kept':>11}{'kept':>12}", end="")
    print(f"{'CPU ms':>9}{'of limit':>9}{'CPU ms':>9}{'of limit':>9}{'as fast':>9}")

    for below, each in light.items():
        kept = f"{each.encounters_of(plain)} of {plain.counted}"
        print(f"{below:<12g}{each.looked / each.frames:>8.1%}", end="")
        print(f"{each.decisions_of(plain, threshold):>11.2%}{kept:>12}", end="")
        print(
            f"{each.cpu_ms:>9.2f}{each.cpu_ms / (decoding_ms + fish_ms):>9.2f}", end=""
        )
        made_ms = each.with_ms(heavy_ms - fish_ms)
        print(f"{made_ms:>9.2f}{made_ms / (decoding_ms + heavy_ms):>9.2f}", end="")
        print(f"{plain.with_ms(heavy_ms - fish_ms) / made_ms:>9.2f}")
    print(
        f"limit: decoding {decoding_ms:.2f} ms, and running the model"
        f" {fish_ms:.2f} ms, or {heavy_ms:.1f} ms made heavy; the heavy columns are"
        " reckoned from its runs"
    )


def _print_measured(
    slow: dict[float, Looks], light: dict[float, Looks], more_ms: float
) -> None:
    """Print what the heavy model really costs, beside what is reckoned of these."""
    plain, few = slow[0], slow[AUTO]
    reckoned = [light[below].with_ms(more_ms) for below in (0, AUTO)]
    print(
        f"checked with every {_EVERY}th clip: made heavy reckoned {reckoned[0]:.2f} ms"
        f" a frame, and {reckoned[1]:.2f} at {AUTO:g};"
        f" measured {plain.cpu_ms:.2f}, and {few.cpu_ms:.2f}"
    )


def _touch(one: Encounter, other: Encounter) -> bool:
    return one.first_frame <= other.last_frame and other.first_frame <= one.last_frame
