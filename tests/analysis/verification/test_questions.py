"""Which frames a verifier looks at, and which are beyond its budget."""

from __future__ import annotations

import numpy as np

from analysis.values.seen import Box
from analysis.verification.questions import FRAMES, questions
from tests.analysis.made_record import encounter
from tests.analysis.verification.made import findings, moment


def test_the_doubtful_come_first_then_the_counted_then_moments_by_rank() -> None:
    """And what is static last; each with its best frame."""
    found = findings(
        [
            encounter(1, 0, 0, status="static"),
            encounter(2, 10, 10),
            encounter(3, 20, 20, status="doubtful"),
        ],
        [moment(1, 30, 30), moment(2, 40, 40, weight=2.0)],
    )
    asked = questions(found, 3600)

    assert [item.frames for item in asked.items] == [(20,), (10,), (40,), (30,), (0,)]


def test_what_is_beyond_the_budget_is_not_asked() -> None:
    """A hundred seconds at 72 frames an hour are two frames; the rest is told."""
    found = findings([encounter(n, 9 * n, 9 * n + 4) for n in range(1, 6)])
    asked = questions(found, 72)

    assert [item.frames for item in asked.items] == [(9,), (18,)]
    assert (len(asked.items), asked.of) == (2, 5)


def test_each_clip_has_a_frame() -> None:
    """However short it is, and however little is allowed."""
    assert len(questions(findings([encounter(1, 3, 3)]), 0.001).items) == 1


def test_the_budget_is_of_footage_not_of_frames() -> None:
    """The same frames at 25 a second are less of an hour."""
    slow = findings([encounter(n, 9 * n, 9 * n) for n in range(1, 6)])
    fast = findings([encounter(n, 9 * n, 9 * n) for n in range(1, 6)], framerate=25.0)

    assert len(questions(slow, 180).items) == 5
    assert len(questions(fast, 180).items) == 1


def test_a_few_frames_beside_the_best_are_spread_over_the_encounter() -> None:
    """The best is first, and none is outside."""
    (item,) = questions(findings([encounter(1, 10, 90, best_frame=15)]), 320).items

    assert item.frames[:4] == (15, 50, 30, 70)
    assert len(item.frames) == len(set(item.frames)) == FRAMES
    assert min(item.frames) >= 10
    assert max(item.frames) <= 90


def test_what_is_left_of_the_budget_goes_to_encounters() -> None:
    """In which frame most are together is not known; a moment only has to be seen."""
    found = findings(
        [
            encounter(1, 0, 19, status="static"),
            encounter(2, 20, 49),
            encounter(3, 50, 59, status="doubtful"),
        ],
        [moment(1, 60, 89)],
    )
    doubtful, counted, moved, static = (
        len(item.frames) for item in questions(found, 1800).items
    )

    assert (moved, static) == (FRAMES, FRAMES)
    assert doubtful == 10
    assert counted == 50 - 10 - FRAMES - FRAMES

    every = questions(found, 3600).items  # there is room for all
    assert [len(item.frames) for item in every] == [10, 30, FRAMES, FRAMES]


def test_all_are_looked_at_once_before_any_is_looked_at_twice() -> None:
    """Where the budget is short, each encounter has its best frame."""
    found = findings([encounter(1, 10, 20), encounter(2, 30, 40)])
    asked = questions(found, 108)

    assert [item.frames for item in asked.items] == [(10, 15), (30,)]


def test_the_fullest_frame_is_looked_at() -> None:
    """It is where the most may be, and not always the best one."""
    box = Box(0.1, 0.1, 0.1, 0.1)
    found = findings([encounter(1, 10, 14)], box=box)
    more = tuple(each for each in found.detections if each[0] == 13)
    found = findings(
        [encounter(1, 10, 14)], box=box, detections=found.detections + more
    )

    assert questions(found, 3600).items[0].frames[:2] == (10, 13)


def test_a_spoilt_frame_is_not_asked_about() -> None:
    """Damage looks like anything."""
    trusted = np.ones(100, np.bool_)
    trusted[11:14] = False
    found = findings([encounter(1, 10, 14)], trusted=trusted)

    assert sorted(questions(found, 3600).items[0].frames) == [10, 14]


def test_a_moment_in_a_long_encounter_is_a_frame_of_it() -> None:
    """Encounters never overlap."""
    found = findings([encounter(1, 10, 90, status="static")], [moment(1, 33, 35)])
    asked = questions(found, 3600)

    assert asked.of == 1
    assert asked.items[0].frames[:2] == (10, 33)
