"""Moves a motor lens through picamera2 and measures how sharp the picture is."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Optional

from capture.cameras import Look
from capture.cameras.controls import lens_controls, settling_controls
from capture.cameras.deadline import within
from capture.config import CaptureConfig

_DEADLINE_S = 60.0
_STILL_FRAMES, _MOST_FRAMES = 3, 30
_NEAR = 0.05  # dioptres


class LibcameraLens:
    """A lens as ``capture.cameras`` describes it.

    Args:
        camera: a running Picamera2. ``look`` changes its lens position and frame rate.
        config: the frame rate is read from it.
        least, most: the ends of the lens's range, in dioptres.
    """

    def __init__(
        self, camera: Any, config: CaptureConfig, least: float, most: float
    ) -> None:
        self._camera = camera
        self._quick = settling_controls(config)
        self.least, self.most = least, most

    def look(self, dioptres: float) -> Look:  # noqa: D102 - said where the interface is
        looks: list[Look] = []
        within(
            _DEADLINE_S,
            lambda: looks.append(self._look(dioptres)),
            f"picamera2 at {dioptres:g} dioptres",
        )
        return looks[0]

    def _look(self, dioptres: float) -> Look:
        self._camera.set_controls({**self._quick, **lens_controls(dioptres)})
        still = 0
        for _ in range(_MOST_FRAMES):
            metadata = self._camera.capture_metadata()
            there = abs(metadata.get("LensPosition", dioptres) - dioptres) < _NEAR
            still = still + 1 if there else 0
            if still >= _STILL_FRAMES:
                break
        picture = io.BytesIO()
        metadata = self._camera.capture_file(picture, format="jpeg")
        jpeg = picture.getvalue()
        # FocusFoM is the firmware's own measure. Without it the JPEG's size is taken,
        # because a picture with more detail needs more bytes.
        return Look(dioptres, float(metadata.get("FocusFoM", len(jpeg))), jpeg)


def lens_of(
    camera: Any, config: CaptureConfig, controls: Mapping[str, Any]
) -> Optional[LibcameraLens]:
    """Find the lens motor of a camera.

    Returns:
        The lens, or None if the camera has no lens motor.
    """
    if "LensPosition" not in controls:
        return None
    least, most = tuple(controls["LensPosition"])[:2]
    return LibcameraLens(camera, config, least, most)
