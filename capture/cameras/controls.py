"""Turns the config into options for picamera2 and its encoders."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from capture.cameras import CameraError, CameraMissing
from capture.config import CaptureConfig
from weir import ConfigError

_QUICK_US = 33_333  # a frame, while exposure settles
_MANUAL_FOCUS = 0  # libcamera's AfModeManual


def encoder_options(config: CaptureConfig) -> dict[str, Any]:
    """Return the options for ``H264Encoder``, hardware or software.

    Without bitrate and qp, the encoder would choose a bitrate for 30 frames per second.
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
    """Return the controls that the config does not leave to the camera."""
    controls: dict[str, Any] = {}
    if config.exposure:
        controls["ExposureTime"] = int(config.exposure * 1000)
    if config.gains:
        controls["AwbEnable"] = False
        controls["ColourGains"] = tuple(config.gains)
    if config.lens_position is not None:
        controls.update(lens_controls(config.lens_position))
    return controls


def lens_controls(dioptres: float) -> dict[str, Any]:
    """Return the controls that turn autofocus off and move the lens."""
    return {"AfMode": _MANUAL_FOCUS, "LensPosition": dioptres}


def check_lens(config: CaptureConfig, controls: Mapping[str, Any], model: str) -> None:
    """Check that the open camera can move its lens to ``lens_position``.

    Args:
        config: may leave ``lens_position`` out; then nothing is checked.
        controls: the camera's controls, each with its least and greatest value.
        model: the sensor's name.

    Raises:
        CameraMissing: the camera has no lens motor, or the motor did not answer when
            the machine was started. A daemon tries again.
        ConfigError: the position is outside the range of the lens.
    """
    if config.lens_position is None:
        return
    asked = f"capture.lens_position = {config.lens_position:g}"
    if "LensPosition" not in controls:
        raise CameraMissing(
            f"{asked}: this camera ({model}) has no lens motor; turn the lens by hand, "
            "and leave the key out"
        )
    least, most = tuple(controls["LensPosition"])[:2]
    if not least <= config.lens_position <= most:
        raise ConfigError(
            f"{asked}: this camera ({model}) takes {least:g} to {most:g} dioptres"
        )


def frame_us(config: CaptureConfig) -> int:
    """Return how long a frame should take, in microseconds."""
    return round(1e6 / config.framerate)


def settling_controls(config: CaptureConfig) -> dict[str, Any]:
    """Return the controls that let exposure settle before the first clip.

    With them the camera makes frames faster than configured if it can. At one frame per
    second, exposure would take a minute to settle.
    """
    slowest = frame_us(config)
    return {"FrameDurationLimits": (min(_QUICK_US, slowest), slowest)}


def _rational(framerate: float) -> Any:
    # The software encoder passes the rate to PyAV, which does not accept a float.
    rate = Fraction(framerate).limit_denominator(1000)
    return rate.numerator if rate.denominator == 1 else rate


def accepted(kind: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that this encoder knows.

    Older encoders have no ``profile``.

    Raises:
        CameraError: the encoder lacks an option that is needed.
    """
    known = inspect.signature(kind).parameters
    missing = {"bitrate", "qp", "repeat", "iperiod"} - set(known)
    if missing:
        raise CameraError(f"this picamera2's encoder has no {sorted(missing)}")
    return {name: value for name, value in options.items() if name in known}
