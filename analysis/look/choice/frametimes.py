"""The times of a clip's frames: those that came beside it, or the footage's own."""

from __future__ import annotations

from typing import Optional

from analysis.frames.frames import FrameReader
from analysis.look.choice.spacing import TimeOf
from analysis.values.job import ClipJob, Times
from weir.printable import many


def times_for(job: ClipJob, reader: FrameReader) -> tuple[Optional[Times], str]:
    """Decide whether the times that came with a clip are those of its frames.

    Returns:
        The times, and ""; or None, and why they are not used.
    """
    if job.times is None or job.framerate or reader.framerate or reader.measured:
        return None, ""
    if len(job.times) != reader.promised:
        times = many(len(job.times), "time")
        return None, f"it has {times}, and the clip {reader.promised}"
    return job.times, ""


def time_of(told: Optional[Times], reader: FrameReader, fps: float) -> TimeOf:
    """Return what says when a frame is shown, while the clip is read."""
    if told is None:
        return lambda index: reader.time_ms(index, fps)
    return lambda index: float(told[min(index, len(told) - 1)])
