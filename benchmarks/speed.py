"""Speed: what a frame costs, compared with decoding and models alone.

No core can be faster than decoding each frame and invoking the models. The rest is
Weir's own: colours, resizing, the water, encounters, snapshots, the record.
"""

from __future__ import annotations

import dataclasses
import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path
from typing import Callable, Optional

import cv2

from analysis.config import AnalysisConfig
from analysis.frames.frames import Frame, FrameReader
from analysis.frames.halving import Halving, Image
from analysis.look.pipeline import ClipLook, analyse, load_models
from analysis.look.water import HEIGHT, WIDTH
from analysis.models.interpreter import Interpreter, choose, installed
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.store import Store
from analysis.values.job import ClipJob, Findings
from analysis.values.record import ClipRecord, Outcome
from analysis.values.seen import ANALYSED
from benchmarks.material import Material
from benchmarks.measure import FRAMES_A_DAY, Cost, Work, best_of, in_stretches
from benchmarks.original import SLEEP_S, Original
from benchmarks.parts.shares import STAGES, Shares
from weir.clock import SystemClock
from weir.h264 import access_units

ROUNDS = 4
RESIZES = ("area", "bilinear", "lanczos")
_CLIPS = 4
# As many as a clip of the shipped config has: what a clip costs once, to open and to
# record it, weighs as much as it does in life.
_FRAMES = 900
_SHORT = 6  # of these by the original
# So many frames make stretches that last about as long as those of the pipeline.
_DECODED, _INVOKED = 96, 36


