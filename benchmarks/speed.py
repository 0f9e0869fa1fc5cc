"""How fast: what a frame costs, beside what decoding and the models alone cost.

The limit for one core is to decode each frame and to invoke the models; all the rest is
ours: colours, resizing, the water, encounters, snapshots, the record.
"""

from __future__ import annotations

import dataclasses
import hashlib
import tempfile
from pathlib import Path

import cv2

from analysis.config import AnalysisConfig
from analysis.models.interpreter import Interpreter
from analysis.pipeline import analyse
from analysis.result import ClipJob, ClipResult
from analysis.store import FILE_NAME, ClipRecord, Outcome, Store
from analysis.values import ANALYSED
from benchmarks import original
from benchmarks.material import Material
from benchmarks.measure import Cost, best_of
from weir.clock import SystemClock

ROUNDS = 5
RESIZES = ("area", "bilinear", "lanczos")
_CLIPS = 3
_SHORT = 60  # frames by the original, which takes its time


def run(material: Material) -> None:
    """Measure, and print the table."""
    # From the ends and the middle: clips differ in how full of fish they are.
    clips = material.clips[:: max(1, len(material.clips) // _CLIPS)][:_CLIPS]
    config = material.analysis
    found = [analyse(ClipJob(clip, None, config)) for clip in clips]
    with tempfile.TemporaryDirectory() as folder:
        works = {
            "decode only": lambda: sum(decode(clip) for clip in clips),
            "decode and hand over": lambda: sum(read(clip) for clip in clips),
            "invoke only": Invocations(config, found).run,
            **{
                f"pipeline, {resize}": Pipeline(config, resize, clips, folder).run
                for resize in RESIZES
            },
        }
        costs = best_of(works, ROUNDS)
    first = clips[0]
    costs.update(
        best_of({"original": lambda: original.run(config, first, _SHORT)}, ROUNDS)
    )
    _print(material, costs)


def decode(clip: Path) -> int:
    """Decode a clip, and hand over nothing; its frames."""
    capture = cv2.VideoCapture(str(clip), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    frames = 0
    while capture.grab():
        frames += 1
    return frames


def read(clip: Path) -> int:
    """Decode a clip, and hand over each frame as OpenCV does it; its frames."""
    capture = cv2.VideoCapture(str(clip), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    frames, bgr = 0, None
    while capture.grab():
        _, bgr = capture.retrieve(bgr)
        frames += 1
    return frames


class Invocations:
    """The models' part of the work: as often as they were asked, and nothing else."""

    def __init__(self, config: AnalysisConfig, found: list[ClipResult]) -> None:
        self._frames = sum(len(result.scores) for result in found)
        self._boxes = 0
        assert config.detector.model is not None
        self._detector = Interpreter(config.detector.model, config.engine)
        if config.classifier.model is not None:
            self._boxes = sum(len(result.detections) for result in found)
            self._classifier = Interpreter(config.classifier.model, config.engine)

    def run(self) -> int:
        """Invoke; the number of frames."""
        for _ in range(self._frames):
            self._detector.run()
        for _ in range(self._boxes):
            self._classifier.run()
        return self._frames


class Pipeline:
    """All of it, the record included."""

    def __init__(
        self, config: AnalysisConfig, resize: str, clips: tuple[Path, ...], folder: str
    ) -> None:
        detector = dataclasses.replace(config.detector, resize=resize)
        classifier = dataclasses.replace(config.classifier, resize=resize)
        self._config = dataclasses.replace(
            config, detector=detector, classifier=classifier
        )
        self._clips = clips
        record = Path(folder, resize, FILE_NAME)
        record.parent.mkdir()
        self._store = Store(record)
        self._run = self._store.run({"resize": resize}, SystemClock().now())

    def run(self) -> int:
        """Work the clips; the number of frames."""
        return sum(self._work(clip) for clip in self._clips)

    def _work(self, clip: Path) -> int:
        result = analyse(ClipJob(clip, None, self._config))
        frames = len(result.scores)
        record = ClipRecord(
            sha256=hashlib.sha256(clip.name.encode()).hexdigest(),
            clip=clip.name,
            archive="",
            deployment="benchmark",
            camera="cam1",
            date="2026-05-01",
            bytes=clip.stat().st_size,
            frames_expected=frames,
            sidecar=None,
        )
        outcome = Outcome(ANALYSED, "", result)
        self._store.commit(record, self._run, outcome, SystemClock().now())
        return frames


def _print(material: Material, costs: dict[str, Cost]) -> None:
    limit = costs["decode only"].cpu_ms + costs["invoke only"].cpu_ms
    print(f"\nSpeed, {material.name}: one core, best of {ROUNDS}")
    print(f"{'':<28}{'CPU ms':>8}{'frames/s':>10}{'of limit':>10}", end="")
    print(f"{'frames/core-hour':>18}{'cameras/core':>14}")
    for name, cost in costs.items():
        _row(name, cost, limit)
    slept = costs["original"]
    with_sleep = dataclasses.replace(
        slept, wall_s=slept.wall_s + slept.frames * original.SLEEP_S
    )
    _row("original, with its sleep", with_sleep, limit)
    print(f"{'limit: decode + invoke':<28}{limit:>8.3f}{1000 / limit:>10.0f}")
    faster = costs["original"].cpu_ms / costs["pipeline, area"].cpu_ms
    print(f"pipeline, area: {faster:.1f} times the original's frames per core second")


def _row(name: str, cost: Cost, limit: float) -> None:
    ratio = cost.cpu_ms / limit
    print(f"{name:<28}{cost.cpu_ms:>8.3f}{cost.per_second:>10.0f}", end="")
    print(f"{ratio:>10.2f}{cost.per_core_hour:>18,.0f}{cost.cameras:>14.1f}")
