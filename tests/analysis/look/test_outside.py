"""What moves outside of the part of the frame that the detector looks at."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.frames.halving import Image
from tests.analysis.look.scenes import Look, look, river

__all__ = ["look"]


def passing(red: float = 0.0) -> Iterator[Image]:
    """A river of 180 x 120; what passes is left of the middle square."""
    return river(
        90,
        lambda n: (4, 50) if n == 50 else None,
        red=red,
        shape=(20, 8),
        colour=(50, 50, 50),
    )


def test_a_moment_may_be_where_the_model_does_not_look(look: Look) -> None:
    """That is why many fish are overlooked."""
    (moment,) = look(passing()).moments

    assert (moment.first_frame, moment.last_frame) == (50, 50)
    assert moment.box.x + moment.box.width < 30 / 180


def test_what_the_model_does_not_see_makes_no_encounter_unique(look: Look) -> None:
    """It calls the water a fish; that something passes outside says nothing of it."""
    (encounter,) = look(passing(red=14)).encounters

    assert (encounter.status, encounter.decided_by) == ("static", "uniqueness")
