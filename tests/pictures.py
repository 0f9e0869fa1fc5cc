"""Frames of plain colours, in the order that OpenCV hands over: blue, green, red."""

from __future__ import annotations

import numpy as np

from analysis.frames.frames import Frame

BLACK, RED, GREEN, BLUE = (0, 0, 0), (0, 0, 255), (0, 255, 0), (255, 0, 0)


def plain(colour: tuple[int, int, int], width: int = 64, height: int = 64) -> Frame:
    """A frame of one colour."""
    return patch(colour, (0, 0, width, height), width, height)


def patch(
    colour: tuple[int, int, int],
    where: tuple[int, int, int, int],
    width: int = 64,
    height: int = 64,
) -> Frame:
    """A black frame with a rectangle (x, y, width, height) of one colour."""
    bgr = np.zeros((height, width, 3), np.uint8)
    x, y, across, down = where
    bgr[y : y + down, x : x + across] = colour
    return Frame(0, bgr)
