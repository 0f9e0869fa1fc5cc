"""Chooses how a clip is gone through, as the config says."""

from __future__ import annotations

from dataclasses import replace
from typing import Optional

from analysis.config import AUTO, AnalysisConfig
from analysis.look.choice.costs import measure
from analysis.look.choice.spacing import Spacing, TimeOf
from analysis.look.choice.still import Stillness
from analysis.look.choice.watch import Watch
from analysis.models import Detector
from analysis.values.job import ClipJob, Costs


def settle(job: ClipJob, detector: Detector) -> tuple[AnalysisConfig, Optional[Costs]]:
    """Settle what ``reuse_below`` is for a clip.

    Returns:
        The config, in which it is a number; and what was measured for it, or None
        where it is one already.
    """
    config = job.config
    if config.detector.reuse_below != AUTO:
        return config, None
    costs = measure(job, detector)
    settled = replace(config.detector, reuse_below=costs.reuse_below)
    return replace(config, detector=settled), costs


def watch_of(
    config: AnalysisConfig,
    detector: Detector,
    framerate: float,
    times: Optional[TimeOf],
) -> Watch:
    """Return what goes through a clip.

    Args:
        config: how to look; ``reuse_below`` is a number.
        detector: looks.
        framerate: frames per second.
        times: says when a frame is shown; None where frames follow each other evenly.
    """
    below, a_second = config.detector.reuse_below, config.sample_fps
    assert not isinstance(below, str)  # noqa: S101 - it was settled for the clip
    time_of = times or (lambda index: index * 1000 / framerate)
    return Watch(
        detector,
        Stillness(below, config.detector.threshold) if below else None,
        Spacing(a_second, time_of) if a_second else None,
    )
