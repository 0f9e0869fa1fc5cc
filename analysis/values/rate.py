"""How many frames a second footage has, and what says so.

Raw streams have no times. Their headers may state a rate (in H.264, the timing of the
SPS, of which two ticks are a frame), which is often right and sometimes the encoder's
default. So whoever knows the camera may say it in the config.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

import numpy as np
import numpy.typing as npt

SIDECAR, CONTAINER, TIMES = "sidecar", "container", "times"
CONFIG, STREAM = "config", "stream"
"""What says a rate; empty where nothing does."""

_ASSUMED = 1.0
_LEAST, _MOST = 1e-4, 10_000.0
FAR = 0.02
"""Two rates that differ by more are not the same."""


@dataclass(frozen=True)
class Rate:
    """A rate that was chosen.

    Attributes:
        fps: frames per second.
        source: what says it; empty where nothing does and it is assumed.
        stream: what a raw stream says; None where it says nothing.
    """

    fps: float
    source: str
    stream: Optional[float] = None

    @property
    def is_doubtful(self) -> bool:
        """Whether the config says it, and the stream says another."""
        if self.source != CONFIG or not self.stream:
            return False
        return are_far(self.fps, self.stream)


def choose(
    sidecar: Optional[float],
    container: Optional[float],
    stream: Optional[float],
    assumed: float,
    times: Optional[float] = None,
) -> Rate:
    """Choose the rate that is believed.

    Args:
        sidecar: what the sidecar says.
        container: what the container says.
        stream: what a raw stream says.
        assumed: what the config says of raw streams; 0 if nothing.
        times: what the times of the frames say, which came beside a raw stream.
    """
    known = (
        (sidecar, SIDECAR),
        (container, CONTAINER),
        (times, TIMES),
        (assumed, CONFIG),
        (stream, STREAM),
    )
    for fps, source in known:
        if fps:
            return Rate(fps, source, stream)
    return Rate(_ASSUMED, "", stream)


def is_plausible(fps: Optional[float]) -> bool:
    """Whether a camera may film so: a frame in three hours, or 10,000 in a second."""
    return fps is not None and _LEAST <= fps <= _MOST


def rate_of(times: npt.NDArray[np.float64]) -> float:
    """Return how many frames a second two or more times in milliseconds are."""
    return float((len(times) - 1) * 1000 / (times[-1] - times[0]))


def are_far(one: float, other: float) -> bool:
    """Whether two rates are not the same."""
    return abs(one / other - 1) > FAR
