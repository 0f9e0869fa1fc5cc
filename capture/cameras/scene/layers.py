"""Holds a still picture in four planes, and paints strokes on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from capture.cameras.scene.noise import Plane

_FADE_PX = 1.5

Window = tuple[slice, slice]
"""Rows and columns of a picture."""


@dataclass
class Layers:
    """The planes of a picture, (height, width) float64 each."""

    cover: Plane
    tone: Plane
    distance_m: Plane
    colour: Plane

    def copy(self) -> Layers:
        """Return a copy with its own planes."""
        return Layers(*(plane.copy() for plane in vars(self).values()))

    def paint(self, window: Window, alpha: Plane, tone: Plane, m: Plane) -> None:
        """Paint something over a part of the picture."""
        for plane, value in (
            (self.cover, 1.0),
            (self.tone, tone),
            (self.distance_m, m),
            (self.colour, 1.0),
        ):
            under = plane[window]
            under += alpha * (value - under)


@dataclass(frozen=True)
class Line:
    """A stroke from one point to another, in pixels, that may grow thinner."""

    x0: float
    y0: float
    x1: float
    y1: float
    wide0: float
    wide1: float


def blurred(layers: Layers, width: int) -> Layers:
    """Return the picture blurred, as a small lens behind a wet pane shows it."""
    return Layers(*(_soft(plane, width) for plane in vars(layers).values()))


def _soft(plane: Plane, reach: int) -> Plane:
    """Return the mean over a square that extends ``reach`` pixels to each side."""
    for _ in range(2):
        padded = np.pad(plane, ((reach, reach), (0, 0)), mode="edge")
        shifted = [padded[at : at + len(plane)] for at in range(2 * reach + 1)]
        plane = np.mean(shifted, axis=0).T
    return plane


def stroke(layers: Layers, line: Line, tone: float, metres: float) -> None:
    """Paint a stroke that has one tone and one distance."""
    margin = max(line.wide0, line.wide1) + 2
    window = window_of(
        layers.tone.shape,
        min(line.x0, line.x1) - margin,
        min(line.y0, line.y1) - margin,
        max(line.x0, line.x1) + margin,
        max(line.y0, line.y1) + margin,
    )
    y, x = grid(window)
    dx, dy = line.x1 - line.x0, line.y1 - line.y0
    part = ((x - line.x0) * dx + (y - line.y0) * dy) / (dx * dx + dy * dy + 1e-9)
    part = np.clip(part, 0, 1)
    away = np.sqrt((x - line.x0 - part * dx) ** 2 + (y - line.y0 - part * dy) ** 2)
    half = (line.wide0 + (line.wide1 - line.wide0) * part) / 2
    alpha = np.clip((half - away) / _FADE_PX + 0.5, 0, 1)
    layers.paint(window, alpha, np.float64(tone), np.float64(metres))


def window_of(
    shape: tuple[int, ...], left: float, top: float, right: float, bottom: float
) -> Window:
    """Return the part of a picture that lies between these sides. It may be empty."""
    rows = slice(*(int(min(shape[0], max(0, side))) for side in (top, bottom + 1)))
    columns = slice(*(int(min(shape[1], max(0, side))) for side in (left, right + 1)))
    return rows, columns


def grid(window: Window) -> tuple[Plane, Plane]:
    """Return the row numbers as a column and the column numbers as a row."""
    rows, columns = window
    y = np.arange(rows.start, rows.stop, dtype=np.float64)[:, None]
    x = np.arange(columns.start, columns.stop, dtype=np.float64)[None, :]
    return y, x
