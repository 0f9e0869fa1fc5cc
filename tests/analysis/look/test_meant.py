"""Which fish are looked at: beside weed that moves, and in water that they stay in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from analysis.frames.halving import Image
from tests.analysis.look.scenes import Look, judged, look, river

__all__ = ["look"]


@pytest.mark.parametrize("frames", [300, 190])
def test_a_fish_that_stays_and_moves_counts(look: Look, frames: int) -> None:
    """The water around its time holds it, and that before and after its visit not."""

    def staying(pictures: Iterator[Image]) -> Iterator[Image]:
        for index, picture in enumerate(pictures):
            if 100 <= index < 190 and index % 9 == 0:
                picture[60:80, 100:170] = (0, 0, 255)
            elif 100 <= index < 190:
                picture[30:50, 20:90] = (0, 0, 200)
            yield picture

    findings = look(staying(river(frames)))

    assert judged(findings) == [(100, "counted", "")]
    (encounter,) = findings.encounters
    assert encounter.background_score and encounter.background_score < 0.2


@pytest.mark.parametrize("leaf", [(0, 0, 255), (0, 0, 0)])
def test_a_leaf_in_water_that_is_called_a_fish_for_a_while_does_not_count(
    look: Look, leaf: tuple[int, int, int]
) -> None:
    """The water before and after is other water, but the leaf makes no fish of it."""

    def reddened(pictures: Iterator[Image]) -> Iterator[Image]:
        for index, picture in enumerate(pictures):
            if 100 <= index < 190:
                picture[..., 2] = np.minimum(255, picture[..., 2] + 30.0)
            if 100 <= index < 190 and index % 9 == 0:
                picture[20:28, 30:60] = leaf
            yield picture

    findings = look(reddened(river(300)))

    assert findings.encounters
    assert findings.counted == ()


@pytest.mark.parametrize(
    ("weed", "gap", "expected"),
    [
        ((40, 14, 0), 0, ("counted", "")),
        ((40, 14, 0), 10, ("doubtful", "zoom_gain")),
        ((50, 20, 140), 0, ("counted", "")),
    ],
)
def test_a_fish_beside_weed_counts(
    look: Look, weed: tuple[int, int, int], gap: int, expected: tuple[str, str]
) -> None:
    """Weed stands out further, but put alone into the empty water it changes nothing.

    Nor does it where it makes no fish of the water alone, while another does; and what
    does not make one alone is not found.
    """

    def swaying(pictures: Iterator[Image]) -> Iterator[Image]:
        for index, picture in enumerate(pictures):
            if index == 50:
                height, width, red = weed
                picture[10 : 10 + height, 20 : 20 + width] = (0, 0, red)
                picture[80:94, 80:120] = picture[80:94, 120 + gap : 170] = (0, 0, 255)
            yield picture

    findings = look(swaying(river(90)))

    assert judged(findings) == [(50, *expected)]
    (encounter,) = findings.encounters
    corner = [int(each) for each in encounter.outline.split()[0].split(",")]
    is_fish = encounter.status == "counted"
    assert (corner[0] > 400 and corner[1] > 600) == is_fish
