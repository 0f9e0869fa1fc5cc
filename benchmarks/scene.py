"""How fast the simulated camera films: ``python -m benchmarks.scene``, on one core.

The least that is wanted is 60 frames a second at 720 by 480, rendered and encoded, so
that a month of footage takes a night.
"""

from __future__ import annotations

import os
import time
from datetime import datetime, timezone
from typing import Optional

from capture.cameras.simulated import SimulatedCamera
from capture.config import CaptureConfig, SimulatedConfig
from weir.clock import SimulatedClock

_FRAMES = 300
_START = datetime(2026, 5, 1, 9, tzinfo=timezone.utc)
RIVERS = {
    "clear, few fish": SimulatedConfig(turbidity=0.1, fish_per_hour=20),
    "as configured": SimulatedConfig(),
    "murky, restless": SimulatedConfig(turbidity=0.9, flicker=1.0, debris=1.0),
    "clear, crowded": SimulatedConfig(turbidity=0.1, debris=1.0, fish_per_hour=300),
}


class _Counter:
    """A sink that counts."""

    def __init__(self) -> None:
        self.bytes = 0

    def write(self, data: bytes, time_ms: Optional[int] = None) -> None:  # noqa: ARG002
        """Count."""
        self.bytes += len(data)


def measure(scene: SimulatedConfig) -> tuple[float, float]:
    """Frames a second and bytes a frame, with the clip's start in it."""
    camera = SimulatedCamera(CaptureConfig(simulated=scene), SimulatedClock(_START))
    sink = _Counter()
    began = time.process_time()
    camera.start(sink)
    camera.wait(_FRAMES)
    camera.stop(1)
    return _FRAMES / (time.process_time() - began), sink.bytes / _FRAMES


def main() -> None:
    """Print a line for each river."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print("\nThe simulated camera")
    for name, scene in RIVERS.items():
        fps, size = measure(scene)
        print(f"{name:<20} {fps:5.0f} frames/s on one core, {size:6.0f} bytes a frame")


if __name__ == "__main__":
    main()
