"""Nobody asks more often than a person could."""

from __future__ import annotations

from pathlib import Path

from analysis.review.door.rate import BURST, Rate
from tests.analysis.made_record import NOW
from tests.analysis.review.reviewing import Reviewing, made
from weir.clock import SimulatedClock


def test_a_client_that_asks_too_often_waits_alone() -> None:
    """And may ask again after a while."""
    clock = SimulatedClock(NOW)
    rate = Rate(clock, burst=5, a_second=1)

    assert [rate.allows("a") for _ in range(7)] == [True] * 5 + [False] * 2
    assert rate.allows("b")
    clock.advance(3)
    assert [rate.allows("a") for _ in range(4)] == [True, True, False, False]


def test_whoever_guesses_is_stopped_sooner() -> None:
    """A wrong token costs as much as many requests."""
    rate = Rate(SimulatedClock(NOW), burst=100, a_second=1)
    guesses = 0
    while rate.allows("a"):
        rate.punish("a")
        guesses += 1

    assert guesses < 5


def test_a_flood_is_answered_with_429(tmp_path: Path) -> None:
    """Before anything is looked at."""
    made(tmp_path)
    with Reviewing(tmp_path) as page:
        found = {page.ask("GET", "/none", headers=page.own).status for _ in range(9)}
        assert found == {404}
        found = {page.get("/none").status for _ in range(3 * BURST)}

    assert found == {404, 429}
