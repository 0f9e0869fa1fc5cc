"""The current camera stack (Bullseye to Trixie), through picamera2 of the Pi's own apt.

picamera2 lets an error in an output end its encoder thread without a word, and then
``stop_recording`` never returns (picamera2#696). So the output here never raises, what
goes wrong is kept for ``wait``, and every call that may hang has a deadline. On a Pi 5
``H264Encoder`` is another class, in software, with other arguments.
"""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, Optional

from capture.cameras import CameraError, CameraMissing, CameraStuck, Sink
from capture.cameras.deadline import CLOSE_DEADLINE_S, Opening, within
from capture.cameras.limits import VIDEO_DEVICE, check_encoding
from capture.cameras.unitoutput import output_class
from capture.config import CaptureConfig
from weir.clock import Clock

NOT_HERE = (
    "picamera2 is not here: sudo apt install python3-picamera2, and make the virtual "
    "environment with --system-site-packages"
)
_OPEN_DEADLINE_S = 40.0
_SETTLE_S, _SETTLE_LOOKS = 15.0, 300
_FRAME_WAIT_S = 3.0
_QUICK_US = 33_333  # a frame, while exposure settles
_ALIKE = 0.02
_AE_CONVERGED = 2  # libcamera's AeState, which came for AeLocked in 0.5


class LibcameraCamera:
    """A camera as ``capture.cameras`` describes it.

    Raises:
        CameraMissing: picamera2 or the camera is not there, or refuses a setting.
        ConfigError: its encoder cannot do the size or the rate.
    """

    backend = "picamera2"

    def __init__(self, config: CaptureConfig, clock: Clock) -> None:
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
        self._clock = clock
        self._make_encoder = H264Encoder
        self._unit_output = output_class(Output)
        self._encoder: Any = None
        self._output: Any = None
        flip = config.rotation == 180
        self._transform = Transform(hflip=flip, vflip=flip)
        self._camera = self._opened(picamera2.Picamera2)
        self.framerates = _framerates(self._camera.camera_controls)
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

    def still(self, path: Path) -> bool:  # noqa: D102
        within(
            _OPEN_DEADLINE_S,
            lambda: self._camera.capture_file(str(path), format="jpeg"),
            "picamera2 capture_file",
        )
        return True

    def _opened(self, kind: Any) -> Any:
        try:
            return Opening().run(
                _OPEN_DEADLINE_S, lambda opening: self._open(opening, kind), "picamera2"
            )
        except CameraStuck:
            raise
        except CameraError as exc:
            raise CameraMissing(f"the camera cannot be opened: {exc}") from exc

    def _open(self, opening: Opening, kind: Any) -> None:
        if not kind.global_camera_info():
            raise CameraError("libcamera finds no camera; see: rpicam-hello --list")
        # Where its __init__ fails half-way, the camera is this process's already, and
        # picamera2 keeps the object: it can only be closed by who made it before that.
        camera = opening.camera = kind.__new__(kind)
        kind.__init__(camera)
        video = camera.create_video_configuration(
            main={"size": self._config.resolution, "format": "YUV420"},
            transform=self._transform,
            controls={**fixed_controls(self._config), **self._while_settling()},
        )
        camera.configure(video)
        size = tuple(camera.camera_configuration()["main"]["size"])
        if size != self._config.resolution:
            raise CameraError(f"it gives {size}, not {self._config.resolution}")
        camera.start()
        self._settle(camera)

    def _while_settling(self) -> dict[str, Any]:
        """As fast as it can, as slow as it will: exposure settles for what is filmed.

        At one frame a second from the start it would take a minute to.
        """
        slowest = self._frame_us
        return {"FrameDurationLimits": (min(_QUICK_US, slowest), slowest)}

    def _settle(self, camera: Any) -> None:
        """Slow down to the configured rate once exposure and colours have settled."""
        until = self._clock.monotonic() + _SETTLE_S
        wait = min(_FRAME_WAIT_S + 2 * self._config.frame_s, _SETTLE_S)
        before: tuple[float, ...] = ()
        for _ in range(_SETTLE_LOOKS):
            metadata = camera.capture_metadata(wait=wait)
            gains = _gains(metadata)
            if _is_exposed(metadata) and _alike(gains, before):
                break
            if self._clock.monotonic() >= until:
                break
            before = gains
        camera.set_controls({"FrameDurationLimits": (self._frame_us, self._frame_us)})

    @property
    def _frame_us(self) -> int:
        return round(1e6 / self._config.framerate)


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


def _framerates(controls: Mapping[str, Any]) -> Optional[tuple[float, float]]:
    """Read the slowest and the fastest rate of the sensor's mode; None: not told."""
    least_us, most_us = tuple(controls.get("FrameDurationLimits", (0, 0)))[:2]
    return (1e6 / most_us, 1e6 / least_us) if 0 < least_us <= most_us else None


def _is_exposed(metadata: Mapping[str, Any]) -> bool:
    """Whether the exposure has settled, by a frame's metadata."""
    return bool(
        metadata.get("AeLocked", False) or metadata.get("AeState") == _AE_CONVERGED
    )


def _gains(metadata: Mapping[str, Any]) -> tuple[float, ...]:
    return tuple(metadata.get("ColourGains", ()))


def _alike(gains: tuple[float, ...], before: tuple[float, ...]) -> bool:
    """Whether the colours have settled: two frames in a row have nearly the same."""
    return len(gains) == len(before) and all(
        abs(now - then) <= _ALIKE * then for now, then in zip(gains, before)
    )


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
