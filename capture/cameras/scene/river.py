"""Paints each frame of the river, and tells which fish can be seen in it.

Everything is painted in order of distance: water and bed first, the nearest fish last.
Drifting things are painted as if they were far away.
"""

from __future__ import annotations

import math
from dataclasses import astuple, fields
from typing import Any, Optional

import numpy as np
from numpy.random import RandomState

from capture.cameras.scene.bed import SWAYS, Bed
from capture.cameras.scene.behaviour import Visits
from capture.cameras.scene.canvas import Canvas
from capture.cameras.scene.drift import Drift
from capture.cameras.scene.light import Light, Lighting, daylight_of
from capture.cameras.scene.noise import Plane
from capture.cameras.scene.shoal import Shoal
from capture.cameras.scene.water import Water, attenuation, sight_m
from capture.config import SimulatedConfig
from weir.truth import Sighting

_BED = 77  # keeps the bed's random numbers apart from those of clips
_FAINTEST_BEAMS = 0.05


class River:
    """The scene of one clip.

    Args:
        config: ``[capture.simulated]``.
        resolution: width and height in pixels, both even.
        start_s: the second at which the clip starts, since 1970.
        bed: the bed of this seed and resolution, if an earlier clip has made it.

    Attributes:
        bed: the bed, for the next clip.
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
        rng = RandomState([_word(config.seed), _word(start_s)])
        daylight = daylight_of(start_s) if config.light is None else config.light
        self.bed = bed or Bed(RandomState([_word(config.seed), _BED]), shape)
        self._water = Water(rng, shape, config.turbidity)
        self._drift = Drift(rng, shape, config.debris, config.turbidity)
        self._lighting = Lighting(key, daylight, config.flicker)
        self._fade = attenuation(config.turbidity)
        visits = _visits(config, key, height / width)
        self._shoal = Shoal(visits, self._water.luma, self._fade)
        self._still: dict[int, tuple[Plane, Plane]] = {}
        self._luma = np.empty(shape, np.int16)

    def frame(self, index: int, second: float) -> tuple[Any, list[Sighting]]:
        """Paint a frame.

        Args:
            index: the number of the frame.
            second: the second of the clip; it must not be less than at the last call.

        Returns:
            (height * 3 / 2, width) uint8, the planes Y, U and V one after the other,
            and every fish that lies in the frame, in the order of their numbers.
        """
        light = self._lighting.at(second)
        canvas = self._without_fish(second, light)
        sightings = self._shoal.paint(canvas, index, second, light.gain)
        return canvas.planes(light.gain), sightings

    def _without_fish(self, second: float, light: Light) -> Canvas:
        sway = int((1 + math.sin(0.4 * second)) * 0.499 * SWAYS)
        still, tinge = self._behind(sway)
        luma = self._luma
        np.add(still, self._water.cloud_window(second), out=luma)
        if light.beams > _FAINTEST_BEAMS:
            luma += self._water.beams(light)
        self._drift.add_to(luma, second)
        u, v = self._water.colour(light)
        return Canvas(luma, np.int16(u) - tinge, np.int16(v) + tinge)

    def _behind(self, sway: int) -> tuple[Plane, Plane]:
        """Return the bed as it looks through the water.

        Returns:
            Its brightness Y, and how brown it is.
        """
        if sway not in self._still:
            bed = self.bed.picture(sway)
            shows = bed.cover * np.power(math.e, -self._fade * bed.distance_m)
            luma = self._water.luma * (1 + shows * (bed.tone - 1))
            tinge = (shows * bed.colour * 8)[::2, ::2]
            pictures = (np.rint(plane).astype(np.int16) for plane in (luma, tinge))
            self._still[sway] = (next(pictures), next(pictures))
        return self._still[sway]


def _visits(config: SimulatedConfig, key: str, aspect: float) -> Visits:
    names = (field.name for field in fields(config.mix))
    mix = tuple(zip(names, astuple(config.mix)))
    return Visits(key, config.fish_per_hour, mix, sight_m(config.turbidity), aspect)


def _word(number: int) -> int:
    """Return the lowest 32 bits of a number, because a seed takes no more."""
    return number & 0xFFFFFFFF
