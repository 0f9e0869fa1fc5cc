"""The lookout: how often it looks."""

from __future__ import annotations

from pathlib import Path

from tests.analysis.small_host import Host


def test_looking_leaves_most_of_the_time_to_the_work(tmp_path: Path) -> None:
    """Where so much lies in the inbox that a look takes seconds."""
    turns = 100
    with Host(tmp_path) as host:
        for number in range(20):
            host.drop(f"{number}.zip", b"PK not whole")
        began_s = host.clock.monotonic()
        host.beat = lambda: host.clock.advance(1)
        for _ in range(turns):
            host.turn()

        looked_s = host.beats - turns  # the work's own
        assert 0 < looked_s < 0.3 * (host.clock.monotonic() - began_s)
