"""Below the floor: what a heavy model costs if only what has changed is looked at.

No core can look at every frame in less than decoding and one run of the model. With
``reuse_below`` most frames of a fixed camera are not looked at. This prints how many
are, and whether what is counted is the same, for a light model and for a heavy one:
the same with ballast, which has the same scores.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from analysis.config import AnalysisConfig
from analysis.look.pipeline import analyse, load_models
from analysis.models.interpreter import Interpreter
from analysis.values.job import ClipJob, Costs, Findings
from analysis.values.seen import Encounter
from benchmarks import ballast, speed
from benchmarks.material import Material

SETTINGS = (0.5, 1.0, 2.0, 3.0, 4.0)
AUTO = Costs(model_ms=float("inf"), decode_ms=1.0).reuse_below
_INVOKED = 20


@dataclass(frozen=True)
class Looked:
    """What came of looking at all clips with one setting.

    Attributes:
        findings: those of each clip.
        cpu_s: processor time.
    """

    findings: tuple[Findings, ...]
    cpu_s: float

    @property
    def frames(self) -> int:
        """How many frames there were."""
        return sum(len(each.scores) for each in self.findings)

    @property
    def looked(self) -> int:
        """At how many the detector looked."""
        return sum(each.looked_frames for each in self.findings)

    @property
    def cpu_ms(self) -> float:
        """Processor time for each frame, in milliseconds."""
        return 1000 * self.cpu_s / self.frames

    @property
    def counted(self) -> int:
        """How many encounters count."""
        return sum(len(each.counted) for each in self.findings)

    def decisions_of(self, other: Looked, threshold: float) -> float:
        """Return the share of frames that are on the same side of the threshold."""
        same = sum(
            int(((a.scores > threshold) == (b.scores > threshold)).sum())
            for a, b in zip(self.findings, other.findings)
        )
        return same / self.frames

    def encounters_of(self, other: Looked) -> int:
        """Return how many encounters of another look count here too."""
        return sum(
            any(_touch(one, each) for each in here.counted)
            for here, there in zip(self.findings, other.findings)
            for one in there.counted
        )


def run(material: Material) -> None:
    """Measure, and print the table."""
    with TemporaryDirectory() as folder:
        heavy = _heavy(material.analysis, Path(folder))
        light = {
            below: look(material.analysis, below, material.clips)
            for below in (0.0, *SETTINGS)
        }
        slow = {below: look(heavy, below, material.clips) for below in (0.0, AUTO)}
        decoded_ms = _decoding_ms(material.clips)
        limits = [
            decoded_ms + _invoking_ms(config) for config in (material.analysis, heavy)
        ]
    _print(material, light, slow, limits)


def _heavy(config: AnalysisConfig, folder: Path) -> AnalysisConfig:
    model, target = config.detector.model, folder / "heavy.tflite"
    assert model is not None
    ballast.add(model, target)
    return replace(config, detector=replace(config.detector, model=target))


def look(config: AnalysisConfig, below: float, clips: Iterable[Path]) -> Looked:
    """Look at clips as a worker does, with one setting of ``reuse_below``."""
    config = replace(config, detector=replace(config.detector, reuse_below=below))
    detector, _ = load_models(config)
    motion = config.require_motion
    motion = detector.whole_frame if isinstance(motion, str) else motion
    findings, spent_s = [], 0.0
    for clip in clips:
        started = time.process_time()
        found = analyse(ClipJob(clip, None, config, require_motion=motion))
        spent_s += time.process_time() - started
        findings.append(replace(found, snapshots={}, moment_pictures={}))
    return Looked(tuple(findings), spent_s)


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
    material: Material,
    light: dict[float, Looked],
    slow: dict[float, Looked],
    limits: Sequence[float],
) -> None:
    plain, threshold = light[0.0], material.analysis.detector.threshold
    print(
        f"\nBelow the floor, {len(material.clips)} clips of {material.folder.name}:"
        f" {plain.frames:,} frames, {plain.counted} encounters counted in all of them"
    )
    print(f"{'':<12}{'looked':>8}{'decisions':>11}{'encounters':>12}", end="")
    print(f"{'fish model':>18}{'made heavy':>20}{'times':>8}")
    print(f"{'reuse_below':<12}{'at':>8}{'kept':>11}{'kept':>12}", end="")
    print(f"{'CPU ms  of limit':>18}{'CPU ms  of limit':>20}{'as fast':>8}")
    for below, each in light.items():
        heavy_ms = _heavy_ms(each, slow)
        sign = " " if below in slow else "~"
        print(f"{below:<12g}{each.looked / each.frames:>8.1%}", end="")
        print(f"{each.decisions_of(plain, threshold):>11.2%}", end="")
        print(f"{each.encounters_of(plain):>5} of {plain.counted:<4}", end="")
        print(f"{each.cpu_ms:>8.2f}{each.cpu_ms / limits[0]:>10.2f}", end="")
        print(f"{sign:>4}{heavy_ms:>6.2f}{heavy_ms / limits[1]:>10.2f}", end="")
        print(f"{slow[0.0].cpu_ms / heavy_ms:>8.2f}")
    print(
        f"limit: decode + invoke, {limits[0]:.2f} and {limits[1]:.2f} ms; ~: reckoned"
        " from the other two rows, by the frames that are looked at"
    )
    same = slow[AUTO].decisions_of(slow[0.0], threshold)
    kept, counted = slow[AUTO].encounters_of(slow[0.0]), slow[0.0].counted
    print(
        f"made heavy, at {AUTO:g}: {slow[0.0].cpu_s / slow[AUTO].cpu_s:.2f} times the"
        f" frames per core second, {same:.2%} of the decisions, {kept} of {counted}"
        " encounters"
    )


def _heavy_ms(light: Looked, slow: dict[float, Looked]) -> float:
    """Return what a frame costs with the heavy model: it is even in the looks."""
    every, few = slow[0.0], slow[AUTO]
    per_look_s = (every.cpu_s - few.cpu_s) / max(1, every.looked - few.looked)
    return 1000 * (few.cpu_s + per_look_s * (light.looked - few.looked)) / light.frames


def _touch(one: Encounter, other: Encounter) -> bool:
    return one.first_frame <= other.last_frame and other.first_frame <= one.last_frame
