"""Waits for a camera's exposure and colours to settle before it films."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from capture.cameras.controls import frame_us
from capture.config import CaptureConfig
from weir.clock import Clock

_SETTLE_S, _SETTLE_LOOKS = 15.0, 300
_FRAME_WAIT_S = 3.0
_ALIKE = 0.02
_AE_CONVERGED = 2  # libcamera's AeState, which replaced AeLocked in 0.5


def settle(camera: Any, config: CaptureConfig, clock: Clock) -> None:
    """Wait for exposure and colours to settle, then set the configured frame rate.

    If they do not settle in fifteen seconds, for example at night, the rate is set all
    the same.

    Args:
        camera: a Picamera2 that was started with ``settling_controls``.
    """
    until = clock.monotonic() + _SETTLE_S
    wait = min(_FRAME_WAIT_S + 2 * config.frame_s, _SETTLE_S)
    before: tuple[float, ...] = ()
    for _ in range(_SETTLE_LOOKS):
        metadata = camera.capture_metadata(wait=wait)
        gains = _gains(metadata)
        if _is_exposed(metadata) and _alike(gains, before):
            break
        if clock.monotonic() >= until:
            break
        before = gains
    duration = frame_us(config)
    camera.set_controls({"FrameDurationLimits": (duration, duration)})


def _is_exposed(metadata: Mapping[str, Any]) -> bool:
    """Return whether a frame's metadata says that the exposure has settled."""
    return bool(
        metadata.get("AeLocked", False) or metadata.get("AeState") == _AE_CONVERGED
    )


def _gains(metadata: Mapping[str, Any]) -> tuple[float, ...]:
    return tuple(metadata.get("ColourGains", ()))


def _alike(gains: tuple[float, ...], before: tuple[float, ...]) -> bool:
    """Return whether two frames in a row have nearly the same colour gains."""
    return len(gains) == len(before) and all(
        abs(now - then) <= _ALIKE * then for now, then in zip(gains, before)
    )
