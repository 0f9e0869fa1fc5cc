"""Snapshots: the picture of an encounter's best frame."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from analysis.values.seen import Detection

_QUALITY = 88
_SHOWN = 480  # pixels
_BOX_BGR = (64, 220, 255)


def draw(image: npt.NDArray[np.uint8], detections: Sequence[Detection]) -> bytes:
    """Make a JPEG of a frame, with a thin line around each box.

    Args:
        image: (height, width, 3) uint8 BGR; it is not changed.
        detections: those of the frame; one without a box is not drawn.
    """
    height, width = image.shape[:2]
    boxes = [d.box for d in detections if d.box is not None]
    if boxes:
        image = image.copy()
    for box in boxes:
        corner = (round(box.x * width), round(box.y * height))
        far = (
            round((box.x + box.width) * width),
            round((box.y + box.height) * height),
        )
        cv2.rectangle(image, corner, far, _BOX_BGR, _thickness(image))
    return _jpeg(image)


def _thickness(image: npt.NDArray[np.uint8]) -> int:
    """Return how thick a line must be to be seen where the picture is shown smaller."""
    return max(1, round(image.shape[1] / _SHOWN))


def _jpeg(image: npt.NDArray[np.uint8]) -> bytes:
    options = [cv2.IMWRITE_JPEG_QUALITY, _QUALITY]
    height, width = image.shape[:2]
    done, data = cv2.imencode(".jpg", image, options)
    if not done:
        raise ValueError(f"a frame of {width} x {height} pixels cannot become a JPEG")
    return bytes(data)
