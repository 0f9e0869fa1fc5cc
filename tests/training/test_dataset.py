"""What the network is to answer."""

import numpy as np
import pytest

from training.dataset import GRID, KINDS, target, window
from weir.truth import VISIBLE, Sighting

ROWS, COLUMNS = GRID


def fish(box: tuple[float, float, float, float], visibility: float = 1.0) -> Sighting:
    """A perch somewhere."""
    return Sighting(0, 1, "perch", box, visibility)


def test_the_cell_of_a_fishs_middle_is_wholly_right() -> None:
    """And no other one is."""
    answer = target((fish((0.4, 0.3, 0.2, 0.1)),), False)
    row, column = np.unravel_index(answer[..., 0].argmax(), GRID)

    assert (int(0.35 * ROWS), int(0.5 * COLUMNS)) == (row, column)
    assert (answer[..., 0] == 1).sum() == 1


def test_the_cells_about_it_know_box_and_kind() -> None:
    """Nine of them."""
    answer = target((fish((0.4, 0.3, 0.2, 0.1)),), False)
    near = answer[..., 5] == 1

    assert near.sum() == 9
    assert np.allclose(answer[near][:, 1:5], (0.5, 0.35, 0.2, 0.1))
    assert set(answer[near][:, 6]) == {KINDS.index("perch")}


def test_a_mirrored_fish_is_on_the_other_side() -> None:
    """As the mirrored picture has it."""
    answer = target((fish((0.1, 0.3, 0.2, 0.1)),), True)
    box = answer[answer[..., 5] == 1][0, 1:5]

    assert np.allclose(box, (0.8, 0.35, 0.2, 0.1))


@pytest.mark.parametrize(
    ("visibility", "least", "most"),
    [(0.2, 0.1, 0.3), (VISIBLE, 0.49, 0.51), (0.3, 0.7, 0.9)],
)
def test_a_fish_that_is_hardly_seen_is_a_doubtful_answer(
    visibility: float, least: float, most: float
) -> None:
    """As good as a coin at the truth's own threshold, and no jump there."""
    answer = target((fish((0.4, 0.3, 0.2, 0.1), visibility),), False)

    assert least < answer[..., 7].max() < most
    assert answer[..., 0].max() == answer[..., 7].max()


def test_a_fish_that_nobody_would_find_is_no_answer() -> None:
    """It is water, like all the rest."""
    answer = target((fish((0.4, 0.3, 0.2, 0.1), 0.1),), False)

    assert answer[..., 0].max() == 0
    assert answer[..., 7].max() == -1


def test_a_fish_at_the_very_edge_has_its_cell() -> None:
    """In the last row and column."""
    answer = target((fish((0.99, 0.99, 0.01, 0.01)),), False)

    assert answer[-1, -1, 0] == 1


def test_a_mirrored_window_is_mirrored_about_its_own_middle() -> None:
    """Half a frame wide: 0.1 from its left becomes 0.1 from its right."""
    answer = target((fish((0.1, 0.3, 0.2, 0.1)),), True, COLUMNS // 2)
    box = answer[answer[..., 5] == 1][0, 1:5]

    assert answer.shape == (ROWS, COLUMNS // 2, 8)
    assert np.allclose(box, (0.3, 0.35, 0.2, 0.1))


def test_a_window_shows_what_is_in_it() -> None:
    """Boxes count from its left edge."""
    (seen,) = window((fish((0.6, 0.3, 0.2, 0.1)),), COLUMNS // 2, COLUMNS // 2)

    assert np.allclose(seen.box, (0.1, 0.3, 0.2, 0.1))
    assert np.isclose(seen.visibility, 1.0)


def test_a_windows_edge_cuts_a_fish() -> None:
    """A quarter of its length is left, and as much of its visibility."""
    (seen,) = window((fish((0.35, 0.3, 0.2, 0.1), 0.8),), COLUMNS // 2, COLUMNS // 2)

    assert np.allclose(seen.box, (0, 0.3, 0.05, 0.1))
    assert np.isclose(seen.visibility, 0.2)


def test_a_fish_beside_the_window_is_not_seen() -> None:
    """Nor one that ends where it begins."""
    beside = (fish((0.1, 0.3, 0.2, 0.1)), fish((0.25, 0.3, 0.25, 0.1)))

    assert window(beside, COLUMNS // 2, COLUMNS // 2) == ()
