"""Pictures for the page: no larger than they are shown, and close to what moved."""

from __future__ import annotations

from typing import Optional

import cv2
import numpy as np
import numpy.typing as npt

from analysis.values.seen import Box

_AROUND = 2.2  # times the longer side of what moved
_LEAST = 0.12  # of the picture's width
_WATER = 0.65  # of a close up
_CONTRAST = 70.0  # from the water around it, of 255
_AT_MOST = 3.0  # times its own
_Image = npt.NDArray[np.uint8]


def shrink(data: bytes, width: int) -> bytes:
    """Return a JPEG at most ``width`` wide; one that cannot be read stays as it is."""
    image = _read(data)
    if image is None or image.shape[1] <= width:
        return data
    height = round(image.shape[0] * width / image.shape[1])
    return _jpeg(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA))


def close_up(data: bytes, box: Box, size: int) -> bytes:
    """Return a square JPEG of what is in a box and around it, with more contrast.

    Murky water leaves little of it, and a shape is what a person judges by.

    Args:
        data: a JPEG.
        box: what to look at.
        size: how many pixels wide it becomes.

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
    how = cv2.INTER_AREA if side > size else cv2.INTER_CUBIC
    return _jpeg(_clearer(cv2.resize(part, (size, size), interpolation=how)))


def _clearer(image: _Image) -> _Image:
    """Let what stands out from the water around it stand out further."""
    wide = round(_WATER * image.shape[0])
    water = cv2.blur(image, (wide, wide))
    apart = cv2.cvtColor(cv2.absdiff(image, water), cv2.COLOR_BGR2GRAY)
    most = max(1.0, float(np.percentile(apart, 99)))
    gain = min(_AT_MOST, max(1.0, _CONTRAST / most))
    clearer: _Image = cv2.addWeighted(image, gain, water, 1 - gain, 0)
    return clearer


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
