"""The river: for each frame a picture, and what is to be seen in it.

Everything is painted in sixteen bits, in order of its distance, and then darkened or
lightened as the light of the moment and the camera have it.
"""

from __future__ import annotations

import math
from dataclasses import astuple, dataclass, fields
from typing import Any, Optional

import numpy as np
from numpy.random import RandomState

from capture.cameras.scene.bed import SWAYS, Bed
from capture.cameras.scene.behaviour import Swimmer, Visits, pose
from capture.cameras.scene.drift import Drift
from capture.cameras.scene.fish import Sprite, draw
from capture.cameras.scene.light import Light, Lighting, daylight_of
from capture.cameras.scene.noise import Plane
from capture.cameras.scene.water import Water, attenuation, sight_m
from capture.config import SimulatedConfig
from weir.truth import Sighting

_HIDDEN = 0.35  # a pixel that is covered by so much shows the fish and not the water
_CONTRAST_UNIT = 16.0
_SIZE_UNIT = 1 / 20


@dataclass(frozen=True)
class _Seen:
    """A fish that is in the frame, and the part of it that no nearer one covers."""

    fish: Swimmer
    sprite: Sprite
    visible: Plane


class River:
    """The scene of one clip.

    Args:
        config: ``[capture.simulated]``.
        resolution: width and height in pixels, both even.
        start_s: the second at which the clip starts, since 1970.
        bed: the bed of this seed and resolution, when it has been laid already.
    """

    def __init__(
        self,
        config: SimulatedConfig,
        resolution: tuple[int, int],
        start_s: int,
        bed: Optional[Bed] = None,
    ) -> None:
        width, height = resolution
        shape = (height, width)
        key = f"{config.seed} {start_s}"
        rng = RandomState([config.seed & 0xFFFFFFFF, start_s & 0xFFFFFFFF])
        daylight = daylight_of(start_s) if config.light is None else config.light
        self._shape = shape
        self.bed = bed or Bed(RandomState([config.seed & 0xFFFFFFFF, 77]), shape)
        self._water = Water(rng, shape, config.turbidity)
        self._drift = Drift(rng, shape, config.debris, config.turbidity)
        self._lighting = Lighting(key, daylight, config.flicker)
        self._fade = attenuation(config.turbidity)
        self._visits = Visits(
            key,
            config.fish_per_hour,
            tuple(zip((f.name for f in fields(config.mix)), astuple(config.mix))),
            sight_m(config.turbidity),
            height / width,
        )
        self._still: dict[int, tuple[Plane, Plane]] = {}
        self._luma = np.empty(shape, np.int16)
        self._taken = np.zeros(shape, np.bool_)

    def frame(self, index: int, second: float) -> tuple[Any, list[Sighting]]:
        """Paint a frame; seconds must not go back.

        Returns:
            (height * 3 / 2, width) uint8, the planes Y, U and V one behind the other,
            and every fish that lies in the frame, by number.
        """
        light = self._lighting.at(second)
        sway = int((1 + math.sin(0.4 * second)) * 0.499 * SWAYS)
        still, tinge = self._behind(sway)
        luma = self._luma
        np.add(still, self._water.cloud_window(second), out=luma)
        if light.beams > 0.05:
            luma += self._water.beams(light)
        self._drift.add_to(luma, second)
        height, width = self._shape
        planes = np.empty((height * 3 // 2, width), np.uint8)
        u, v = _colour_planes(planes, self._shape)
        colour = self._water.colour(light)
        tinges = (tinge + np.int16(colour[0]), tinge * -1 + np.int16(colour[1]))
        sightings = self._paint_fish(index, second, tinges, light)
        np.clip(luma, 16, 255, out=luma)
        bright = luma.view(np.uint16)
        bright *= np.uint16(256 * light.gain)
        bright >>= 8
        np.clip(bright, 16, 235, out=bright)
        planes[:height] = bright
        u[:], v[:] = tinges
        return planes, sightings

    def _behind(self, sway: int) -> tuple[Plane, Plane]:
        """Water and bed as one sees the bed through the water: Y, and its colour."""
        if sway not in self._still:
            bed = self.bed.picture(sway)
            water = self._water.luma
            shows = bed.cover * np.power(math.e, -self._fade * bed.distance_m)
            luma = water * (1 + shows * (bed.tone - 1))
            tinge = (shows * bed.colour * -8)[::2, ::2]
            self._still[sway] = (
                np.rint(luma).astype(np.int16),
                np.rint(tinge).astype(np.int16),
            )
        return self._still[sway]

    def _paint_fish(
        self, index: int, second: float, tinges: tuple[Plane, Plane], light: Light
    ) -> list[Sighting]:
        seen = self._look(second)
        sightings = []
        for one in reversed(seen):  # the nearest last, over the others
            contrast = self._paint(one, tinges) * light.gain
            sightings.append(_sighting(index, one, contrast, self._shape))
        return sorted(sightings, key=lambda entry: entry.fish)

    def _look(self, second: float) -> list[_Seen]:
        """Who is in the frame, the nearest first."""
        here = sorted(self._visits.at(second), key=lambda f: (f.distance_m, f.number))
        seen = []
        self._taken[:] = False
        for fish in here:
            shows = math.exp(-self._fade * fish.distance_m)
            sprite = draw(
                fish, pose(fish, second), self._shape, _edge_px(shows, self._shape)
            )
            if sprite is None:
                continue
            mask = sprite.alpha > _HIDDEN
            if mask.any():
                taken = self._taken[sprite.rows, sprite.columns]
                seen.append(_Seen(fish, sprite, mask & ~taken))
                taken |= mask
        return seen

    def _paint(self, one: _Seen, tinges: tuple[Plane, Plane]) -> float:
        """Paint a fish; by how much it changes what is visible of it, in levels."""
        sprite, fish = one.sprite, one.fish
        shows = np.float32(math.exp(-self._fade * fish.distance_m))
        under = self._luma[sprite.rows, sprite.columns]
        water = self._water.luma[sprite.rows, sprite.columns]
        own = water * (1 + shows * (sprite.tone - 1))
        change = sprite.alpha * (own - under)
        under += np.rint(change).astype(np.int16)
        rows = slice(sprite.rows.start // 2, sprite.rows.stop // 2)
        columns = slice(sprite.columns.start // 2, sprite.columns.stop // 2)
        cover = sprite.alpha[::2, ::2] * shows
        for plane, colour in zip(tinges, fish.kind.colour):
            part = plane[rows, columns]
            part += np.rint(cover * (128 + np.float32(colour) - part)).astype(np.int16)
        visible = change[one.visible]
        return (
            float(np.sqrt(np.mean(np.square(visible, dtype=np.float64))))
            if visible.size
            else 0.0
        )


def _edge_px(shows: float, shape: tuple[int, int]) -> float:
    """How soft an edge is: water blurs what it hides."""
    return (1.8 + 3.5 * (1 - shows)) * shape[1] / 720


def _colour_planes(planes: Plane, shape: tuple[int, int]) -> tuple[Plane, Plane]:
    """Views of U and V within the planes of a frame."""
    height, width = shape
    flat = planes.reshape(-1)
    size = height * width
    half = (height // 2, width // 2)
    u = flat[size : size + size // 4].reshape(half)
    v = flat[size + size // 4 : size + size // 2].reshape(half)
    return u, v


def _sighting(
    index: int, one: _Seen, contrast: float, shape: tuple[int, int]
) -> Sighting:
    size = math.sqrt(np.count_nonzero(one.visible) / (shape[0] * shape[1]))
    visibility = min(1.0, contrast / _CONTRAST_UNIT) * min(1.0, size / _SIZE_UNIT)
    return Sighting(
        frame=index,
        fish=one.fish.number,
        kind=one.fish.kind.name,
        box=_box(one.sprite, shape),
        visibility=round(visibility, 3),
    )


def _box(sprite: Sprite, shape: tuple[int, int]) -> tuple[float, float, float, float]:
    """The box about what lies in the frame, whatever may be in front of it."""
    mask = sprite.alpha > _HIDDEN
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    x, y = sprite.columns.start + columns[0], sprite.rows.start + rows[0]
    wide, high = columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1
    sides = (x / shape[1], y / shape[0], wide / shape[1], high / shape[0])
    left, top, width, height = (round(float(side), 5) for side in sides)
    return left, top, width, height
