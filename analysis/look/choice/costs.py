"""Costs: what a frame of a clip costs, measured on its first ones."""

from __future__ import annotations

import time
from itertools import islice

from analysis.frames.frames import Frame, FrameReader
from analysis.models import Detector
from analysis.values.job import ClipJob, Costs

_DECODED = 32
_QUICK_MS = 1000.0
"""A slower model is run only once more, because its first run costs little extra."""


def measure(job: ClipJob, detector: Detector) -> Costs:
    """Measure what a frame costs, in time of the processor and not of the clock.

    Raises:
        DecodeError: not one frame could be decoded.
        ModelError: the engine failed.
    """
    with FrameReader(job.path, job.config.rotate) as reader:
        frames = iter(reader)
        frame, read = next(frames), 0
        started = time.process_time()
        for frame in islice(frames, _DECODED):  # noqa: B007 - the last one is shown
            read += 1
        decode_ms = 1000 * (time.process_time() - started) / max(1, read)
        model_ms = _run_ms(detector, frame)
        for _ in range(3 if model_ms < _QUICK_MS else 1):
            model_ms = min(model_ms, _run_ms(detector, frame))
    return Costs(model_ms, decode_ms)


def _run_ms(detector: Detector, frame: Frame) -> float:
    started = time.process_time()
    detector.detect(frame)
    return 1000 * (time.process_time() - started)
