"""Pairs are made so that their costs together are the least."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from analysis.look.tracking.assignment import Costs, assign


def made(seed: int, rows: int, columns: int, possible: float) -> Costs:
    """Costs by lot, some of them infinite."""
    random = np.random.default_rng(seed)
    costs = random.random((rows, columns))
    return np.where(random.random((rows, columns)) < possible, costs, np.inf)


def best(costs: Costs) -> tuple[int, float]:
    """The most pairs, and the least that so many can cost: all are tried."""
    if costs.shape[0] > costs.shape[1]:
        costs = costs.T
    found = []
    for columns in permutations(range(costs.shape[1]), costs.shape[0]):
        chosen = costs[range(costs.shape[0]), columns]
        finite = chosen[np.isfinite(chosen)]
        found.append((-len(finite), float(finite.sum())))
    count, cost = min(found)
    return -count, cost


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("shape", [(1, 1), (3, 5), (5, 3), (5, 5)])
def test_pairs_are_the_best(seed: int, shape: tuple[int, int]) -> None:
    """As many as can be, and of so many the cheapest."""
    costs = made(seed, *shape, 0.3 + 0.06 * seed)
    pairs = assign(costs)

    rows, columns = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    assert len(set(rows)) == len(rows)
    assert len(set(columns)) == len(columns)
    count, cost = best(costs)
    assert len(pairs) == count
    assert sum(costs[pair] for pair in pairs) == pytest.approx(cost)


def test_a_crowd_is_paired_by_costs_alone() -> None:
    """Each once, and what is nearest first."""
    costs = made(1, 90, 80, 0.9)
    costs[7, 9] = -1
    pairs = assign(costs)

    assert (7, 9) in pairs
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == 80


def test_what_cannot_be_a_pair_is_none() -> None:
    """And nothing has nothing."""
    assert assign(np.full((2, 3), np.inf)) == []
    assert assign(np.zeros((0, 4))) == []
