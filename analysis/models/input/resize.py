"""Resizing: a part of a frame is made small in one of three exactly defined ways.

- ``area``: both sides are halved while they stay at least as long as the target's (each
  pixel is the mean of four); the rest, a factor below two, is bilinear. This is nearly
  an average over the area of each pixel, and five times as fast as an exact one.
- ``lanczos``: Pillow's LANCZOS. With ``fit = "crop"`` it equals ``ImageOps.fit``, bit
  for bit.
- ``bilinear``: OpenCV's INTER_LINEAR on the full frame. It is the fastest, and uses
  only four pixels for each new one.

Where two pictures are compared, whatever the config says, both are made small by an
exact average (``EXACT``): the other ways move a score by up to a tenth, and not alike.

After each of them, pixels are whole numbers again. Models are trained on such pictures:
fractions, though nearer to the truth, moved a real model's scores by 0.09.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image as Pillow
from PIL import ImageOps

from analysis.frames.frames import Frame
from analysis.frames.halving import Image, halvings
from analysis.models.input.geometry import Placement
from analysis.values.seen import Rect, Size

EXACT = "exact"
"""The average over the area of each pixel; no config names it."""


@dataclass(frozen=True)
class Resizing:
    """How a part of a frame becomes the input's picture, alike for frames of one size.

    Attributes:
        placement: which part goes where.
        method: ``area``, ``lanczos``, ``bilinear`` or ``EXACT``.
        fit: ``crop``, ``stretch`` or ``letterbox``.
        part, halvings: which part of the frame is first halved, and how often.
        rows, columns: what is cut out of it then.
        size: width and height of the picture.
    """

    placement: Placement
    method: str
    fit: str
    part: Rect
    halvings: int
    rows: slice
    columns: slice
    size: Size


def plan(placement: Placement, fit: str, method: str) -> Resizing:
    """Decide how to resize; see ``Resizing``."""
    size, whole = placement.target[2:], (0, 0, *placement.frame)
    seen, part, times = placement.source, whole, 0
    if method == "lanczos":
        seen = placement.region  # Pillow's own fit cuts it to shape
    if method == "area":
        times = halvings(seen[2:], size)
    if placement.region == whole and (seen[0] | seen[1]) % (1 << times):
        # Else the whole frame is halved once for all: for this, for boxes, and for what
        # moves. That gives the same pixels only where the part begins at an even one.
        part = seen
    x, y = (seen[0] - part[0]) >> times, (seen[1] - part[1]) >> times
    width, height = max(1, seen[2] >> times), max(1, seen[3] >> times)
    cut = slice(y, y + height), slice(x, x + width)
    return Resizing(placement, method, fit, part, times, *cut, size)


def resize(frame: Frame, how: Resizing) -> Image:
    """Make the input's picture from a frame, as planned.

    Args:
        frame: a frame of the size that the plan was made for.
        how: the plan.

    Returns:
        (height, width, 3) uint8, BGR, of the plan's size.
    """
    part = frame.halved(how.halvings, how.part)[how.rows, how.columns]
    if how.method == "lanczos":
        return _lanczos(part, how)
    if part.shape[1::-1] == how.size:
        return part
    smaller = part.shape[0] > how.size[1] and how.method == EXACT
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    small: Image = cv2.resize(part, how.size, interpolation=way)
    return small


def _lanczos(part: Image, how: Resizing) -> Image:
    # Pillow filters each channel by itself, so that their order does not matter.
    region = Pillow.fromarray(part)
    if how.fit == "crop":
        small = ImageOps.fit(region, how.size, Pillow.Resampling.LANCZOS)
    else:
        small = region.resize(how.size, Pillow.Resampling.LANCZOS)
    return np.asarray(small)
