"""Holds a frame while it is painted, and converts it for the encoder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from capture.cameras.scene.noise import Plane

DARKEST, BRIGHTEST = 16, 235  # of Y, by BT.601


@dataclass(frozen=True)
class Canvas:
    """A frame with sixteen bits per value, so that light can be added and removed.

    Attributes:
        luma: Y, (height, width) int16.
        u, v: (height / 2, width / 2) int16.
    """

    luma: Plane
    u: Plane
    v: Plane

    def planes(self, gain: float) -> Plane:
        """Return the frame in the light of the moment.

        The canvas cannot be used afterwards.

        Args:
            gain: the brightness of the picture, 0 to 1.

        Returns:
            (height * 3 / 2, width) uint8: Y, U and V one after the other.
        """
        height, width = self.luma.shape
        planes = np.empty((height * 3 // 2, width), np.uint8)
        np.clip(self.luma, DARKEST, 255, out=self.luma)
        bright = self.luma.view(np.uint16)  # so that 255 times 256 has room
        bright *= np.uint16(256 * gain)
        bright >>= 8
        np.clip(bright, DARKEST, BRIGHTEST, out=bright)
        planes[:height] = bright
        flat, size = planes.reshape(-1), height * width
        flat[size : size * 5 // 4] = self.u.reshape(-1)
        flat[size * 5 // 4 :] = self.v.reshape(-1)
        return planes
