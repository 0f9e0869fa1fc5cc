"""Of boxes that overlap by more than the limit, the best stays; others all stay."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.models.output.nms import MOST, suppress


@pytest.mark.parametrize(("width", "left"), [(0.44, 2), (0.46, 1)])
def test_boxes_that_overlap_by_more_than_045_are_one(width: float, left: int) -> None:
    """A box within another shares its own part of it."""
    boxes = np.array([[0, 0, 1, 1], [0, 0, width, 1]], np.float32)
    scores = np.array([0.9, 0.8], np.float32)

    assert len(suppress(boxes, scores, np.zeros(2, np.int64))) == left


def test_other_classes_leave_each_other_alone() -> None:
    """Two boxes of different classes in the same place both stay."""
    boxes = np.array([[0, 0, 1, 1]] * 2, np.float32)
    scores = np.array([0.8, 0.9], np.float32)

    assert suppress(boxes, scores, np.array([0, 1])).tolist() == [1, 0]


def test_a_frame_has_at_most_so_many() -> None:
    """The best 300 of more boxes that do not overlap."""
    places = np.arange(MOST + 50, dtype=np.float32)
    boxes = np.stack([places, places, places + 0.5, places + 0.5], axis=1)

    kept = suppress(boxes, places, np.zeros(len(places), np.int64))

    assert kept.tolist() == list(range(MOST + 49, 49, -1))
