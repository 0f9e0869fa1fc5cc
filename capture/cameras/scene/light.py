"""Computes the light during a clip: clouds, waves, and a camera that adapts to them.

This module has only numbers, no pictures. Daylight depends on the hour. A cloud takes
minutes. Waves make each frame a little brighter or darker than the last one, and move
beams across the picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

_DAWN_H, _DAY_H = 4.0, 16.0  # a bright day, by UTC; good enough for Europe


@dataclass(frozen=True)
class Light:
    """The light of one moment.

    Attributes:
        gain: the brightness of the picture, 0 to 1.
        beams: how strong the beams are, 0 to 1.
        beam_shift: the place of the beams, in frame widths.
        warmth: how far the camera's white balance has drifted, -1 to 1.
    """

    gain: float
    beams: float
    beam_shift: float
    warmth: float


class Lighting:
    """The light of a clip.

    Args:
        key: the text that the random numbers depend on.
        daylight: 0 to 1.
        flicker: 0 to 1.
    """

    def __init__(self, key: str, daylight: float, flicker: float) -> None:
        rng = Random(f"{key} light")  # noqa: S311 - a scene, no secret
        self._key = key
        self._daylight = daylight
        self._flicker = flicker
        self._clouds = [
            (rng.uniform(150, 900), rng.uniform(0, 6.3), rng.uniform(0.02, 0.09))
            for _ in range(3)
        ]
        self._warmth = (rng.uniform(300, 1500), rng.uniform(0, 6.3))

    def at(self, second: float) -> Light:
        """Return the light at a second of the clip."""
        wave = Random(f"{self._key} wave {second:.3f}")  # noqa: S311 - a scene, no secret
        clouds = sum(
            depth * math.sin(6.283 * second / period + phase)
            for period, phase, depth in self._clouds
        )
        restless = self._flicker * wave.uniform(-0.08, 0.08)
        # The camera compensates for most of the darkness of a dark day.
        base = 0.42 + 0.5 * math.sqrt(self._daylight)
        period, phase = self._warmth
        return Light(
            gain=min(1.0, max(0.15, base * (1 + clouds + restless))),
            beams=self._flicker * self._daylight * wave.uniform(0.3, 1.0),
            beam_shift=wave.random(),
            warmth=math.sin(6.283 * second / period + phase),
        )


def daylight_of(start_s: int) -> float:
    """Return the daylight at a moment in seconds since 1970, 0 to 1."""
    hour = start_s % 86400 / 3600
    return max(0.0, math.sin(math.pi * min(1.0, max(0.0, (hour - _DAWN_H) / _DAY_H))))
