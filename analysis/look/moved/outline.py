"""The outline of what moved: where a frame differs from its background, and how long.

A fish is long and, before a level camera, lies level. Debris and light are round, or
hang. Length and width are four standard deviations of the blob's pixels along its axes.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from analysis.values.seen import Rect

_WIDE, _SMOOTH = 161, 2.0  # pixels of a frame of 720 x 480
_NEAR = 25  # so far from the spot the peak may lie
_BLOB = 0.4  # of the peak
_FEWEST = 5
_SPARSE = 4
_BESIDE = 180  # times as wide as it is away is the picture
_FILL = 8 | 1 << 8 | cv2.FLOODFILL_MASK_ONLY
_SPREAD = ("mu20", "mu02", "mu11")
_Pixels = npt.NDArray[np.uint8]
_Points = npt.NDArray[np.int32]
_Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Outline:
    """The outline of what moved.

    Attributes:
        elongation: length over width, times the cosine of the slant; 1 for a speck.
        points: (n, 1, 2) int32, its corners in the picture, for ``cv2.polylines``.
    """

    elongation: float
    points: npt.NDArray[np.int32]


def outline(
    frame: _Pixels,
    empty: _Pixels,
    spot: tuple[int, int],
    corner: tuple[int, int],
    scale: float,
) -> Outline:
    """Outline what differs near a spot.

    Args:
        frame: (height, width) uint8, the brightness of a picture around the spot.
        empty: the background of this part.
        spot: column and row in the picture.
        corner: where the part begins in the picture.
        scale: how large the picture is, compared with one of 720 x 480.
    """
    change = _change(frame, empty, scale)
    reach = max(2, int(_NEAR * scale))
    x, y = spot[0] - corner[0], spot[1] - corner[1]
    left, top = max(0, x - reach), max(0, y - reach)
    _, peak, _, (dx, dy) = cv2.minMaxLoc(
        change[top : y + reach + 1, left : x + reach + 1]
    )
    over = cv2.compare(change, _BLOB * peak, cv2.CMP_GT)
    blob, (x, y) = _blob(over, (left + dx, top + dy))
    contours, _ = cv2.findContours(blob, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = max(contours, key=len) + np.array([x + corner[0], y + corner[1]])
    return Outline(_elongation(blob), largest.astype(np.int32))


def widened(points: _Points, width: int) -> _Points:
    """Return an outline that lies a little around another, and covers nothing of it.

    Args:
        points: (n, 1, 2) int32, in pixels.
        width: the picture's; of 720 pixels it lies 4 around it.
    """
    by = max(1, width // _BESIDE)
    corner = points.min(axis=(0, 1)) - 2 * by
    wide, high = points.max(axis=(0, 1)) - corner + 2 * by + 1
    blob = np.zeros((int(high), int(wide)), np.uint8)
    cv2.fillPoly(blob, [points - corner], 1)
    round_ = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * by + 1, 2 * by + 1))
    contours, _ = cv2.findContours(
        cv2.dilate(blob, round_), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    found: _Points = max(contours, key=len) + corner
    return found.astype(np.int32)


def corners(points: npt.NDArray[np.int32], width: int, height: int) -> str:
    """Write corners as ``x,y x,y``, in thousandths of a picture's width and height.

    Args:
        points: (n, 1, 2) int32, in pixels of the picture.
        width, height: the picture's.
    """
    few = cv2.approxPolyDP(points, 0.7, True).reshape(-1, 2)
    return " ".join(
        f"{round(1000 * x / width)},{round(1000 * y / height)}" for x, y in few.tolist()
    )


def corners_of_box(box: Rect, width: int, height: int) -> str:
    """Write the corners of a box, in thousandths of a picture."""
    x, y, wide, high = box
    ends = [[x, y], [x + wide, y], [x + wide, y + high], [x, y + high]]
    return corners(np.array(ends, np.int32)[:, None], width, height)


def _change(frame: _Pixels, empty: _Pixels, scale: float) -> _Floats:
    change: _Floats = cv2.subtract(frame, empty, dtype=cv2.CV_32F)
    change -= np.median(change[::_SPARSE, ::_SPARSE])
    wide = max(3, int(_WIDE * scale) | 1)
    change -= cv2.blur(change, (wide, wide))
    smooth: _Floats = cv2.GaussianBlur(change, (0, 0), max(0.3, _SMOOTH * scale))
    return np.abs(smooth)


def _blob(over: _Pixels, spot: tuple[int, int]) -> tuple[_Pixels, tuple[int, int]]:
    """Cut out what hangs together with a spot.

    Returns:
        1 for the pixels of the blob and 0 for others, and the place of the corner.
    """
    height, width = over.shape
    mask = np.zeros((height + 2, width + 2), np.uint8)
    *_, (x, y, wide, high) = cv2.floodFill(over, mask, spot, 0, flags=_FILL)
    return mask[y + 1 : y + 1 + high, x + 1 : x + 1 + wide].copy(), (x, y)


def _elongation(blob: _Pixels) -> float:
    """Compute how long and level a blob is, from the spread of its pixels."""
    moments = cv2.moments(blob, binaryImage=True)
    pixels = moments["m00"]
    if pixels <= _FEWEST:
        return 1.0
    right, down, slant = (moments[each] / (pixels - 1) for each in _SPREAD)
    middle, half = (right + down) / 2, float(np.hypot((right - down) / 2, slant))
    longer = np.sqrt(max(middle + half, 0.1) / max(middle - half, 0.1))
    level = np.sqrt(max(0.0, 0.5 + (right - down) / 4 / max(half, 1e-9)))
    return float(longer * level)
