"""The lookout: how often it looks."""

from __future__ import annotations

from pathlib import Path

from tests.analysis.small_host import Desk


def test_looking_leaves_most_of_the_time_to_the_work(tmp_path: Path) -> None:
    """Where so much lies in the inbox that a look takes seconds."""
    turns = 100
    with Desk(tmp_path) as desk:
        for number in range(20):
            desk.drop(f"{number}.zip", b"PK not whole")
        began_s = desk.clock.monotonic()
        desk.beat = lambda: desk.clock.advance(1)
        for _ in range(turns):
            desk.turn()

        looked_s = desk.beats - turns  # the work's own
        assert 0 < looked_s < 0.3 * (desk.clock.monotonic() - began_s)
