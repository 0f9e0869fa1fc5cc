"""The lookout: how often it looks, and when it does not wait."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.work import lookout
from tests.analysis.small_host import Host, names


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


def test_an_idle_daemon_does_not_wait_for_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where more was ready than is claimed at once, and a look takes long."""
    monkeypatch.setattr(lookout, "_MOST_CLAIMS", 2)
    with Host(tmp_path) as host:
        for number in range(8):
            host.drop(f"{number}.txt", b"x")
        host.beat = lambda: host.clock.advance(1)
        while not names(host.folders.rejected):
            host.turn()
        for _ in range(3):
            host.turn()

        assert len(names(host.folders.rejected)) == 2 * 8
