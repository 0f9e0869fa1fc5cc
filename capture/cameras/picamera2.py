"""Films with the current camera stack (Bullseye to Trixie), through picamera2 from apt.

If an output raises an error, picamera2's encoder thread ends silently, and then
``stop_recording`` never returns (picamera2#696). So the output here never raises: it
keeps its error for ``wait``. Every call that may hang has a deadline. On a Pi 5
``H264Encoder`` is another class, which encodes in software and has other arguments.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

from capture.cameras import (
    CameraError,
    CameraMissing,
    CameraStuck,
    Lens,
    LibraryMissing,
    Sink,
)
from capture.cameras.controls import (
    accepted,
    check_lens,
    encoder_options,
    fixed_controls,
    settling_controls,
)
from capture.cameras.deadline import CLOSE_DEADLINE_S, Opening, within
from capture.cameras.exposure import settle
from capture.cameras.lens import lens_of
from capture.cameras.limits import VIDEO_DEVICE, check_encoding
from capture.cameras.sensor import choose
from capture.cameras.unitoutput import output_class
from capture.config import CaptureConfig
from weir.clock import Clock

NOT_HERE = (
    "picamera2 is not here: sudo apt install python3-picamera2, and make the virtual "
    "environment with --system-site-packages"
)
_OPEN_DEADLINE_S = 40.0


class LibcameraCamera:
    """A camera as ``capture.cameras`` describes it.

    Raises:
        CameraMissing: picamera2 or the camera is not there, or refuses a setting.
        ConfigError: its encoder cannot do the size or the rate, or its lens cannot move
            to the position.
    """

    backend = "picamera2"

    def __init__(self, config: CaptureConfig, clock: Clock) -> None:
        try:
            import picamera2
            from libcamera import Transform
            from picamera2.encoders import H264Encoder
            from picamera2.outputs import Output
        except ImportError as exc:
            raise LibraryMissing(f"{NOT_HERE} ({exc})") from exc
        if _is_video_device(H264Encoder):
            check_encoding(config, VIDEO_DEVICE)
        self._config = config
        self._clock = clock
        self._make_encoder = H264Encoder
        self._unit_output = output_class(Output)
        self._encoder: Any = None
        self._output: Any = None
        self._model = ""
        flip = config.rotation == 180
        self._transform = Transform(hflip=flip, vflip=flip)
        self._camera = self._opened(picamera2.Picamera2)
        controls = self._camera.camera_controls
        self.framerates = _framerates(controls)
        self.lens: Optional[Lens] = lens_of(self._camera, config, controls)
        self.settings: Mapping[str, Any] = {
            **encoder_options(config),
            "exposure_ms": config.exposure,
            "gains": list(config.gains),
            "sensor": self._model,
            **_chosen(config),
        }

    def start(self, sink: Sink) -> None:  # noqa: D102 - said where the interface is
        options = accepted(self._make_encoder, encoder_options(self._config))
        self._output = self._unit_output(sink)
        encoder = self._make_encoder(**options)
        within(
            _OPEN_DEADLINE_S,
            lambda: self._camera.start_encoder(encoder, self._output),
            "picamera2 start_encoder",
        )
        self._encoder = encoder

    def wait(self, seconds: float) -> None:  # noqa: D102 - said where the interface is
        output = self._output
        if output is None:
            raise CameraError("picamera2 was not started")
        output.failed.wait(seconds)
        if output.error:
            raise CameraError(f"picamera2: {output.error!r}") from output.error
        thread = getattr(self._encoder, "thread", None)  # the hardware encoder's
        if thread is not None and not thread.is_alive():
            raise CameraError("picamera2: its encoder thread is dead")

    def stop(self, deadline_s: float) -> None:  # noqa: D102 - said where the interface is
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

    def companions(self) -> Mapping[str, str]:  # noqa: D102 - said where the interface is
        return {}

    def close(self) -> None:  # noqa: D102 - said where the interface is
        with contextlib.suppress(CameraError):
            within(CLOSE_DEADLINE_S, self._camera.close, "picamera2 close")

    def still(self, path: Path) -> bool:  # noqa: D102 - said where the interface is
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
        except (CameraMissing, CameraStuck):
            raise
        except CameraError as exc:
            raise CameraMissing(f"the camera cannot be opened: {exc}") from exc

    def _open(self, opening: Opening, kind: Any) -> None:
        tuning = str(self._config.tuning_file) if self._config.tuning_file else None
        if tuning:
            # libcamera reads the variable when it first looks for cameras: just below.
            os.environ["LIBCAMERA_RPI_TUNING_FILE"] = tuning
        cameras = kind.global_camera_info()
        number = choose(cameras, self._config.sensor)
        self._model = str(cameras[number].get("Model", "unknown"))
        # If its __init__ fails half-way, this process has already reserved the camera.
        # To be able to close it even then, the object is made before __init__ runs.
        camera = opening.camera = kind.__new__(kind)
        kind.__init__(camera, number, tuning=tuning)
        check_lens(self._config, camera.camera_controls, self._model)
        video = camera.create_video_configuration(
            main={"size": self._config.resolution, "format": "YUV420"},
            transform=self._transform,
            controls={
                **fixed_controls(self._config),
                **settling_controls(self._config),
            },
        )
        camera.configure(video)
        size = tuple(camera.camera_configuration()["main"]["size"])
        if size != self._config.resolution:
            raise CameraError(f"it gives {size}, not {self._config.resolution}")
        camera.start()
        settle(camera, self._config, self._clock)


def _chosen(config: CaptureConfig) -> dict[str, Any]:
    """Return the optional keys that are set, for the sidecar."""
    chosen: dict[str, Any] = {}
    if config.lens_position is not None:
        chosen["lens_position"] = config.lens_position
    if config.tuning_file:
        chosen["tuning_file"] = config.tuning_file.name
    return chosen


def _framerates(controls: Mapping[str, Any]) -> Optional[tuple[float, float]]:
    """Read the slowest and the fastest rate of the sensor's mode.

    Returns:
        Both rates in frames per second, or None if the camera does not tell them.
    """
    least_us, most_us = tuple(controls.get("FrameDurationLimits", (0, 0)))[:2]
    return (1e6 / most_us, 1e6 / least_us) if 0 < least_us <= most_us else None


def _is_video_device(kind: type) -> bool:
    """Return whether this ``H264Encoder`` is the Pi's hardware, not a library."""
    return any(base.__name__ == "V4L2Encoder" for base in kind.__mro__)
