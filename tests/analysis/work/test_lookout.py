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


def test_what_was_seen_ready_is_claimed_without_another_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A look at a flood takes long; what has changed since is not taken."""
    monkeypatch.setattr(lookout, "_MOST_CLAIMS", 2)
    with Host(tmp_path) as host:
        for number in range(8):
            host.drop(f"{number}.doc", b"x")
        while not names(host.folders.rejected):
            host.turn()
        host.drop("7.doc", b"still growing")
        looked = host.beats
        now_s = host.clock.monotonic()
        for _ in range(8):
            host.lookout.look(now_s)
            host.work.step(0)

        assert host.beats - looked < 8 * 8
        assert names(host.folders.inbox) == ["7.doc"]
        assert len(names(host.folders.rejected)) == 2 * 7


def test_many_that_wait_are_told_in_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The first one by one; all again after a day."""
    with Host(tmp_path) as host:
        for number in range(130):
            host.drop(f"{number:03d}.h264.json", b"{}")
        host.settle()
        host.turn()
        lines = [m for m in caplog.messages if m.startswith("upload")]
        caplog.clear()
        host.clock.advance(86_400)
        host.turn()

    assert len(lines) == 21
    assert lines[-1] == (
        "uploads incomplete: more=110, beginning with 020.h264.json,"
        " 021.h264.json, 022.h264.json; the first of them because its clip 020.h264 is"
        " not here"
    )
    assert len(caplog.messages) == 21
