"""Peaks: the spot of a frame that stands out most, and whether it is the only one.

Light that flickers makes many spots stand out. So a spot's uniqueness is its strength,
over what stands out elsewhere in the same frame. It is small for flickering light,
however strong, and large for a fish.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from analysis.values.seen import Rect

LEAST = 1.33
"""A weaker peak's uniqueness is below 1.9 for sure, and need not be measured."""

_ELSEWHERE = 0.99  # this share of the other spots stands out less
_OTHERS = 3  # of the spots of a part, beside the peak, that are asked about
_QUIET = 0.7  # so much stands out in still water too
_BLOB = 0.5  # of the peak's strength
_AROUND = 2  # spots around the blob belong to it, too
_FILL = 8 | 255 << 8 | cv2.FLOODFILL_MASK_ONLY
_Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Peak:
    """The spot of a part of a frame that stands out most.

    Attributes:
        strength: how far it stands out, in units of the spot's usual deviation.
        uniqueness: its strength over what stands out elsewhere; 0 if not measured.
        spot: its column and row, in the small picture.
        blob: what stands out with it, half as far at least.
    """

    strength: float
    uniqueness: float
    spot: tuple[int, int]
    blob: Rect

    def over(self, elsewhere: float) -> Peak:
        """Return the peak with its uniqueness.

        Args:
            elsewhere: what stands out elsewhere, from ``stands_out_elsewhere``.
        """
        return replace(self, uniqueness=self.strength / elsewhere)


def find_peak(stands: _Floats, part: Rect, least: float = 0.0) -> Peak:
    """Find the peak of a part; its uniqueness is not measured yet.

    Args:
        stands: (height, width) float32: see ``Background.stands_out``.
        part: where to look.
        least: the blob of a weaker peak is not measured: it is the spot alone.
    """
    x, y, width, height = part
    spots = stands[y : y + height, x : x + width]
    down, right = divmod(int(spots.argmax()), width)
    strength, spot = float(spots[down, right]), (right + x, down + y)
    blob = (*spot, 1, 1) if strength < least else _blob(stands, spot, strength)
    return Peak(strength, 0.0, spot, blob)


def find_unique(stands: _Floats, part: Rect) -> Peak:
    """Find the peak of a part, and measure its uniqueness; see ``find_peak``."""
    height, width = stands.shape
    whole = find_peak(stands, (0, 0, width, height))
    return find_peak(stands, part).over(stands_out_elsewhere(stands, whole))


def find_others(stands: _Floats, part: Rect, peak: Peak) -> tuple[Peak, ...]:
    """Find what else stands out in a part, the strongest first, and only a few.

    Args:
        stands, part: as of ``find_peak``.
        peak: what is known already.
    """
    x, y, width, height = part
    rest = np.zeros_like(stands)
    rest[y : y + height, x : x + width] = stands[y : y + height, x : x + width]
    found = [peak]
    while len(found) <= _OTHERS:
        x, y, width, height = found[-1].blob
        rest[
            max(0, y - _AROUND) : y + height + _AROUND,
            max(0, x - _AROUND) : x + width + _AROUND,
        ] = 0
        _, strength, _, spot = cv2.minMaxLoc(rest)
        if strength < LEAST:
            break
        found.append(Peak(strength, 0.0, spot, _blob(stands, spot, strength)))
    return tuple(found[1:])


def stands_out_elsewhere(stands: _Floats, peak: Peak) -> float:
    """Return how far 99 in a hundred spots outside a peak's blob stand out at most."""
    x, y, width, height = peak.blob
    left, top = max(0, x - _AROUND) // 2, max(0, y - _AROUND) // 2
    rest = stands[::2, ::2].copy()
    rest[top : (y + height + 3) // 2, left : (x + width + 3) // 2] = 0
    place = max(1, int(rest.size * (1 - _ELSEWHERE)))
    return max(_QUIET, float(np.partition(rest.ravel(), -place)[-place]))


def _blob(stands: _Floats, spot: tuple[int, int], strength: float) -> Rect:
    """Return the rectangle around all that hangs together with the peak."""
    height, width = stands.shape
    over = cv2.compare(stands, _BLOB * strength, cv2.CMP_GT)
    mask = np.zeros((height + 2, width + 2), np.uint8)
    *_, (left, top, wide, high) = cv2.floodFill(over, mask, spot, 0, flags=_FILL)
    return left, top, max(1, wide), max(1, high)
