"""The judgement of measures, without a clip."""

from __future__ import annotations

import pytest

from analysis.look.judgement import Against, CloseUp, judge

FISH = Against(1.9, 0.35)
CLOSE = CloseUp(0.1, 1.0)


@pytest.mark.parametrize(
    ("near", "close", "expected"),
    [
        (FISH, CLOSE, ("counted", "")),
        (FISH, CloseUp(), ("counted", "")),
        (Against(1.89, 0.9), CLOSE, ("doubtful", "uniqueness")),
        (Against(1.89, 0.34), CLOSE, ("static", "uniqueness")),
        (Against(9.0, 0.34), CloseUp(0.9, 9.0), ("doubtful", "background_score")),
        (FISH, CloseUp(0.09, 9.0), ("doubtful", "zoom_gain")),
        (FISH, CloseUp(0.9, 0.99), ("doubtful", "elongation")),
    ],
)
def test_each_measure_has_its_limit(
    near: Against, close: CloseUp, expected: tuple[str, str]
) -> None:
    """What one of them says is not outweighed by another, however clear that is."""
    assert judge(near, close, None, level_camera=True) == expected


@pytest.mark.parametrize(
    ("near", "whole", "expected"),
    [
        (Against(1.0, 0.0), Against(1.0, 0.0), ("static", "uniqueness")),
        (Against(1.0, 0.0), Against(1.9, 0.0), ("doubtful", "whole_clip")),
        (Against(1.0, 0.0), Against(1.0, 0.35), ("doubtful", "whole_clip")),
        (Against(9.0, 0.0), FISH, ("doubtful", "whole_clip")),
        (Against(9.0, 0.0), Against(9.0, 0.0), ("doubtful", "background_score")),
        (Against(1.0, 0.9), Against(1.0, 0.0), ("doubtful", "uniqueness")),
    ],
)
def test_where_the_backgrounds_disagree_it_is_doubtful(
    near: Against, whole: Against, expected: tuple[str, str]
) -> None:
    """What is news to either is not static, and it says that the whole clip did it."""
    assert judge(near, CloseUp(), whole, level_camera=True) == expected
