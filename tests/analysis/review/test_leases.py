"""Two people do not look at the same item within a minute."""

from __future__ import annotations

from analysis.review.leases import LEASE_S, Leases


def test_an_item_is_somebodys_for_a_minute() -> None:
    """And then anybody's; asking again keeps it."""
    leases = Leases()
    leases.take(["a"], "anna", 0)

    assert leases.is_free("a", "anna", 1) and leases.is_free("b", "ben", 1)
    assert not leases.is_free("a", "ben", LEASE_S - 1)
    assert leases.is_free("a", "ben", LEASE_S)
    leases.take(["a"], "anna", 50)
    leases.take(["a"], "ben", 55)
    assert not leases.is_free("a", "ben", LEASE_S + 40)


def test_what_was_decided_is_let_go() -> None:
    """Who looks through what was decided may see it at once."""
    leases = Leases()
    leases.take(["a", "b"], "anna", 0)
    leases.drop(["a", "never taken"])

    assert leases.is_free("a", "ben", 1) and not leases.is_free("b", "ben", 1)


def test_it_does_not_grow_for_ever() -> None:
    """A season has tens of thousands of items."""
    leases = Leases()
    for n in range(5000):
        leases.take([str(n)], "anna", n * 10.0)

    assert len(leases._until) < 1200
