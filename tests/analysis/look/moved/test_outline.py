"""The outline of what moved: around it, wherever and however large the picture is."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.look.moved.outline import corners, corners_of_box, widened
from analysis.values.seen import DOUBTFUL
from tests.analysis.look.scenes import HEIGHT, WIDTH, Look, look, river

__all__ = ["look"]


def ends(outline: str) -> tuple[int, int, int, int]:
    """The left, top, right and bottom end of an outline, in thousandths."""
    points = [tuple(map(int, corner.split(","))) for corner in outline.split()]
    across, down = zip(*points)
    return min(across), min(down), max(across), max(down)


def test_corners_are_thousandths_of_the_picture() -> None:
    """So that it can be drawn on the picture in any size; points in between go."""
    line = np.array([[[0, 0]], [[100, 0]], [[200, 0]], [[200, 50]]], np.int32)

    assert corners(line, 400, 100) == "0,0 500,0 500,500"
    assert corners_of_box((4, 2, 8, 4), 16, 10) == "250,200 750,200 750,600 250,600"


def test_an_outline_can_lie_around_what_it_outlines() -> None:
    """Also at the edge of the picture, and around a single pixel."""
    box = np.array([[[0, 0]], [[20, 0]], [[20, 10]], [[0, 10]]], np.int32)
    around, pixel = widened(box, 540), widened(box[:1], 540)

    assert (around.min(axis=(0, 1)).tolist(), around.max(axis=(0, 1)).tolist()) == (
        [-3, -3],
        [23, 13],
    )
    assert pixel.min() == -3
    assert pixel.max() == 3


def test_what_is_counted_is_outlined(look: Look) -> None:
    """A fish of 70 x 20 pixels, to within a few of them."""
    findings = look(river(90, lambda n: (40, 50) if n == 50 else None))
    (encounter,) = findings.encounters

    left, top, right, bottom = ends(encounter.outline)
    fish = (40 / WIDTH, 50 / HEIGHT, 110 / WIDTH, 70 / HEIGHT)
    expected = pytest.approx([1000 * end for end in fish], abs=60)
    assert [left, top, right, bottom] == expected


def test_a_scene_in_which_nothing_moves_has_no_outline(look: Look) -> None:
    """There would be nothing in it."""
    findings = look(river(90, red=14))

    assert {encounter.outline for encounter in findings.encounters} == {""}


def test_what_moved_and_is_doubtful_is_outlined(look: Look) -> None:
    """The spots that moved, where nobody looked closely."""
    findings = look(
        river(90, lambda n: (40, 50) if n == 50 else None, red=14),
        require_motion="auto",
    )
    moved = [e for e in findings.encounters if e.outline]

    assert {encounter.status for encounter in moved} == {DOUBTFUL}
