"""Paints all fish of a clip, frame by frame, and tells how well each can be seen."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from capture.cameras.scene.behaviour import Swimmer, Visits, pose
from capture.cameras.scene.canvas import Canvas
from capture.cameras.scene.fish import Sprite, draw
from capture.cameras.scene.noise import Plane
from weir.truth import CONTRAST_UNIT, SIZE_UNIT, WHOLE_UNIT, Sighting

_HIDDEN = 0.35  # a pixel that is covered more than this shows the fish


@dataclass(frozen=True)
class _Seen:
    """A fish in the frame, and the part of it that no nearer fish covers."""

    fish: Swimmer
    sprite: Sprite
    visible: Plane


class Shoal:
    """The fish of a clip.

    Args:
        visits: the fish that come by.
        water: the brightness of the empty water, (height, width) int16.
        fade: how fast contrast fades, per metre.
    """

    def __init__(self, visits: Visits, water: Plane, fade: float) -> None:
        self._visits = visits
        self._water = water
        self._fade = fade
        self._taken = np.zeros(water.shape, np.bool_)

    def paint(
        self, canvas: Canvas, index: int, second: float, gain: float
    ) -> list[Sighting]:
        """Paint all fish that are in the frame.

        Args:
            canvas: shows the water, the bed, and what drifts.
            index: the number of the frame.
            second: the second of the clip; it must not be less than at the last call.
            gain: how bright the picture will be made.

        Returns:
            The sightings of the fish in the frame, in the order of their numbers.
        """
        sightings = []
        for one in reversed(self._look(second)):  # the nearest last, over the others
            contrast = self._paint(canvas, one) * gain
            sightings.append(self._sighting(index, one, contrast))
        return sorted(sightings, key=lambda sighting: sighting.fish)

    def _look(self, second: float) -> list[_Seen]:
        """Return the fish that are in the frame, the nearest first."""
        here = sorted(self._visits.at(second), key=lambda f: (f.distance_m, f.number))
        seen = []
        self._taken[:] = False
        for fish in here:
            sprite = draw(
                fish, pose(fish, second), self._water.shape, self._edge_px(fish)
            )
            mask = sprite.alpha > _HIDDEN if sprite else None
            if sprite and mask is not None and mask.any():
                taken = self._taken[sprite.rows, sprite.columns]
                seen.append(_Seen(fish, sprite, mask & ~taken))
                taken |= mask
        return seen

    def _shows(self, fish: Swimmer) -> float:
        """Return how much of the contrast of a fish the water leaves, 0 to 1."""
        return math.exp(-self._fade * fish.distance_m)

    def _edge_px(self, fish: Swimmer) -> float:
        """Return how soft the edges of a fish are, in pixels.

        The more of the contrast the water takes, the softer they are.
        """
        width: int = self._water.shape[1]
        return (1.8 + 3.5 * (1 - self._shows(fish))) * width / 720

    def _paint(self, canvas: Canvas, one: _Seen) -> float:
        """Paint a fish.

        Returns:
            By how much the fish changes the brightness of its visible part, in levels.
        """
        sprite, shows = one.sprite, np.float32(self._shows(one.fish))
        under = canvas.luma[sprite.rows, sprite.columns]
        water = self._water[sprite.rows, sprite.columns]
        change = sprite.alpha * (water * (1 + shows * (sprite.tone - 1)) - under)
        under += np.rint(change).astype(np.int16)
        _tint(canvas, one, shows)
        visible = change[one.visible]
        if not visible.size:
            return 0.0
        return float(np.sqrt(np.mean(np.square(visible, dtype=np.float64))))

    def _sighting(self, index: int, one: _Seen, contrast: float) -> Sighting:
        shown = np.count_nonzero(one.visible)
        visibility: float = min(1.0, contrast / CONTRAST_UNIT)
        visibility *= min(1.0, math.sqrt(shown / self._water.size) / SIZE_UNIT)
        visibility *= min(1.0, shown / one.sprite.whole_px / WHOLE_UNIT) ** 2
        return Sighting(
            frame=index,
            fish=one.fish.number,
            kind=one.fish.species.name,
            box=_box(one.sprite, self._water.shape),
            visibility=round(visibility, 3),
        )


def _tint(canvas: Canvas, one: _Seen, shows: Plane) -> None:
    """Mix the colours of the fish into those of the water."""
    rows, columns = (
        slice(side.start // 2, side.stop // 2)
        for side in (one.sprite.rows, one.sprite.columns)
    )
    cover = one.sprite.alpha[::2, ::2] * shows
    for plane, colour in zip((canvas.u, canvas.v), one.fish.species.colour):
        part = plane[rows, columns]
        part += np.rint(cover * (128 + np.float32(colour) - part)).astype(np.int16)


def _box(sprite: Sprite, shape: tuple[int, int]) -> tuple[float, float, float, float]:
    """Return the box around the part in the frame, even where another fish hides it.

    Returns:
        Left, top, width and height, as fractions of the frame's width or height.
    """
    mask = sprite.alpha > _HIDDEN
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    x, y = sprite.columns.start + columns[0], sprite.rows.start + rows[0]
    wide, high = columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1
    sides = (x / shape[1], y / shape[0], wide / shape[1], high / shape[0])
    left, top, width, height = (round(float(side), 5) for side in sides)
    return left, top, width, height
