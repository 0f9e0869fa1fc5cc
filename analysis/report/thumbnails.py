"""Pictures for the page: no larger than they are shown, and close to what moved."""

from __future__ import annotations

from typing import Optional

import cv2
import numpy as np
import numpy.typing as npt

from analysis.values.seen import Box

_CLOSE = 220  # pixels
_AROUND = 2.2  # times the longer side of what moved
_LEAST = 0.12  # of the picture's width
_Image = npt.NDArray[np.uint8]


def shrink(data: bytes, width: int) -> bytes:
    """Return a JPEG at most ``width`` wide; one that cannot be read stays as it is."""
    image = _read(data)
    if image is None or image.shape[1] <= width:
        return data
    height = round(image.shape[0] * width / image.shape[1])
    return _jpeg(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA))


def close_up(data: bytes, box: Box) -> bytes:
    """Return a square JPEG of what is in a box and around it.

    Args:
        data: a JPEG.
        box: what to look at.

    Returns:
        The JPEG; nothing if the picture cannot be read, or the box fills it anyhow.
    """
    image = _read(data)
    if image is None:
        return b""
    height, width = image.shape[:2]
    longer = max(box.width * width, box.height * height)
    side = round(max(_AROUND * longer, _LEAST * width))
    if side >= height:
        return b""
    left = _inside(box.x + box.width / 2, width, side)
    top = _inside(box.y + box.height / 2, height, side)
    part = image[top : top + side, left : left + side]
    how = cv2.INTER_AREA if side > _CLOSE else cv2.INTER_CUBIC
    return _jpeg(cv2.resize(part, (_CLOSE, _CLOSE), interpolation=how))


def _inside(middle: float, length: int, side: int) -> int:
    """Return where a stretch around a middle begins, so that it does not stick out."""
    return min(max(0, round(middle * length - side / 2)), length - side)


def _read(data: bytes) -> Optional[_Image]:
    if not data:
        return None  # OpenCV raises an error if there are no bytes
    image: Optional[_Image] = cv2.imdecode(
        np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR
    )
    return image


def _jpeg(image: _Image) -> bytes:
    return bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, 80])[1])
