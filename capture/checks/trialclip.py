"""Films a few seconds that are counted and not kept, to see that the camera works."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional

from capture.cameras import Camera
from capture.config import CaptureConfig
from weir.clock import Clock
from weir.h264 import FrameCounter
from weir.sidecar import rate_of

MOST_OFF = 0.02
"""How far the measured rate may be from the configured one, as a share."""

_SECONDS, _FRAMES, _STOP_S = 5.0, 4, 10.0


@dataclass(frozen=True)
class TrialClip:
    """What came of a trial.

    Attributes:
        asked: frames per second in the config.
        seconds: how long was filmed.
        frames, bytes: how many came.
        decodes: whether the stream's parameters and a key frame came.
        rate: frames per second by the camera's own times; None if it told none.
        framerates: the sensor's slowest and fastest rate; None if not told.
    """

    asked: float
    seconds: float
    frames: int
    bytes: int
    decodes: bool
    rate: Optional[float]
    framerates: Optional[tuple[float, float]]

    @property
    def words(self) -> str:
        """What came, in words."""
        return f"{self.frames} frames in {self.seconds:g} s, {self.bytes} bytes"

    @property
    def problem(self) -> str:
        """What is wrong with the clip; empty if nothing is."""
        if not self.decodes:
            return "nothing that can be decoded"
        if self.rate is None:
            # A camera takes a moment to start: half of the frames show that it runs.
            few = self.frames < self.seconds * self.asked / 2
            return "too few frames" if few else ""
        if abs(self.rate - self.asked) <= MOST_OFF * self.asked:
            return ""
        return (
            f"{self.rate:.4g} frames a second where {self.asked:g} was asked for; the "
            f"nearest that this sensor does: capture.framerate = {self._nearest:.4g}"
        )

    @property
    def _nearest(self) -> float:
        """The rate nearest the asked one: in the sensor's range, else as measured."""
        slowest, fastest = self.framerates or (0.0, float("inf"))
        within = min(max(self.asked, slowest), fastest)
        return self.rate or within if within == self.asked else within


def film_trial(camera: Camera, config: CaptureConfig, clock: Clock) -> TrialClip:
    """Film for some seconds, or longer if a few frames take longer.

    Raises:
        CameraError: the camera failed.
    """
    seconds = max(_SECONDS, _FRAMES * config.frame_s)
    sink = _Counting()
    camera.start(sink)
    end = clock.monotonic() + seconds
    while (left := end - clock.monotonic()) > 0:
        camera.wait(min(1.0, left))
    camera.stop(_STOP_S)
    counter = sink.counter
    return TrialClip(
        asked=config.framerate,
        seconds=seconds,
        frames=counter.frames,
        bytes=sink.bytes,
        decodes=bool(counter.has_parameters and counter.key_frames),
        rate=rate_of(sink.times_ms),
        framerates=camera.framerates,
    )


class _Counting:
    """A sink that counts, and keeps nothing but times."""

    def __init__(self) -> None:
        self.counter = FrameCounter()
        self.bytes = 0
        self.times_ms: list[int] = []

    def write(self, data: bytes, time_ms: Optional[int] = None) -> None:
        self.bytes += len(data)
        if self.counter.feed(data) and time_ms is not None:
            self.times_ms.append(time_ms)
