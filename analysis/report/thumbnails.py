"""Pictures for the page, made no larger than they are shown."""

from __future__ import annotations

import cv2
import numpy as np


def shrink(data: bytes, width: int) -> bytes:
    """Return a JPEG at most ``width`` wide; one that cannot be read stays as it is."""
    if not data:
        return data  # OpenCV raises an error if there are no bytes
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if image is None or image.shape[1] <= width:
        return data
    height = round(image.shape[0] * width / image.shape[1])
    small = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 80])[1])
