"""Finds the camera that the config means, by its index, id or model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Union

from capture.cameras import CameraMissing


def choose(cameras: Sequence[Mapping[str, Any]], sensor: Union[int, str]) -> int:
    """Find the camera that ``capture.sensor`` names.

    Args:
        cameras: what picamera2's ``global_camera_info`` returns.
        sensor: an index, an id, or a model that only one of the cameras has.

    Returns:
        The camera's index.

    Raises:
        CameraMissing: the camera is not there, or several have this model. The text
            lists the cameras that are there.
    """
    if not cameras:
        raise CameraMissing("libcamera finds no camera; see: rpicam-hello --list")
    if isinstance(sensor, int):
        found = [sensor] if sensor < len(cameras) else []
    else:
        found = [n for n, each in enumerate(cameras) if each.get("Id") == sensor]
        found = found or [
            n for n, each in enumerate(cameras) if each.get("Model") == sensor
        ]
    if len(found) == 1:
        return found[0]
    shown = "\n".join(
        f"  {n}  {each.get('Model', '')}  {each.get('Id', '')}"
        for n, each in enumerate(cameras)
    )
    asked = f'"{sensor}"' if isinstance(sensor, str) else sensor
    trouble = "more than one has this model" if found else "no such camera"
    raise CameraMissing(f"capture.sensor = {asked}: {trouble}; there are\n{shown}")
