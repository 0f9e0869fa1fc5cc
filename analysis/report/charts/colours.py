"""The colours of kinds: a kind has the same one in every chart and in every report.

The hue is made from the name alone, all as light as each other, so that each can be
told from white and from black paper. Two kinds may come out alike: then the colours
stay, and the later one by name is striped or dotted. That is settled among all kinds
that the models know, seen or not, so that it does not change with what was seen.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

TEXTURES = ("", "stripes", "dots")
_LIGHTNESS, _CHROMA = 0.64, 0.125
_ALIKE = 22  # degrees
_HUES = 360
_MOST_KNOWN = 40
"""Of more kinds so many are alike that only those that are drawn are told apart."""


@dataclass(frozen=True)
class Paint:
    """How a kind is drawn.

    Attributes:
        colour: like ``#1b6ca8``.
        texture: one of ``TEXTURES``; empty for a plain one.
    """

    colour: str
    texture: str = ""


def paints(names: Iterable[str], known: Iterable[str] = ()) -> dict[str, Paint]:
    """Return how each of these kinds is drawn, in the order of their names.

    Args:
        names: those that are drawn.
        known: those that the models might name.
    """
    drawn, first = sorted(set(names)), sorted(set(known))
    if len(first) > _MOST_KNOWN:
        first = []
    found = _painted([*first, *(name for name in drawn if name not in first)])
    return {name: found[name] for name in drawn}


def known_kinds(settings: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the kinds that the models of some runs might name."""
    found: set[str] = set()
    for run in settings:
        found.update(run["detector"].get("targets") or ())
        found.update((run.get("classifier") or {}).get("labels") or ())
    return found


def _painted(names: Iterable[str]) -> dict[str, Paint]:
    """Return how each is drawn; one that is like an earlier one gets a texture."""
    taken: list[tuple[int, str]] = []
    found: dict[str, Paint] = {}
    for name in names:
        hue = _hue(name)
        used = {texture for other, texture in taken if _apart(hue, other) < _ALIKE}
        free = [texture for texture in TEXTURES if texture not in used]
        texture = free[0] if free else TEXTURES[len(taken) % len(TEXTURES)]
        taken.append((hue, texture))
        found[name] = Paint(_hex(hue), texture)
    return found


def _hue(name: str) -> int:
    words = " ".join(name.casefold().split())
    return int.from_bytes(hashlib.sha256(words.encode()).digest()[:4], "big") % _HUES


def _apart(one: int, other: int) -> int:
    turn = abs(one - other) % _HUES
    return min(turn, _HUES - turn)


def _hex(hue: int) -> str:
    """Turn a hue into sRGB by way of OKLab, in which equal lightness looks equal."""
    a, b = (_CHROMA * f(math.radians(hue)) for f in (math.cos, math.sin))
    long = (_LIGHTNESS + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (_LIGHTNESS - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (_LIGHTNESS - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma(part)):02x}" for part in linear)


def _gamma(part: float) -> float:
    part = min(1.0, max(0.0, part))
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
