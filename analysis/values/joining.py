"""The rule by which frames are joined: what follows each other, but for a gap."""

from __future__ import annotations

from collections.abc import Iterable

_NEARLY = 1.001  # so that five seconds at 0.9999 frames a second are five frames


def frames_in(seconds: float, framerate: float) -> int:
    """Count the whole frames in so many seconds, at a measured rate."""
    return int(seconds * framerate * _NEARLY)


def joined(frames: Iterable[int], gap_frames: int) -> list[list[int]]:
    """Join frames with a target to the runs of frames that are one encounter each.

    Args:
        frames: their indices, in order.
        gap_frames: how many frames without a target may lie within a run.
    """
    runs: list[list[int]] = []
    for frame in frames:
        if runs and frame - runs[-1][-1] <= gap_frames + 1:
            runs[-1].append(frame)
        else:
            runs.append([frame])
    return runs
