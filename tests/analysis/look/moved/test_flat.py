"""Flat pictures: what changes slowly is gone, what is small stays."""

import numpy as np
import numpy.typing as npt
import pytest

from analysis.look.moved.flat import UNIT, flats
from analysis.look.water import HEIGHT, WIDTH

Grey = npt.NDArray[np.uint8]


def grey(seed: int) -> Grey:
    """Return stones that differ from picture to picture."""
    random = np.random.default_rng(seed)
    return random.integers(0, 256, (HEIGHT, WIDTH), dtype=np.uint8)


@pytest.mark.parametrize("count", [1, 2, 12, 13, 36])
def test_pictures_do_not_mix(count: int) -> None:
    """Together they become what each becomes alone, at their edges too."""
    greys = [grey(seed) for seed in range(count)]

    together = flats(greys)

    assert [each.dtype for each in together] == count * [np.int16]
    for one, made in zip(greys, together):
        np.testing.assert_array_equal(made, flats([one])[0])


def test_no_pictures_become_none() -> None:
    """As at the end of a clip."""
    assert flats([]) == []


def test_light_that_fades_is_gone_and_a_spot_stays() -> None:
    """A spot that is twice as bright stands out by nearly ln 2."""
    slope = np.tile(np.linspace(100, 120, WIDTH), (HEIGHT, 1))
    spot = slope.copy()
    spot[28:32, 40:48] *= 2

    plain, shown = flats([slope.astype(np.uint8), spot.astype(np.uint8)])

    assert abs(plain[20:40, 20:70]).max() < 0.05 * UNIT
    assert 0.4 * UNIT < shown[30, 44] < 0.7 * UNIT
