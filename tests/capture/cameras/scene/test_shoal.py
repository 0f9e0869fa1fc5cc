"""What the truth says of fish at the edge, and behind each other."""

from __future__ import annotations

import numpy as np
import pytest

from capture.cameras.scene.behaviour import Swimmer, Visits
from capture.cameras.scene.canvas import Canvas
from capture.cameras.scene.shoal import Shoal
from capture.cameras.scene.species import SPECIES
from weir.truth import VISIBLE, Sighting

SHAPE = (240, 360)
LENGTH = 0.3
MIDDLE = SHAPE[0] / SHAPE[1] / 2


class Still(Visits):
    """Fish that stay where they are."""

    def __init__(self, *fish: Swimmer) -> None:
        self._always = list(fish)

    def at(self, second: float) -> list[Swimmer]:
        """All of them, always."""
        return self._always


def fish(
    number: int, x: float, distance_m: float = 0.5, name: str = "trout"
) -> Swimmer:
    """A fish that points to the right, in the middle of the height."""
    way = ((-10.0, x - 0.001, MIDDLE), (10.0, x + 0.001, MIDDLE))
    return Swimmer(number, SPECIES[name], LENGTH, distance_m, way, 1.0, 0.0, 1.0)


def seen(*swimmers: Swimmer) -> list[Sighting]:
    """What is to be seen of them in bright, clear water."""
    water = np.full(SHAPE, 170, np.int16)
    half = (SHAPE[0] // 2, SHAPE[1] // 2)
    canvas = Canvas(
        water.copy(), np.full(half, 120, np.int16), np.full(half, 110, np.int16)
    )
    return Shoal(Still(*swimmers), water, 0.2).paint(canvas, 0, 0.0, 1.0)


def test_a_fish_in_the_open_is_visible() -> None:
    """Large, dark and whole."""
    assert seen(fish(1, 0.5))[0].visibility == 1


@pytest.mark.parametrize(
    ("share", "visible"), [(0.1, False), (0.5, True), (0.9, True)], ids=str
)
def test_a_fish_at_the_edge_counts_when_enough_of_it_shows(
    share: float, visible: bool
) -> None:
    """A fin that looks in is not yet a fish."""
    x = 1 + LENGTH / 2 - share * LENGTH

    assert seen(fish(1, x))[0].visible == visible


@pytest.mark.parametrize(
    ("ahead", "visible"), [(0.02, False), (0.25, True)], ids=["hidden", "beside"]
)
def test_a_fish_behind_another_counts_when_enough_of_it_shows(
    ahead: float, visible: bool
) -> None:
    """The nearer one is always seen."""
    near, far = fish(1, 0.5, 0.4, "perch"), fish(2, 0.5 + ahead, 0.6)

    first, second = seen(near, far)

    assert first.visible
    assert second.visible == visible


def test_visibility_does_not_jump_where_a_fish_comes_in() -> None:
    """The more of it shows, the better it is seen."""
    shares = np.linspace(0.05, 0.95, 19)
    found = [seen(fish(1, 1 + LENGTH / 2 - share * LENGTH)) for share in shares]
    visibilities = [each[0].visibility if each else 0.0 for each in found]

    assert visibilities == sorted(visibilities)
    assert visibilities[0] < VISIBLE < visibilities[-1]
