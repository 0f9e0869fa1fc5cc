"""Films without hardware: a simulated river, or a file that is replayed.

This camera has no thread, because ``wait`` itself films. A frame is ready at the end of
its time, so that one second holds exactly one second's frames. The clock decides how
fast time passes. With ``pace = "fast"`` the daemon's clock is simulated, and each wait
moves it forward.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

from capture.cameras import CameraError, Lens, Sink
from capture.cameras.stream.footage import Footage, ReplayFootage, RiverFootage
from capture.config import CaptureConfig
from weir.clock import Clock

_SAME_MOMENT_S = 1e-6
_MOST_LATE_S = 5.0


class SimulatedCamera:
    """A camera as ``capture.cameras`` describes it.

    Args:
        config: ``[capture]``. Its rotation is ignored, because the scene is upright.
        clock: tells when a frame is due.

    Raises:
        CameraMissing: the river or the file is not available. The text says what to do.
    """

    backend = "simulated"
    framerates: Optional[tuple[float, float]] = None  # as fast as the machine can
    lens: Optional[Lens] = None

    def __init__(self, config: CaptureConfig, clock: Clock) -> None:
        self._clock = clock
        self._framerate = config.framerate
        self._footage = _footage(config)
        self._sink: Optional[Sink] = None
        self._started = self._lost = self._lost_first = 0.0
        self._frames = 0
        self.settings: Mapping[str, Any] = self._footage.settings

    def start(self, sink: Sink) -> None:  # noqa: D102 - said where the interface is
        self._footage.begin(int(self._clock.now().timestamp()))
        self._started = self._clock.monotonic()
        self._frames, self._lost = 0, 0.0
        self._sink = sink

    def wait(self, seconds: float) -> None:  # noqa: D102 - said where the interface is
        if self._sink is None:
            raise CameraError("the simulated camera was not started")
        until = self._clock.monotonic() + seconds
        while (now := self._clock.monotonic()) < until - _SAME_MOMENT_S:
            due = self._started + self._lost + (self._frames + 1) / self._framerate
            self._clock.wait(max(0.0, min(due, until) - now), _Never())
            late = self._clock.monotonic() - due
            if late >= -_SAME_MOMENT_S:
                # After a short delay, as of a stalled drive, the camera catches up.
                # After a longer one, as of a machine that paints too slowly, the
                # missed frames are left out.
                self._lost += late if late > _MOST_LATE_S else 0.0
                self._film(self._sink)

    def stop(self, deadline_s: float) -> None:  # noqa: ARG002, D102 - of the interface, and said there
        self._sink = None

    def companions(self) -> Mapping[str, str]:  # noqa: D102 - said where the interface is
        return self._footage.companions() if self._frames else {}

    def still(self, path: Path) -> bool:  # noqa: ARG002, D102 - of the interface, and said there
        return False

    def close(self) -> None:  # noqa: D102 - said where the interface is
        self._sink = None

    def _film(self, sink: Sink) -> None:
        self._lost_first = self._lost_first if self._frames else self._lost
        passed = self._frames / self._framerate + self._lost - self._lost_first
        try:
            frame = self._footage.next()
        except (OSError, StopIteration) as exc:
            raise CameraError(f"the simulated camera has no frame: {exc!r}") from exc
        sink.write(frame, round(1000 * passed))
        self._frames += 1


class _Never:
    """A stop that is never requested, because a single wait is short enough."""

    requested = False

    def wait(self, seconds: float) -> bool:
        """Wait for this number of seconds.

        Returns:
            False, because nobody requests a stop.
        """
        threading.Event().wait(seconds)
        return False


def _footage(config: CaptureConfig) -> Footage:
    if config.simulated.replay:
        return ReplayFootage(config.simulated.replay)
    return RiverFootage(config)
