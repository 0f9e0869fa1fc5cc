"""The pipeline: a worker takes one clip from its file to its findings.

Every frame is decoded, measured and shown to the detector; if it has a target, the
classifier sees it too. Nothing is written; all findings are returned at the end.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Optional

import numpy as np
import numpy.typing as npt

from analysis import ModelError
from analysis.config import AnalysisConfig
from analysis.frames.frames import Frame, FrameReader
from analysis.frames.pictures import sum_pictures
from analysis.look.encounters import EncounterBuilder, SeenFrame
from analysis.look.lower import Lower
from analysis.look.measures import Measures, spots_of_box
from analysis.look.snapshots import draw
from analysis.look.tracks import Tracker
from analysis.look.water import HEIGHT, WIDTH, Grey, Water, measure, spots_of
from analysis.models import (
    Classifier,
    Detector,
    Seen,
    load_classifier,
    load_detector,
)
from analysis.models.probing import judge, probe, spread_through
from analysis.models.quiet import quiet
from analysis.values.facts import Facts
from analysis.values.job import ClipJob, Findings, Times
from analysis.values.joining import frames_in
from analysis.values.rate import choose, rate_of
from analysis.values.seen import Detection, Encounter, Rect, Size

_Scores = npt.NDArray[np.float32]


@lru_cache(maxsize=4)  # a worker has one config; the benchmark of speed compares three
def load_models(config: AnalysisConfig) -> tuple[Detector, Optional[Classifier]]:
    """Load the models of a config, once in each process."""
    with quiet():
        detector = load_detector(config.detector, config.engine)
        if config.classifier.model is None:
            return detector, None
        boxes = not detector.whole_frame
        return detector, load_classifier(
            config.classifier, config.engine, on_boxes=boxes
        )


def analyse(job: ClipJob) -> Findings:
    """Look at one clip.

    Raises:
        DecodeError: not one frame could be decoded.
        ModelError: a model cannot be used, or is not the one that the run began with.
    """
    started = time.perf_counter()
    detector, classifier = load_models(job.config)
    if job.models:
        _require_same(job.models, (detector, classifier))
    with FrameReader(job.path, job.config.rotate) as reader:
        told, unused = _times_for(job, reader)
        rate = choose(
            job.framerate,
            reader.framerate,
            reader.stream_rate,
            job.config.assumed_framerate,
            reader.measured if told is None else rate_of(told),
        )
        look = ClipLook(
            job.config,
            detector,
            classifier,
            rate.fps,
            require_motion=job.require_motion,
        )
        for _ in look.watch(reader, reader.ahead):
            pass
        pictures = sum_pictures(job.path)
        findings = look.findings(time.perf_counter() - started)
        if told is not None and len(findings.scores) != len(told):
            unused = f"of {len(told)} frames {len(findings.scores)} could be decoded"
            told = None
        return replace(
            findings,
            frames_expected=reader.frames_expected,
            times=reader.times_ms(rate.fps) if told is None else told,
            times_unused=unused,
            damage=reader.damage,
            pictures=pictures,
            framerate_from=rate.source,
            stream_rate=rate.stream,
            model_doubt=_doubt(job),
            unturned=reader.unturned,
            unbelieved_rate=reader.unbelieved,
            made=reader.track.created if reader.track else "",
        )


def _times_for(job: ClipJob, reader: FrameReader) -> tuple[Optional[Times], str]:
    """Decide whether the times that came with a clip are those of its frames.

    Returns:
        The times, and ""; or None, and why they are not used.
    """
    if job.times is None or job.framerate or reader.framerate or reader.measured:
        return None, ""
    if len(job.times) != reader.promised:
        return None, f"it has {len(job.times)} times, and the clip {reader.promised}"
    return job.times, ""


def _doubt(job: ClipJob) -> str:
    """Say what speaks against the way from pixels to the detector's input."""
    if not job.probes:
        return ""
    with FrameReader(job.path, job.config.rotate) as reader:
        frames = spread_through(reader)
    return judge(probe(job.config.detector, job.config.engine, frames, patient=False))


def _require_same(began: Facts, loaded: tuple[Detector, Optional[Classifier]]) -> None:
    """Refuse models that are not those under whose names the run is recorded."""
    for model, found in zip(began, loaded):
        if model and (changed := model.difference(found.facts if found else None)):
            raise ModelError(
                f"{model.file}: was replaced while the daemon ran ({changed}); it is"
                " taken, as a new run, when the daemon starts again"
            )


