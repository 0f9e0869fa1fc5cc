"""What is heard while footage is decoded is weighed."""

from __future__ import annotations

import pytest

from analysis.frames.condition import Condition
from analysis.frames.grabs import Grab
from tests.analysis.frames.tracks.test_extent import track

UNREF, OTHER = "mmco: unref short failure", "error while decoding MB 1 2"


@pytest.mark.parametrize(
    ("is_cut_out", "frame", "error", "is_damage"),
    [
        (True, 0, UNREF, False),
        (True, 2, UNREF, False),
        (True, 3, UNREF, True),
        (True, 0, OTHER, True),
        (False, 0, UNREF, True),
    ],
)
def test_references_that_were_cut_away_are_no_damage(
    is_cut_out: bool, frame: int, error: str, is_damage: bool
) -> None:
    """Only in what was cut out, and only as long as pictures may need them."""
    condition = Condition(track(9, 8, delay=2, is_cut_out=is_cut_out))
    for index in range(9):
        errors = (error,) if index == frame else ()
        condition.note(Grab(0, errors, (), index == 0, 1000.0 * index))

    assert bool(condition.damage) == is_damage
