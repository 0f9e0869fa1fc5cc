"""Lines that no drive has yet."""

from __future__ import annotations

import errno
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from capture.effort.waitinglines import WaitingLines
from weir.clock import UTC
from weir.effort import EffortLine

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def missed_line() -> EffortLine:
    """Of a slot in which nothing was filmed."""
    lost = (("no drive", 900.0),)
    return EffortLine(
        "creek", "cam1", SEVEN, SEVEN + 15 * MINUTE, "+02:00", 0.0, missed=lost
    )


def test_a_line_waits_until_a_drive_has_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error on the way is no delivery."""

    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    waiting = WaitingLines(tmp_path / "waiting.jsonl")
    waiting.add(missed_line())
    with monkeypatch.context() as dying:
        dying.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="Input/output"):
            waiting.deliver(tmp_path / "effort.jsonl")
    assert list(waiting) == [missed_line()]
    assert list(WaitingLines(tmp_path / "waiting.jsonl")) == [missed_line()]


def test_a_power_cut_in_a_delivery_doubles_no_line(tmp_path: Path) -> None:
    """It came between the append and the end of the waiting."""
    waiting, ledger = tmp_path / "waiting.jsonl", tmp_path / "effort.jsonl"
    for fresh in (1, 0):
        waiting.write_text(missed_line().to_json() + "\n")
        assert WaitingLines(waiting).deliver(ledger) == fresh

    assert ledger.read_text() == missed_line().to_json() + "\n"
    assert not waiting.exists()
