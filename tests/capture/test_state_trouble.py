"""What the daemon does about a state directory that is lost, torn or not writable."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.capture.river_bank import Field, restart


def test_a_lost_state_directory_costs_no_slot(creek: Field) -> None:
    """The drive's ledger tells where the plan goes on."""
    creek.daemon().run(clips=2)
    restart(creek, timedelta(hours=2))
    for file in creek.state.iterdir():
        file.unlink()
    creek.daemon().run(clips=1)

    assert [dict(line.missed) for line in creek.ledger] == [
        {}, {}, {"not running": 900}, {"not running": 900}, {},
    ]  # fmt: skip
    assert creek.clips[-1].startswith("clip00003_")


def test_a_state_directory_that_cannot_be_written_stops_nothing(
    creek: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's card went read-only: filming goes on, lines wait in memory."""
    daemon = creek.daemon()
    monkeypatch.setattr(daemon._book, "_state", creek.state / "gone")
    monkeypatch.setattr(daemon._book._waiting, "_file", creek.state / "gone" / "file")
    monkeypatch.setattr(daemon._cameraman, "_state", creek.state / "gone")
    daemon.run(clips=2)

    assert len(creek.clips) == 2
    assert [line.outcome for line in creek.ledger] == ["filmed", "filmed"]


def test_a_torn_book_is_a_new_one(creek: Field) -> None:
    """And the daemon says so."""
    creek.daemon().run(clips=1)
    restart(creek)
    (creek.state / "effort-book.json").write_text('{"at": 12')
    creek.daemon().run(clips=1)

    assert [line.outcome for line in creek.ledger] == ["filmed", "filmed"]
