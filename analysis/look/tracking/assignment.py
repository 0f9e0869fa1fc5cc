"""Assignment: pairs are made so that their costs together are the least.

This is the Hungarian method with potentials, one row after the other (Kuhn 1955, in the
form of Jonker and Volgenant 1987). Rows and columns that can only be each other's are
paired at once, so that what is left is small, also where a frame has hundreds of boxes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Costs = npt.NDArray[np.float64]
Pair = tuple[int, int]

_APART = 1e6
"""The cost of not being paired: more than any costs together."""

_MOST = 60
"""More rows than this are paired by their costs alone, the least first."""


def assign(costs: Costs) -> list[Pair]:
    """Pair rows with columns.

    Args:
        costs: (rows, columns), infinite where two cannot be a pair.

    Returns:
        The pairs.
    """
    is_possible = np.isfinite(costs)
    one_row, one_column = is_possible.sum(1) == 1, is_possible.sum(0) == 1
    alone = is_possible & one_row[:, None] & one_column[None, :]
    pairs = [(int(row), int(column)) for row, column in np.argwhere(alone)]
    rows = np.flatnonzero(is_possible.any(1) & ~alone.any(1))
    columns = np.flatnonzero(is_possible.any(0) & ~alone.any(0))
    rest = costs[np.ix_(rows, columns)]
    how = _greedy if max(rest.shape) > _MOST else _optimal
    return pairs + [(int(rows[r]), int(columns[c])) for r, c in how(rest)]


def _greedy(costs: Costs) -> list[Pair]:
    pairs: list[Pair] = []
    order = np.argsort(costs, axis=None, kind="stable")
    order = order[: int(np.isfinite(costs).sum())]
    rows, columns = np.unravel_index(order, costs.shape)
    free_rows = np.ones(costs.shape[0], np.bool_)
    free_columns = np.ones(costs.shape[1], np.bool_)
    for row, column in zip(rows.tolist(), columns.tolist()):
        if free_rows[row] and free_columns[column]:
            free_rows[row] = free_columns[column] = False
            pairs.append((row, column))
    return pairs


def _optimal(costs: Costs) -> list[Pair]:
    count, others = costs.shape
    # A column for each row that stays alone, so that there is always a solution.
    wide = np.full((count, others + count), _APART)
    wide[:, :others] = np.where(np.isfinite(costs), costs, 2 * _APART)
    owner = np.full(wide.shape[1], -1)
    of_rows, of_columns = np.zeros(count), np.zeros(wide.shape[1])
    for row in range(count):
        _add(row, wide, owner, of_rows, of_columns)
    return [
        (int(row), column)
        for column, row in enumerate(owner[:others])
        if row >= 0 and np.isfinite(costs[row, column])
    ]


def _add(
    row: int,
    costs: Costs,
    owner: npt.NDArray[Any],
    of_rows: Costs,
    of_columns: Costs,
) -> None:
    """Give a row a column, moving others along the cheapest path.

    Args:
        row: the row.
        costs: of all.
        owner: the row of each column, -1 for none; it is changed.
        of_rows, of_columns: the potentials; they are changed.
    """
    least = np.full(costs.shape[1], np.inf)
    before = np.full(costs.shape[1], -1)
    is_done = np.zeros(costs.shape[1], np.bool_)
    here, column = row, -1
    while True:
        reduced = costs[here] - of_rows[here] - of_columns
        is_better = ~is_done & (reduced < least)
        least[is_better] = reduced[is_better]
        before[is_better] = column
        nearest = int(np.where(is_done, np.inf, least).argmin())
        step = least[nearest]
        of_rows[row] += step
        of_rows[owner[is_done]] += step
        of_columns[is_done] -= step
        least[~is_done] -= step
        is_done[nearest] = True
        column = nearest
        if owner[column] < 0:
            break
        here = int(owner[column])
    while column >= 0:
        last = int(before[column])
        owner[column] = row if last < 0 else owner[last]
        column = last
