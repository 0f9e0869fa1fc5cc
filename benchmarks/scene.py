"""How fast does the simulated camera film? ``python -m benchmarks.scene``, on one core.

It should render and encode at least 60 frames a second at 720 by 480, so that a month
of footage takes a night.
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
    """Counts a camera's bytes."""

    def __init__(self) -> None:
        self.bytes = 0

    def write(self, data: bytes, time_ms: Optional[int] = None) -> None:  # noqa: ARG002 - an argument of the interface
        """Count the bytes of a frame."""
        self.bytes += len(data)


def measure(scene: SimulatedConfig) -> tuple[float, float]:
    """Measure frames a second and bytes a frame, the start of the clip included."""
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
