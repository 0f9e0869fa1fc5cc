"""Films with the legacy camera stack (Bullseye and before), through picamera 1.13.

picamera's defaults would fill a drive (17 Mbit/s), so every option is set here. An
error in its writer thread stops the recording silently. ``wait`` asks for such errors
and raises them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from fractions import Fraction
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
from capture.cameras.deadline import CLOSE_DEADLINE_S, Opening, within
from capture.config import CaptureConfig
from weir.clock import Clock

NOT_HERE = (
    "picamera is not installed: pip install 'weir[picamera]', and enable the legacy "
    "camera in raspi-config (Raspberry Pi OS Bullseye or before)"
)


_OPEN_DEADLINE_S = 40.0


class LegacyCamera:
    """A camera as ``capture.cameras`` describes it.

    Raises:
        CameraMissing: picamera or the camera is not there, or refuses a setting.
    """

    backend = "picamera"
    framerates: Optional[tuple[float, float]] = None  # the firmware does not tell
    lens: Optional[Lens] = None

    def __init__(self, config: CaptureConfig, clock: Clock) -> None:  # noqa: ARG002 - an argument of the interface
        try:
            import picamera
        except (ImportError, OSError) as exc:
            # OSError: picamera is installed, but the firmware's libraries are not.
            raise LibraryMissing(f"{NOT_HERE} ({exc})") from exc
        self._options = recording_options(config)
        self._output: Optional[UnitOutput] = None
        self._camera = _opened(picamera.PiCamera, config)
        self._errors = (picamera.PiCameraError, OSError)
        self.settings: Mapping[str, Any] = {
            **self._options,
            "exposure_ms": config.exposure,
            "gains": list(config.gains),
            "sensor": config.sensor,
        }

    def start(self, sink: Sink) -> None:  # noqa: D102 - said where the interface is
        self._output = output = UnitOutput(self._camera, sink)
        within(
            _OPEN_DEADLINE_S,
            lambda: self._camera.start_recording(output, "h264", **self._options),
            "picamera start_recording",
        )

    def wait(self, seconds: float) -> None:  # noqa: D102 - said where the interface is
        try:
            self._camera.wait_recording(seconds)
        except self._errors as exc:
            raise CameraError(f"picamera: {exc}") from exc
        if not self._camera.recording:
            raise CameraError("picamera: the recording ended by itself")

    def stop(self, deadline_s: float) -> None:  # noqa: D102 - said where the interface is
        try:
            within(deadline_s, self._camera.stop_recording, "picamera stop_recording")
        finally:
            if self._output:
                self._output.finish()

    def companions(self) -> Mapping[str, str]:  # noqa: D102 - said where the interface is
        return {}

    def close(self) -> None:  # noqa: D102 - said where the interface is
        with contextlib.suppress(CameraError):
            within(CLOSE_DEADLINE_S, self._camera.close, "picamera close")

    def still(self, path: Path) -> bool:  # noqa: D102 - said where the interface is
        within(
            _OPEN_DEADLINE_S,
            lambda: self._camera.capture(str(path), "jpeg", use_video_port=True),
            "picamera capture",
        )
        return True


def _opened(kind: Any, config: CaptureConfig) -> Any:
    """Open the camera and configure it. If that fails, close it again."""

    def steps(opening: Opening) -> None:
        opening.camera = kind(
            camera_num=config.sensor,
            resolution=config.resolution,
            framerate=Fraction(config.framerate),
        )
        _set(opening.camera, config)

    try:
        return Opening().run(_OPEN_DEADLINE_S, steps, "picamera")
    except CameraStuck:
        raise
    except CameraError as exc:
        raise CameraMissing(f"the camera cannot be opened: {exc}") from exc


def _set(camera: Any, config: CaptureConfig) -> None:
    camera.rotation = config.rotation  # clockwise, as in the config
    if config.exposure:
        camera.shutter_speed = int(config.exposure * 1000)
    if config.gains:
        camera.awb_mode = "off"
        camera.awb_gains = config.gains


def recording_options(config: CaptureConfig) -> dict[str, Any]:
    """Return the options for ``start_recording``, which accepts any option name."""
    return {
        "bitrate": config.bitrate,  # 0: not limited, the quality decides
        "quality": 0 if config.bitrate else config.quality,
        "intra_period": config.keyframe_interval,
        "inline_headers": True,
        "profile": "high",
        "level": "4",
        "sei": False,
        "sps_timing": False,
    }


class UnitOutput:
    """A file for picamera that gives whole units to a sink and never raises.

    picamera writes a frame in pieces of at most 64 kB. It writes the stream's
    parameters separately from the frame that they belong to.
    """

    def __init__(self, camera: Any, sink: Sink) -> None:
        self._camera = camera
        self._sink: Optional[Sink] = sink
        self._pieces: list[bytes] = []
        self._first_us: Optional[int] = None

    def write(self, data: bytes) -> None:
        """Take a piece, and give the unit to the sink when it is complete."""
        sink = self._sink
        if sink is None:
            return
        frame = self._camera.frame
        self._pieces.append(bytes(data))
        if frame.complete and frame.frame_type != _sps_header():
            unit = b"".join(self._pieces)
            self._pieces.clear()
            sink.write(unit, self._time_ms(frame.timestamp))

    def flush(self) -> None:
        """Do nothing, because only an incomplete frame is ever held back."""

    def finish(self) -> None:
        """Drop everything that is written from now on."""
        self._sink = None

    def _time_ms(self, timestamp_us: Optional[int]) -> Optional[int]:
        if timestamp_us is None:
            return None
        if self._first_us is None:
            self._first_us = timestamp_us
        return round((timestamp_us - self._first_us) / 1000)


def _sps_header() -> Any:
    from picamera import PiVideoFrameType

    return PiVideoFrameType.sps_header
