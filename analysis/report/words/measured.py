"""What was measured of something that moved, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Optional

_LONGEST = 10
"""Times as long as high: a line of a pixel or two has no true length."""


def shape(
    elongation: Optional[float],
    zoom_gain: Optional[float],
    than: str = " of a fish than the water",
) -> Iterator[str]:
    """Say how long what moved is, and what the model sees in it close up."""
    if elongation is not None:
        yield _long(elongation)
    if zoom_gain is not None:
        gain = abs(round(zoom_gain, 2))
        more = (
            f"{gain:.2f} {'more' if zoom_gain > 0 else 'less'}" if gain else "no more"
        )
        yield f"close up {more}{than}"


def _long(elongation: float) -> str:
    """Say how long it is for its height, where that is more than noise."""
    if elongation > _LONGEST:
        return f"more than {_LONGEST} times as long as high"
    if round(elongation, 1) <= 1:
        return "not longer than high"
    return f"{elongation:.1f} times as long as high"
