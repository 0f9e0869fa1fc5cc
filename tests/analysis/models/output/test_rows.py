"""Of all that comes out of a model, the rows that mean something."""

from __future__ import annotations

import numpy as np

from analysis.models.output.rows import Rows, choose

BOX = (0.1, 0.2, 0.3, 0.4)
TARGETS = np.array([1, 3], np.int64)


def chosen(*rows: tuple[float, int], boxes: object = None) -> Rows:
    """What is chosen of scores and classes, at a threshold of a half."""
    scores, classes = (np.array(column) for column in zip(*rows))
    where = np.array([BOX] * len(rows) if boxes is None else boxes, np.float32)
    return choose(where, scores.astype(np.float32), classes, TARGETS, 0.5)


def test_a_score_at_the_threshold_is_not_above_it() -> None:
    """The best is told all the same, and rows come best first."""
    assert chosen((0.5, 1)).scores.tolist() == []
    assert chosen((0.5, 1)).best == 0.5
    assert chosen((0.5, 1), (0.75, 3), (1.0, 1)).scores.tolist() == [1.0, 0.75]


def test_other_classes_are_not_seen() -> None:
    """Nor do their scores count as the best of a target."""
    rows = chosen((0.9, 2), (0.75, 3), (0.95, -1))

    assert (rows.classes.tolist(), rows.best) == ([3], 0.75)


def test_what_is_no_number_is_no_box() -> None:
    """Engines leave anything in rows that they do not use."""
    boxes = [(np.nan, 0, 1, 1), BOX, (0, 0, np.inf, 1), BOX]
    rows = chosen((0.9, 1), (np.nan, 1), (0.8, 1), (0.75, 1), boxes=boxes)

    assert (rows.scores.tolist(), rows.best) == ([0.75], 0.75)
