"""A worker's second job: the verifier looks at some frames of a clip.

The clip is decoded from its beginning to the last of these frames, as it was when all
frames were looked at. So a frame's number means the same picture, also in footage that
is damaged. One frame is held at a time.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import lru_cache

from analysis import ModelError, WorkerLost
from analysis.config import AnalysisConfig
from analysis.frames.frames import Frame, FrameReader
from analysis.look.pipeline import load_models
from analysis.look.snapshots import draw
from analysis.models import Detector, load_verifier
from analysis.models.quiet import quiet
from analysis.models.usable import require_same
from analysis.values.seen import Detection
from analysis.values.verifying import Answers, Look, VerifyJob
from analysis.verification.verdict import shown_look


@lru_cache(maxsize=2)
def load_heavy(config: AnalysisConfig) -> Detector:
    """Load the verifier of a config, once in each process."""
    with quiet():
        return load_verifier(config.verifier, config.engine)


def verify(job: VerifyJob) -> Answers:
    """Look at the frames that are asked for.

    Raises:
        DecodeError: not one frame could be decoded.
        ModelError: a model cannot be used, or is not the one that the run began with.
        WorkerLost: the engine failed on a frame.
    """
    started = time.perf_counter()
    (detector, classifier), verifier = load_models(job.config), load_heavy(job.config)
    if job.models:
        named = classifier.facts if classifier else None
        require_same(job.models, (detector.facts, named, verifier.facts))
    wanted = {frame for item in job.items for frame in item.frames}
    looks: dict[int, Look] = {}
    pictures: dict[int, tuple[int, bytes]] = {}
    with FrameReader(job.path, job.config.rotate) as reader:
        for frame in reader:
            if frame.index in wanted:
                looks[frame.index] = _look(frame, job.config)
                _draw(frame, job, looks, pictures)
            if len(looks) == len(wanted):
                break
    return Answers(
        tuple(looks.values()),
        {place: picture for place, (_, picture) in pictures.items()},
        time.perf_counter() - started,
    )


def _look(frame: Frame, config: AnalysisConfig) -> Look:
    """Look at a frame, and name what is seen."""
    detector, classifier = load_models(config)
    verifier = load_heavy(config)
    try:
        seen = verifier.detect(frame)
        boxes = seen.detections
        if classifier and boxes:
            of_frame = (
                classifier.classify(frame, None) if detector.whole_frame else None
            )
            named: list[Detection] = []
            for one in boxes:
                scores = of_frame
                if scores is None:
                    scores = classifier.classify(frame, one.box)
                winner = int(scores.argmax())
                name, score = classifier.labels[winner], float(scores[winner])
                named.append(replace(one, species=name, species_score=score))
            boxes = tuple(named)
    except ModelError as exc:
        raise WorkerLost(str(exc)) from exc
    if len(detector.targets) == len(verifier.targets) == 1:
        own = detector.targets[0]  # the same thing by two names is one thing in sums
        boxes = tuple(replace(one, label=own) for one in boxes)
    return Look(frame.index, seen.score, boxes)


def _draw(
    frame: Frame,
    job: VerifyJob,
    looks: dict[int, Look],
    pictures: dict[int, tuple[int, bytes]],
) -> None:
    """Draw a frame for each item that it shows best so far."""
    for place, item in enumerate(job.items):
        if frame.index not in item.frames:
            continue
        best = shown_look(item, looks)
        if best and best.frame == frame.index:
            picture = draw(frame.bgr(), looks[frame.index].boxes)
            pictures[place] = (frame.index, picture)