def run(material: Material) -> None:
    """Measure, and print the table."""
    # Clips from the whole material: the original takes four times as long to save
    # frames full of weed as dark ones.
    chosen = material.clips[:: max(1, len(material.clips) // _CLIPS)][:_CLIPS]
    with tempfile.TemporaryDirectory() as folder:
        clips = [beginning(clip, Path(folder)) for clip in chosen]
        _measure(material, clips, folder)


def beginning(clip: Path, folder: Path) -> Path:
    """Copy a clip's first frames to a new clip."""
    short = folder / clip.name
    with clip.open("rb") as file, short.open("xb") as copy:
        copy.writelines(islice(access_units(file), _FRAMES))
    return short


def _measure(material: Material, clips: Sequence[Path], folder: str) -> None:
    config = material.analysis
    asked = {clip: questions(config, clip) for clip in clips}
    own = choose(config.engine)
    others = [engine for engine in installed() if engine != own]
    whole = {
        f"pipeline, {resize}": Pipeline(config, resize, folder) for resize in RESIZES
    }
    works: dict[str, Callable[[Path], Work]] = {
        "decode only": decode,
        "decode and hand over": read,
        "invoke only": Invocations(config, own, asked).run,
        **{
            f"invoke only, {engine}": Invocations(config, engine, asked).run
            for engine in others
        },
        "handed over, small, invoked": Bare(config).run,
        **{name: pipeline.run for name, pipeline in whole.items()},
        "original": Original(config, _SHORT).run,
    }
    costs = best_of(works, clips, ROUNDS)
    _print(material, own, costs)
    _print_shares(whole["pipeline, area"], clips, costs["pipeline, area"])


def decode(clip: Path) -> Work:
    """Decode a clip without converting its frames."""
    capture = cv2.VideoCapture(str(clip), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    yield from in_stretches(iter(capture.grab, False), _DECODED)


def read(clip: Path) -> Work:
    """Decode a clip, and let OpenCV convert each frame."""
    capture = cv2.VideoCapture(str(clip), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    bgr = None

    def hand_over() -> bool:
        nonlocal bgr
        decoded, bgr = capture.read(bgr)
        return bool(decoded)

    yield from in_stretches(iter(hand_over, False), _DECODED)


def questions(config: AnalysisConfig, clip: Path) -> tuple[int, int]:
    """Count how often the detector and the classifier are invoked for a clip."""
    findings = analyse(ClipJob(clip, None, config, require_motion=True))
    named = config.classifier.model is not None
    return len(findings.scores), len(findings.detections) if named else 0


class Invocations:
    """Only invokes the models, as often as the pipeline does."""

    def __init__(
        self, config: AnalysisConfig, engine: str, asked: dict[Path, tuple[int, int]]
    ) -> None:
        self._asked = asked
        assert config.detector.model is not None
        self._detector = Interpreter(config.detector.model, engine)
        if config.classifier.model is not None:
            self._classifier = Interpreter(config.classifier.model, engine)

    def run(self, clip: Path) -> Work:
        """Invoke the models as often as for this clip."""
        frames, boxes = self._asked[clip]
        yield from in_stretches((self._detector.run() for _ in range(frames)), _INVOKED)
        # These add no frames: the classifier sees frames that the detector saw.
        named = (self._classifier.run() for _ in range(boxes))
        yield from (0 * stretch for stretch in in_stretches(named, _INVOKED))


class Bare:
    """Hands over each frame, makes it small and invokes the detector; no more.

    No work with this decoder and this model costs less: OpenCV gives a frame's colours
    only as a whole picture, and the model and the water each want a small one.
    """

    def __init__(self, config: AnalysisConfig) -> None:
        self._detector, _ = load_models(config)

    def run(self, clip: Path) -> Work:
        """Go through a clip, as many frames at a time as the pipeline."""
        with FrameReader(clip) as reader:
            ahead = reader.ahead
        seen = self._detector.watch(_small(clip, ahead), ahead)
        yield from in_stretches(seen, ahead)


def _small(clip: Path, ahead: int) -> Iterator[Frame]:
    """Yield a clip's frames, each made small for what is measured of the water."""
    capture = cv2.VideoCapture(str(clip), cv2.CAP_FFMPEG, [cv2.CAP_PROP_N_THREADS, 1])
    ring: list[Optional[Image]] = [None] * ahead
    halving = Halving()
    for index in count():
        decoded, bgr = capture.read(ring[index % ahead])
        if not decoded:
            return
        ring[index % ahead] = bgr
        frame = Frame(index, bgr, halving)
        frame.grey(WIDTH, HEIGHT)
        yield frame


class Pipeline:
    """The whole work on a clip, including the record."""

    def __init__(self, config: AnalysisConfig, resize: str, folder: str) -> None:
        detector = dataclasses.replace(config.detector, resize=resize)
        classifier = dataclasses.replace(config.classifier, resize=resize)
        self._config = dataclasses.replace(
            config, detector=detector, classifier=classifier
        )
        record = Path(folder, resize, FILE_NAME)
        record.parent.mkdir()
        self._store = Store(record)
        self._run = self._store.run({"resize": resize}, SystemClock().now())

    def run(self, clip: Path) -> Work:
        """Look at a clip as a worker does, and record the findings."""
        detector, classifier = load_models(self._config)
        with FrameReader(clip) as reader:
            look = ClipLook(
                self._config, detector, classifier, 1.0, require_motion=True
            )
            yield from in_stretches(look.watch(reader, reader.ahead), reader.ahead)
        self._commit(clip, look.findings(1.0))
        yield 0

    def _commit(self, clip: Path, findings: Findings) -> None:
        record = ClipRecord(
            sha256=hashlib.sha256(clip.name.encode()).hexdigest(),
            clip=clip.name,
            archive="",
            deployment="benchmark",
            camera="cam1",
            date="2026-05-01",
            bytes=clip.stat().st_size,
            frames_expected=len(findings.scores),
            sidecar=None,
        )
        outcome = Outcome(ANALYSED, "", findings)
        self._store.commit(record, self._run, outcome, SystemClock().now())


def _print(material: Material, engine: str, costs: dict[str, Cost]) -> None:
    limit = costs["decode only"].cpu_ms + costs["invoke only"].cpu_ms
    print(f"\nSpeed, {material.name}: {engine} on one core, best of {ROUNDS}")
    print(f"{'':<28}{'CPU ms':>8}{'frames/s':>10}{'of limit':>10}", end="")
    print(f"{'frames/core-hour':>18}{'cameras/core':>14}")
    for name, cost in costs.items():
        _row(name, cost, limit)
    frame_s = costs["original"].wall_s / costs["original"].frames + SLEEP_S
    hourly = 3600 / frame_s
    print(
        f"{'original, with its sleep':<28}{'':>8}{1 / frame_s:>10.0f}{'':>10}", end=""
    )
    print(f"{hourly:>18,.0f}{24 * hourly / FRAMES_A_DAY:>14.1f}")
    print(f"{'limit: decode + invoke':<28}{limit:>8.3f}{1000 / limit:>10.0f}")
    handed = costs["decode and hand over"].cpu_ms + costs["invoke only"].cpu_ms
    print(f"{'decode, hand over + invoke':<28}{handed:>8.3f}{1000 / handed:>10.0f}")
    ratio = costs["pipeline, area"].cpu_ms / handed
    print(f"pipeline, area: {ratio:.2f} of decode, hand over + invoke")
    faster = costs["original"].cpu_ms / costs["pipeline, area"].cpu_ms
    print(f"pipeline, area: {faster:.1f} times the original's frames per core second")


def _print_shares(pipeline: Pipeline, clips: Sequence[Path], cost: Cost) -> None:
    """Print what each measure takes of a frame's time."""
    shares = Shares()
    with shares.counting():
        for clip in clips:
            for _ in pipeline.run(clip):
                pass
    print(f"{'of pipeline, area':<34}{'share':>8}{'us a frame':>12}")
    for stage in dict.fromkeys(STAGES.values()):
        share = shares.of(stage)
        print(f"  {stage:<32}{share:>8.1%}{1000 * share * cost.cpu_ms:>12.0f}")


def _row(name: str, cost: Cost, limit: float) -> None:
    ratio = cost.cpu_ms / limit
    print(f"{name:<28}{cost.cpu_ms:>8.3f}{cost.per_second:>10.0f}", end="")
    print(f"{ratio:>10.2f}{cost.per_core_hour:>18,.0f}{cost.cameras:>14.1f}")
