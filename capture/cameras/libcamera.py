"""The current camera stack (Bullseye to Trixie), through picamera2 of the Pi's own apt.

picamera2 lets an error in an output end its encoder thread without a word, and then
``stop_recording`` never returns (picamera2#696). So the output here never raises, what
goes wrong is kept for ``wait``, and every call that may hang has a deadline. On a Pi 5
``H264Encoder`` is another class, in software, with other arguments.
"""

from __future__ import annotations

import contextlib
import inspect
import threading
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Optional

from capture.cameras import CameraError, CameraMissing, Sink
from capture.cameras.deadline import CLOSE_DEADLINE_S, within
from capture.cameras.limits import VIDEO_DEVICE, check_encoding
from capture.config import CaptureConfig

NOT_HERE = (
    "picamera2 is not here: sudo apt install python3-picamera2, and make the virtual "
    "environment with --system-site-packages"
)
_OPEN_DEADLINE_S = 30.0
_SETTLE_S = 3.0
_SETTLE_LOOKS = 60  # frames, two seconds of them


class LibcameraCamera:
    """A camera as ``capture.cameras`` describes it.

    Raises:
        CameraMissing: picamera2 or the camera is not there, or refuses a setting.
        ConfigError: its encoder cannot do the size or the rate.
    """

    backend = "picamera2"

    def __init__(self, config: CaptureConfig) -> None:
        try:
            import picamera2
            from libcamera import Transform
            from picamera2.encoders import H264Encoder
            from picamera2.outputs import Output
        except ImportError as exc:
            raise CameraMissing(f"{NOT_HERE} ({exc})") from exc
        if _is_video_device(H264Encoder):
            check_encoding(config, VIDEO_DEVICE)
        self._config = config
        self._make_encoder = H264Encoder
        self._unit_output = _output_class(Output)
        self._encoder: Any = None
        self._output: Any = None
        flip = config.rotation == 180
        transform = Transform(hflip=flip, vflip=flip)
        self._opening(lambda: self._open(picamera2.Picamera2, transform))
        self.settings: Mapping[str, Any] = {
            **encoder_options(config),
            "exposure_ms": config.exposure,
            "gains": list(config.gains),
        }

    def start(self, sink: Sink) -> None:  # noqa: D102
        options = _accepted(self._make_encoder, encoder_options(self._config))
        self._output = self._unit_output(sink)
        encoder = self._make_encoder(**options)
        within(
            _OPEN_DEADLINE_S,
            lambda: self._camera.start_encoder(encoder, self._output),
            "picamera2 start_encoder",
        )
        self._encoder = encoder

    def wait(self, seconds: float) -> None:  # noqa: D102
        output = self._output
        if output is None:
            raise CameraError("picamera2 was not started")
        output.failed.wait(seconds)
        if output.error:
            raise CameraError(f"picamera2: {output.error!r}") from output.error
        thread = getattr(self._encoder, "thread", None)  # the hardware encoder's
        if thread is not None and not thread.is_alive():
            raise CameraError("picamera2: its encoder thread is dead")

    def stop(self, deadline_s: float) -> None:  # noqa: D102
        encoder, self._encoder = self._encoder, None
        try:
            if encoder is not None:
                within(
                    deadline_s,
                    lambda: self._camera.stop_encoder(encoder),
                    "picamera2 stop_encoder",
                )
        finally:
            if self._output:
                self._output.finish()

    def companions(self) -> Mapping[str, str]:  # noqa: D102
        return {}

    def close(self) -> None:  # noqa: D102
        with contextlib.suppress(CameraError):
            within(CLOSE_DEADLINE_S, self._camera.close, "picamera2 close")

    def still(self, path: Path) -> None:
        """Write a JPEG to aim by; raises CameraError."""
        within(
            _OPEN_DEADLINE_S,
            lambda: self._camera.capture_file(str(path), format="jpeg"),
            "picamera2 capture_file",
        )

    def _opening(self, call: Any) -> None:
        try:
            within(_OPEN_DEADLINE_S, call, "picamera2")
        except CameraError as exc:
            raise CameraMissing(f"the camera cannot be opened: {exc}") from exc

    def _open(self, kind: Any, transform: Any) -> None:
        if not kind.global_camera_info():
            raise CameraError("libcamera finds no camera; see: rpicam-hello --list")
        self._camera = kind()
        video = self._camera.create_video_configuration(
            main={"size": self._config.resolution, "format": "YUV420"},
            transform=transform,
            controls=fixed_controls(self._config),
        )
        self._camera.configure(video)
        size = tuple(self._camera.camera_configuration()["main"]["size"])
        if size != self._config.resolution:
            raise CameraError(f"it gives {size}, not {self._config.resolution}")
        self._camera.start()
        self._settle()

    def _settle(self) -> None:
        """Slow down to the configured rate, once exposure and colours have settled.

        At one frame a second from the start they would take a minute to.
        """
        for _ in range(_SETTLE_LOOKS):
            metadata = self._camera.capture_metadata(wait=_SETTLE_S)
            if metadata.get("AeLocked", False):
                break
        duration_us = round(1e6 / self._config.framerate)
        self._camera.set_controls({"FrameDurationLimits": (duration_us, duration_us)})