class ClipLook:
    """Looks at the frames of one clip, and collects what was seen."""

    def __init__(
        self,
        config: AnalysisConfig,
        detector: Detector,
        classifier: Optional[Classifier],
        framerate: float,
        *,
        require_motion: bool,
    ) -> None:
        self._detector = detector
        self._classifier = classifier
        self._framerate = framerate
        self._builder = EncounterBuilder(
            gap_frames=frames_in(config.encounter_gap_s, framerate),
            species=classifier.labels if classifier else (),
        )
        self._lower = Lower(config, framerate, require_motion=require_motion)
        self._measures = Measures(
            config, detector, framerate, require_motion=require_motion
        )
        self._passed: list[tuple[Grey, Rect]] = []
        self._waters: deque[tuple[Grey, Rect, Water]] = deque()
        self._size: Size = (0, 0)
        self._field: Rect = (0, 0, 0, 0)
        self._rows: list[tuple[float, float, bool]] = []
        self._trusted: list[bool] = []
        self._detections: list[tuple[int, Detection]] = []
        self._tracker = Tracker(framerate)
        self._track_of: list[int] = []
        self._snapshots: dict[int, bytes] = {}
        self._best: Optional[tuple[Frame, tuple[Detection, ...]]] = None

    def watch(self, frames: Iterable[Frame], ahead: int = 1) -> Iterator[int]:
        """Look at the next frames.

        Args:
            frames: in the clip's order.
            ahead: how many of them stay valid at a time.

        Yields:
            The index of each frame that is done.

        Raises:
            ModelError: the engine failed.
        """
        for frame, seen in self._detector.watch(self._passing(frames), ahead):
            self._at(frame, seen)
            yield frame.index

    def _passing(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Take the brightness of each frame while it is in the processor's cache."""
        for frame in frames:
            if frame.size != self._size:
                self._size = frame.size
                self._field = spots_of(frame.size, self._detector.field(frame.size))
            self._passed.append((frame.grey(WIDTH, HEIGHT), self._field))
            yield frame

    def _at(self, frame: Frame, seen: Seen) -> None:
        """Take the next frame, with what the detector sees in it."""
        if not self._waters:
            self._measure()
        grey, part, water = self._waters.popleft()
        detections, species = self._classify(frame, seen.detections)
        self._rows.append((seen.score, water.detail, water.visible))
        self._trusted.append(frame.mark.is_trusted)
        self._detections += [(frame.index, detection) for detection in detections]
        self._track_of += self._tracker.feed(
            frame.index, detections, frame.size, frame.mark
        )
        self._close(
            self._builder.feed(SeenFrame(frame.index, detections, species, frame.mark))
        )
        encounter = None
        if detections and frame.mark.is_trusted:
            encounter, box = self._builder.number, detections[0].box
            part = spots_of_box(box) if box else part
        self._measures.feed(
            frame, grey, part, encounter=encounter, is_visible=water.visible
        )
        self._lower.feed(frame, seen)
        if self._builder.is_best:
            self._best = (frame.keep(), detections)
            self._measures.best(frame, self._builder.number, detections[0].box)

    def _measure(self) -> None:
        """Measure the water of all frames that have passed, in one go."""
        waters = measure([_cut(*passed) for passed in self._passed])
        self._waters.extend((*each, water) for each, water in zip(self._passed, waters))
        self._passed.clear()

    def findings(self, seconds: float) -> Findings:
        """End the clip, and return its findings."""
        self._close(self._builder.finish())
        measured = self._measures.finish()
        scores, detail = (
            np.array([row[column] for row in self._rows], np.float32)
            for column in range(2)
        )
        return Findings(
            framerate=self._framerate,
            size=self._size,
            scores=scores,
            detail=detail,
            visible=np.array([row[2] for row in self._rows], np.bool_),
            trusted=None if all(self._trusted) else np.array(self._trusted),
            detections=tuple(self._detections),
            snapshots=self._snapshots,
            seconds=seconds,
            tracks=self._tracker.finish(),
            track_of=tuple(self._track_of),
            **measured,
            **self._lower.finish(measured["encounters"], self._measures.uniqueness),
        )

    def _classify(
        self, frame: Frame, detections: tuple[Detection, ...]
    ) -> tuple[tuple[Detection, ...], Optional[_Scores]]:
        if self._classifier is None or not detections:
            return detections, None
        scores = [self._classifier.classify(frame, d.box) for d in detections]
        named = tuple(
            _named(detection, self._classifier.labels, vector)
            for detection, vector in zip(detections, scores)
        )
        return named, np.mean(scores, axis=0)

    def _close(self, encounter: Optional[Encounter]) -> None:
        if encounter is None or self._best is None:
            return
        frame, detections = self._best
        self._measures.close(encounter)
        self._snapshots[encounter.number] = draw(frame.bgr(), detections)
        self._best = None


def _cut(grey: Grey, part: Rect) -> Grey:
    x, y, width, height = part
    return grey[y : y + height, x : x + width]


def _named(detection: Detection, labels: tuple[str, ...], scores: _Scores) -> Detection:
    winner = int(scores.argmax())
    return Detection(
        detection.label,
        detection.score,
        detection.box,
        labels[winner],
        float(scores[winner]),
    )
