"""A bench for every camera: each backend opened, and what it films kept."""

from __future__ import annotations

import contextlib
import threading
from dataclasses import replace
from typing import Any, Callable, Optional

from capture.cameras import Camera, open_camera
from capture.config import CaptureConfig
from tests.capture.cameras import fake_mmal as mmal
from tests.capture.cameras import fake_picamera2 as native
from tests.capture.cameras.fake_v4l2 import Device
from weir.clock import SystemClock
from weir.h264 import FrameCounter

PERIOD_S = 0.01
BACKENDS = ("simulated", "picamera", "picamera2 hardware", "picamera2 software")


class Film:
    """A sink that keeps everything, and can be waited for."""

    def __init__(self) -> None:
        self.units: list[bytes] = []
        self.times_ms: list[Optional[int]] = []
        self._more = threading.Condition()

    def write(self, data: bytes, time_ms: Optional[int] = None) -> None:
        """Keep it."""
        with self._more:
            self.units.append(data)
            self.times_ms.append(time_ms)
            self._more.notify_all()

    @property
    def counter(self) -> FrameCounter:
        """Its frames, counted."""
        counter = FrameCounter()
        for unit in self.units:
            counter.feed(unit)
        return counter


class Bench:
    """One backend, ready to be opened.

    Attributes:
        config: for it.
        hang: makes the open camera give no more bytes.
    """

    def __init__(self, config: CaptureConfig) -> None:
        self.config = config
        self.hang: Callable[[], None] = lambda: None
        self.device: Optional[Device] = None
        self.native: Any = None

    def open(self) -> Camera:
        """Open it."""
        return open_camera(self.config, SystemClock())


def wait_long(camera: Camera) -> None:
    """Film for some seconds, in small waits."""
    for _ in range(200):
        camera.wait(0.02)


def film(camera: Camera, frames: int) -> Film:
    """A clip of at least so many frames."""
    sink = Film()
    camera.start(sink)
    for _ in range(250):
        camera.wait(0.02)
        if sink.counter.frames >= frames:
            break
    camera.stop(5)
    return sink


def prepare(backend: str, stack: contextlib.ExitStack) -> Bench:
    """A backend off a Pi, as far as it goes."""
    made = Bench(CaptureConfig(backend=backend.partition(" ")[0], keyframe_interval=10))
    if backend == "simulated":
        made.config = replace(made.config, framerate=100, resolution=(64, 48))
    elif backend == "picamera":
        picamera = mmal.import_picamera()
        for patch in mmal.patched(picamera, PERIOD_S):
            stack.enter_context(patch)
        made.native = picamera.PiCamera
        made.hang = lambda: picamera.PiCamera.made[-1].hang()  # noqa: PLW0108
    else:
        picamera2 = stack.enter_context(native.stubbed())
        kind = native.make_camera_class(picamera2, PERIOD_S)
        picamera2.Picamera2 = made.native = kind
        if backend.endswith("hardware"):
            made.device = stack.enter_context(native.hardware(picamera2))
            made.hang = lambda: setattr(made.device, "hung", True)
        else:
            stack.enter_context(native.software(picamera2))
        stack.callback(lambda: [camera.close() for camera in kind.made])
    return made
