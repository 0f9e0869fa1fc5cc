"""How many frames without a target may lie within an encounter."""

from __future__ import annotations

_NEARLY = 1.001  # so that five seconds at 0.9999 frames a second are five frames


def frames_in(seconds: float, framerate: float) -> int:
    """Count the whole frames in so many seconds, at a measured rate."""
    return int(seconds * framerate * _NEARLY)
