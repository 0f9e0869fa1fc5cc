"""The recent pictures of a clip."""

from __future__ import annotations

import numpy as np

from analysis.frames.frames import Frame
from analysis.look.moved.gauge import AROUND, LAG
from analysis.look.recent import LAST, Recent
from analysis.models import Prepared
from analysis.models.input.geometry import place

_TINY = Prepared(
    np.zeros((2, 2, 3), np.uint8), place((4, 4), (0, 0, 4, 4), (2, 2), "stretch")
)


def _add(recent: Recent, index: int, *, is_called: bool = False) -> None:
    picture = np.full((4, 4, 3), index, np.uint8)
    recent.add(Frame(index, picture), _TINY, is_called=is_called)


def test_what_is_not_needed_is_let_go() -> None:
    """Pictures are a megabyte each: no more are held than a frame can ask for."""
    recent = Recent()
    for index in range(AROUND + LAG):
        _add(recent, index)
    recent.forget(AROUND + 6)
    before = recent.last(AROUND + LAG).beside
    assert before[0].frame == 6
    assert recent.around(AROUND + 6).beside[0].frame == 6


def test_what_a_stretch_asks_for_is_held() -> None:
    """The last ticks can be asked for, though no frame waits for them."""
    recent = Recent()
    for index in range(LAST + 2):
        _add(recent, index)
    recent.forget(LAST + 1)
    assert recent.last(LAST).beside[0].frame == 2


def test_calm_water_is_that_in_which_no_fish_is_seen() -> None:
    """Nor next to one, and it is remembered from before a long visit."""
    recent = Recent()
    for index in range(80):
        _add(recent, index, is_called=index >= 20)
    assert [each.frame for each in recent.calm_before()] == [0, 3, 6, 9, 12, 15]
    for index in range(80, 100):
        _add(recent, index)
    assert recent.calm_after(79)[0].frame == 83
