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

from analysis.config import AnalysisConfig
from analysis.frames.frames import Frame, FrameReader
from analysis.frames.pictures import sum_pictures
from analysis.look.choice.choose import settle, watch_of
from analysis.look.choice.frametimes import time_of, times_for
from analysis.look.choice.sightings import Sightings
from analysis.look.choice.spacing import TimeOf
from analysis.look.choice.watch import Glance
from analysis.look.encounters import EncounterBuilder, SeenFrame
from analysis.look.lower import Lower
from analysis.look.measures import Measures, spots_of_box
from analysis.look.moved.flat import Flat, flats
from analysis.look.snapshots import draw
from analysis.look.water import HEIGHT, WIDTH, Grey, Water, measure, spots_of
from analysis.models import (
    Classifier,
    Detector,
    Seen,
    load_classifier,
    load_detector,
)
from analysis.models.probing import chosen_from, probe, telling
from analysis.models.quiet import quiet
from analysis.models.usable import require_same
from analysis.values.facts import Choice
from analysis.values.job import ClipJob, Findings
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
        named = classifier.facts if classifier else None
        require_same(job.models[:2], (detector.facts, named))
    with FrameReader(job.path, job.config.rotate) as reader:
        told, unused = times_for(job, reader)
        rate = choose(
            job.framerate,
            reader.framerate,
            reader.stream_rate,
            job.config.assumed_framerate,
            reader.measured if told is None else rate_of(told),
        )
        config, costs = settle(job, detector)
        look = ClipLook(
            config,
            detector,
            classifier,
            rate.fps,
            require_motion=job.require_motion,
            times=time_of(told, reader, rate.fps),
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
            costs=costs,
            damage=reader.damage,
            pictures=pictures,
            framerate_from=rate.source,
            stream_rate=rate.stream,
            ways=_ways(job, findings),
            unturned=reader.unturned,
            unbelieved_rate=reader.unbelieved,
            made=reader.track.created if reader.track else "",
        )


def _ways(job: ClipJob, findings: Findings) -> tuple[Choice, ...]:
    """Score telling frames in other ways from pixels to the detector's input, too."""
    if not job.probes:
        return ()
    with FrameReader(job.path, job.config.rotate) as reader:
        frames = chosen_from(reader, telling(findings.scores, findings.motion))
    return tuple(probe(job.config.detector, job.config.engine, frames, patient=False))


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
        times: Optional[TimeOf] = None,
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
        self._waters: deque[tuple[Flat, Rect, Water]] = deque()
        self._size: Size = (0, 0)
        self._field: Rect = (0, 0, 0, 0)
        self._rows: list[tuple[float, bool]] = []
        self._trusted: list[bool] = []
        self._watch = watch_of(config, detector, framerate, times)
        self._sightings = Sightings(min(framerate, config.sample_fps or framerate))
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
        for glance in self._watch.through(self._passing(frames), ahead):
            self._at(glance)
            yield glance.frame.index

    def _passing(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """Take the brightness of each frame while it is in the processor's cache."""
        for frame in frames:
            if frame.size != self._size:
                self._size = frame.size
                self._field = spots_of(frame.size, self._detector.field(frame.size))
            self._passed.append((frame.grey(WIDTH, HEIGHT), self._field))
            yield frame

    def _at(self, glance: Glance) -> None:
        """Take the next frame, with what the detector sees in it."""
        frame, seen = glance.frame, glance.seen
        if not self._waters:
            self._measure()
        picture, part, water = self._waters.popleft()
        self._rows.append((water.detail, water.visible))
        self._trusted.append(frame.mark.is_trusted)
        encounter = None
        if seen is None:
            self._pass_over(glance)
        else:
            encounter = self._see(glance, seen)
        detections = self._sightings.detections
        is_called = bool(detections) and frame.mark.is_trusted
        if is_called and (box := detections[0].box):
            part = spots_of_box(box)
        self._measures.feed(
            frame,
            picture,
            part,
            encounter=encounter if is_called else None,
            is_visible=water.visible,
            is_called=is_called,
        )
        if seen and self._builder.is_best:
            self._best = (frame.keep(), detections)
            self._measures.best(frame, self._builder.number, detections[0].box)

    def _see(self, glance: Glance, seen: Seen) -> int:
        """Take a frame that was looked at; return its encounter, if it is in one."""
        frame, before = glance.frame, self._builder.number
        between = self._sightings.between if self._sightings.detections else []
        detections, species = self._classify(frame, seen.detections)
        self._sightings.look(glance, seen, detections)
        self._close(
            self._builder.feed(SeenFrame(frame.index, detections, species, frame.mark))
        )
        self._lower.feed(frame, seen)
        number = self._builder.number
        if detections and frame.mark.is_trusted and number == before:
            self._measures.also(number, [f for f in between if self._trusted[f]])
        return number

    def _pass_over(self, glance: Glance) -> None:
        """Take a frame that was not looked at."""
        frame = glance.frame
        self._sightings.pass_over(glance)
        # Whether it is part of an encounter is known when the next one is looked at.
        if not self._sightings.detections:
            self._close(self._builder.feed(SeenFrame(frame.index, (), None)))
        if not self._sightings.is_kept:
            self._lower.feed(frame, Seen(0.0, ()))

    def _measure(self) -> None:
        """Measure the water of all frames that have passed, in one go."""
        (greys, parts), self._passed = zip(*self._passed), []
        waters = measure(list(map(_cut, greys, parts)))
        self._waters.extend(zip(flats(greys), parts, waters))

    def findings(self, seconds: float) -> Findings:
        """End the clip, and return its findings."""
        self._close(self._builder.finish())
        measured = self._measures.finish()
        return Findings(
            framerate=self._framerate,
            size=self._size,
            detail=np.array([detail for detail, _ in self._rows], np.float32),
            visible=np.array([visible for _, visible in self._rows], np.bool_),
            trusted=None if all(self._trusted) else np.array(self._trusted),
            snapshots=self._snapshots,
            seconds=seconds,
            **self._sightings.finish(),
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
