"""Moments, of movements that are told and not measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Optional

import numpy as np
import pytest

from analysis.frames.frames import Frame
from analysis.look.counterfactual import Counterfactual, Spot
from analysis.look.judgement import CloseUp
from analysis.look.moments import MOST, Moments
from analysis.look.moved.gauge import Movement
from analysis.look.moved.outline import Outline
from analysis.look.moved.peaks import Peak
from analysis.look.recent import Recent
from analysis.values.seen import Moment
from tests.analysis.made_record import encounter

_SQUARE = np.array([[[1, 1]], [[9, 1]], [[9, 9]], [[1, 9]]], np.int32)
UNIQUE = (3.0, 3.0)


class Told(Counterfactual):
    """Says what it is told to of each close up, one after the other."""

    def __init__(self, close: Sequence[CloseUp]) -> None:
        self._close = list(close)

    def close_up(self, spot: Spot) -> tuple[CloseUp, Outline]:
        """Return the next measures."""
        said = self._close.pop(0) if self._close else CloseUp(0.2, 2.0)
        return said, Outline(said.elongation or 0.0, _SQUARE)


def found(
    moved: dict[int, tuple[float, float]],
    close: Sequence[CloseUp] = (),
    *,
    tick: int = 1,
    called: Optional[tuple[int, int]] = None,
) -> list[Moment]:
    """The moments of a clip: strength and uniqueness by frame, and what is called."""
    recent = Recent()
    # A moment asks for the picture alone, not for the model's input.
    recent.add(Frame(0, np.zeros((20, 30, 3), np.uint8)), None)  # type: ignore[arg-type]
    moments = Moments(Told(close), tick)
    met = [encounter(1, *called)] if called else []
    for frame in range(max(moved) + 9 * tick):
        peak = Peak(*moved.get(frame, (1.0, 1.0)), (4, 4), (3, 3, 3, 3))
        # Nor is the small picture or its background asked for.
        moments.feed(Movement(frame, None, peak, peak, None), recent, met)  # type: ignore[arg-type]
    moments.finish(met)
    return list(moments.found(met)[0])


@pytest.mark.parametrize(
    ("strength", "uniqueness", "count"),
    [(1.71, 2.01, 1), (1.7, 9.0, 0), (9.0, 2.0, 0)],
)
def test_it_must_be_strong_and_unique(
    strength: float, uniqueness: float, count: int
) -> None:
    """By the limits for pictures of 90 x 60."""
    assert len(found({20: (strength, uniqueness)})) == count


@pytest.mark.parametrize("tick", [1, 5])
def test_gaps_of_three_ticks_are_joined(tick: int) -> None:
    """Not of four; its best frame is the one in which it stands out most."""
    frames = {20: UNIQUE, 20 + 3 * tick: (4.0, 3.0), 20 + 7 * tick: UNIQUE}
    moments = found(frames, tick=tick)
    spans = [(m.first_frame, m.last_frame, m.best_frame) for m in moments]

    joined, alone = 20 + 3 * tick, 20 + 7 * tick
    assert spans == [(20, joined, joined), (alone, alone, alone)]


@pytest.mark.parametrize(
    ("called", "count"),
    [((10, 17), 1), ((10, 18), 0), ((22, 30), 0), ((23, 30), 1), ((0, 300), 1)],
)
def test_it_lies_outside_encounters(called: tuple[int, int], count: int) -> None:
    """And not next to one; what is called for minutes says nothing of a moment."""
    assert len(found({20: UNIQUE}, called=called)) == count


def test_what_is_upright_is_not_promising() -> None:
    """A length of 0 along the level is no unknown one."""
    (moment,) = found({20: UNIQUE}, [CloseUp(0.3, 0.0)])

    assert (moment.elongation, moment.zoom_gain, moment.weight) == (0.0, 0.3, 0.0)


def test_the_most_promising_are_kept() -> None:
    """By the rank in which people see them: shape, and what the model sees in it."""
    close = [CloseUp(0.9, 2.0), *[CloseUp(0.0, 2.1)] * MOST]
    moments = found({9 * n: UNIQUE for n in range(1, MOST + 2)}, close)

    assert len(moments) == MOST
    assert moments[0].zoom_gain == 0.9
    assert [moment.number for moment in moments] == list(range(1, MOST + 1))
