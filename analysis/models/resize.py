"""The three ways to make a part of a frame small, each exactly defined.

- ``area``: both sides are halved while they stay at least the target's (each pixel the
  mean of four), then bilinear for what is left, a factor below two. It is an average
  over the area that a pixel covers to within that last step, and five times as fast as
  an average over any other area.
- ``lanczos``: Pillow's LANCZOS; with ``fit = "crop"`` it is ``ImageOps.fit``, bit for
  bit.
- ``bilinear``: OpenCV's INTER_LINEAR on the full frame: the fastest, and it looks at
  four pixels only, whatever lies between them.

A pixel is a whole number again after each of them. Models are trained on such pictures,
and notice: fractions, though nearer to the truth, moved a real model's scores by 0.09.
"""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from analysis.frames import Frame
from analysis.halving import Image, halvings
from analysis.models.geometry import Placement, Rect


def resize(frame: Frame, placement: Placement, fit: str, method: str) -> Image:
    """The part of a frame as an input's picture.

    Args:
        frame: the frame.
        placement: which part goes where.
        fit: ``crop``, ``stretch`` or ``letterbox``.
        method: ``area``, ``lanczos`` or ``bilinear``.

    Returns:
        (height, width, 3) uint8, BGR, of the placement's target.
    """
    size = placement.target[2:]
    if method == "lanczos":
        return _lanczos(frame, placement, fit)
    times = halvings(placement.source[2:], size) if method == "area" else 0
    part = _cut(frame.halved(times), _halved(placement.source, times))
    if part.shape[1::-1] == size:
        return part
    small: Image = cv2.resize(part, size, interpolation=cv2.INTER_LINEAR)
    return small


def _halved(rect: Rect, times: int) -> Rect:
    x, y, width, height = (side >> times for side in rect)
    return x, y, max(1, width), max(1, height)


def _lanczos(frame: Frame, placement: Placement, fit: str) -> Image:
    # Pillow does not care which channel is which, and filters each by itself.
    size = placement.target[2:]
    region = Pillow.fromarray(_cut(frame.bgr(), placement.region))
    if fit == "crop":
        small = ImageOps.fit(region, size, Pillow.Resampling.LANCZOS)
    else:
        small = region.resize(size, Pillow.Resampling.LANCZOS)
    return np.asarray(small)


def _cut(image: Image, rect: Rect) -> Image:
    x, y, width, height = rect
    return image[y : y + height, x : x + width]