def encoder_options(config: CaptureConfig) -> dict[str, Any]:
    """What is given to ``H264Encoder``, hardware or software.

    With neither bitrate nor qp it would choose a bitrate for 30 frames per second.
    """
    return {
        "bitrate": config.bitrate or None,
        "qp": None if config.bitrate else config.quality,
        "repeat": True,  # parameters before every key frame: a cut clip still plays
        "iperiod": config.keyframe_interval,
        "framerate": _rational(config.framerate),
        "profile": "high",
    }


def fixed_controls(config: CaptureConfig) -> dict[str, Any]:
    """What is not left to the camera's own judgement."""
    controls: dict[str, Any] = {}
    if config.exposure:
        controls["ExposureTime"] = int(config.exposure * 1000)
    if config.gains:
        controls["AwbEnable"] = False
        controls["ColourGains"] = tuple(config.gains)
    return controls


def _rational(framerate: float) -> Any:
    # The software encoder hands it to PyAV, which takes no float.
    rate = Fraction(framerate).limit_denominator(1000)
    return rate.numerator if rate.denominator == 1 else rate


def _is_video_device(kind: type) -> bool:
    """Whether this ``H264Encoder`` is the Pi's own, and not a library's."""
    return any(base.__name__ == "V4L2Encoder" for base in kind.__mro__)


def _accepted(kind: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Those options that this picamera2's encoder has: ``profile`` came later."""
    known = inspect.signature(kind).parameters
    missing = {"bitrate", "qp", "repeat", "iperiod"} - set(known)
    if missing:
        raise CameraError(f"this picamera2's encoder has no {sorted(missing)}")
    return {name: value for name, value in options.items() if name in known}


def _output_class(base: type) -> type:
    """An output of this picamera2 that gives a sink whole units and never raises."""

    class UnitOutput(base):  # type: ignore[misc]
        def __init__(self, sink: Sink) -> None:
            super().__init__()
            self._sink: Optional[Sink] = sink
            self.failed = threading.Event()
            self.error: Optional[Exception] = None

        def outputframe(self, frame: Any, *rest: Any, **named: Any) -> None:
            # picamera2 gives keyframe, timestamp, and with the years more.
            timestamp = named.get("timestamp", rest[1] if len(rest) > 1 else None)
            sink = self._sink
            if sink is None:
                return
            try:
                time_ms = None if timestamp is None else round(timestamp / 1000)
                sink.write(bytes(frame), time_ms)
            except Exception as exc:  # noqa: BLE001 - kept for ``wait``
                self.error = exc
                self.failed.set()

        def finish(self) -> None:
            self._sink = None

    return UnitOutput
