"""Describes the species of fish: shape, pattern, and way of swimming.

Lengths along a fish go from 0 at the snout to 1 at the end of the tail. Heights have
the same unit. The outlines were drawn from field guides and then simplified, as far as
the eye could still tell them apart at a tenth of the frame's width.
"""

from __future__ import annotations

from dataclasses import dataclass

Outline = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Species:
    """A species of fish.

    Attributes:
        name: its name in the truth and in the config.
        length_m: the shortest and the longest length, in metres.
        back, belly: height of the body above and below its axis, by length.
        back_fins, belly_fins: the same with the fins, which are half transparent.
        fork: how deep the tail is forked, 0 to 1.
        tones: brightness of belly, side and back; 1 is as bright as the water.
        colour: U and V of its sides, minus 128.
        pattern: stripe, bars, spots or plain.
        beat_hz, waves, bend: how often it beats its tail, how many waves its body
            holds, and how wide the tail swings, in lengths.
        school: the largest group; 1 if it swims alone.
        styles: ways of moving, and how often: cross, corner, hold, wander.
        speed: the slowest and the fastest, in frame widths per second.
        depth: where it swims, 0 at the top of the frame to 1 at the bottom.
    """

    name: str
    length_m: tuple[float, float]
    back: Outline
    belly: Outline
    back_fins: Outline
    belly_fins: Outline
    fork: float
    tones: tuple[float, float, float]
    colour: tuple[float, float]
    pattern: str
    beat_hz: float
    waves: float
    bend: float
    school: int
    styles: tuple[tuple[str, float], ...]
    speed: tuple[float, float]
    depth: tuple[float, float]


DACE = Species(
    name="dace",
    length_m=(0.09, 0.17),
    back=((0, 0.005), (0.06, 0.04), (0.3, 0.085), (0.6, 0.055), (0.85, 0.022)),
    belly=((0, 0.01), (0.06, 0.035), (0.35, 0.085), (0.6, 0.06), (0.85, 0.022)),
    back_fins=((0.42, 0), (0.46, 0.145), (0.56, 0.07), (0.86, 0.02), (1, 0.12)),
    belly_fins=((0.6, 0), (0.64, 0.12), (0.74, 0.05), (0.86, 0.02), (1, 0.12)),
    fork=0.8,
    tones=(1.08, 0.88, 0.55),
    colour=(-19, -5),
    pattern="stripe",
    beat_hz=1.7,
    waves=0.8,
    bend=0.045,
    school=5,
    styles=(("cross", 0.75), ("corner", 0.25)),
    speed=(0.08, 0.4),
    depth=(0.1, 0.75),
)

PERCH = Species(
    name="perch",
    length_m=(0.1, 0.22),
    back=((0, 0.01), (0.08, 0.07), (0.3, 0.165), (0.6, 0.1), (0.82, 0.035)),
    belly=((0, 0.015), (0.08, 0.06), (0.35, 0.14), (0.6, 0.1), (0.82, 0.035)),
    back_fins=(
        (0.26, 0),
        (0.31, 0.27),
        (0.5, 0.19),
        (0.53, 0.1),
        (0.57, 0.2),
        (0.7, 0.11),
        (0.83, 0.03),
        (1, 0.12),
    ),
    belly_fins=(
        (0.3, 0),
        (0.36, 0.23),
        (0.42, 0.12),
        (0.6, 0.1),
        (0.64, 0.2),
        (0.72, 0.08),
        (0.83, 0.03),
        (1, 0.12),
    ),
    fork=0.35,
    tones=(1.0, 0.8, 0.45),
    colour=(-23, -4),
    pattern="bars",
    beat_hz=0.9,
    waves=0.6,
    bend=0.03,
    school=3,
    styles=(("wander", 0.5), ("hold", 0.25), ("cross", 0.25)),
    speed=(0.04, 0.16),
    depth=(0.25, 0.85),
)

TROUT = Species(
    name="trout",
    length_m=(0.16, 0.32),
    back=((0, 0.01), (0.07, 0.055), (0.35, 0.115), (0.65, 0.075), (0.86, 0.045)),
    belly=((0, 0.02), (0.07, 0.05), (0.4, 0.115), (0.65, 0.08), (0.86, 0.045)),
    back_fins=(
        (0.4, 0),
        (0.44, 0.2),
        (0.55, 0.1),
        (0.74, 0.06),
        (0.78, 0.1),
        (0.87, 0.04),
        (1, 0.125),
    ),
    belly_fins=(
        (0.5, 0),
        (0.55, 0.17),
        (0.62, 0.08),
        (0.7, 0.07),
        (0.74, 0.16),
        (0.8, 0.05),
        (1, 0.125),
    ),
    fork=0.1,
    tones=(0.95, 0.68, 0.4),
    colour=(-17, -1),
    pattern="spots",
    beat_hz=1.1,
    waves=0.8,
    bend=0.05,
    school=1,
    styles=(("hold", 0.6), ("cross", 0.4)),
    speed=(0.08, 0.35),
    depth=(0.4, 0.88),
)

EEL = Species(
    name="eel",
    length_m=(0.28, 0.5),
    back=((0, 0.005), (0.05, 0.022), (0.2, 0.034), (0.6, 0.03), (0.95, 0.008)),
    belly=((0, 0.008), (0.05, 0.022), (0.2, 0.034), (0.6, 0.03), (0.95, 0.008)),
    back_fins=((0.3, 0), (0.38, 0.042), (0.9, 0.045), (1, 0.01)),
    belly_fins=((0.45, 0), (0.5, 0.042), (0.9, 0.045), (1, 0.01)),
    fork=0.0,
    tones=(0.68, 0.42, 0.32),
    colour=(-12, -4),
    pattern="plain",
    beat_hz=0.6,
    waves=1.4,
    bend=0.075,
    school=1,
    styles=(("cross", 0.8), ("corner", 0.2)),
    speed=(0.05, 0.14),
    depth=(0.55, 0.92),
)

SPECIES = {species.name: species for species in (DACE, PERCH, TROUT, EEL)}
