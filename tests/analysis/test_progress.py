"""The line at the bottom of a terminal."""

from __future__ import annotations

import pytest

from analysis.progress import time_left


@pytest.mark.parametrize(
    ("done", "took_s", "words"),
    [(0, 50, ""), (1, 0.5, ""), (1, 2, "18 s"), (5, 100, "2 min"), (1, 800, "2.0 h")],
)
def test_the_time_that_is_left_is_told_roughly(
    done: int, took_s: float, words: str
) -> None:
    """Of ten clips; before the first has ended nobody knows."""
    assert time_left(done, 10, took_s) == words
