"""The daemon's own warning: the queue grows, far from anybody who would look."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from analysis.daemon import AnalysisDaemon
from analysis.intake.inheritance import Inheritance
from analysis.intake.room import Room
from tests.analysis.small_host import Host
from tests.footage import clip_bytes
from weir.service import Service, StopFlag


@pytest.mark.parametrize(
    ("seconds", "warnings"), [(40_000, [1, 1, 2]), (0.01, [0, 0, 0])]
)
def test_a_growing_queue_is_told_daily(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    seconds: float,
    warnings: list[int],
) -> None:
    """With hours, and only while clips come faster than they are worked."""
    caplog.set_level(logging.INFO)
    now, stop = datetime.now(timezone.utc), StopFlag()
    with Host(tmp_path, settle_seconds=1e9) as host:
        host.clock.step(now, synchronised=True)
        daemon = AnalysisDaemon(
            host.folders,
            host.lookout,
            host.work,
            inheritance=Inheritance(
                host.folders, Room(host.folders, 0), host.work.signer.sign, lambda: None
            ),
            clock=host.clock,
            service=Service(stop),
        )
        _past(host, now, seconds)
        host.drop("9.h264", clip_bytes(9))
        told = []
        for wait_s in (700, 700, 90_000):
            host.clock.advance(wait_s)
            host.clock.step(now, synchronised=True)
            daemon._turn()
            told.append(caplog.text.count("queue grows: "))
    stop.close()

    assert told == warnings


def _past(host: Host, now: datetime, seconds: float) -> None:
    """Four clips that came three hours apart, and took so long."""
    host.lookout._inbox._settle_s = 0
    for number in range(4):
        host.drop(f"{number}.h264", clip_bytes(number))
    host.settle()
    host.lookout._inbox._settle_s = 1e9
    with host.store._file.transaction():
        for number in range(4):
            moment = now - timedelta(hours=3 * (3 - number))
            host.store._db.execute(
                "UPDATE clips SET received = ? WHERE clip = ?",
                (f"{moment:%Y-%m-%dT%H:%M:%SZ}", f"{number}.h264"),
            )
        host.store._db.execute(
            "UPDATE analyses SET seconds = ?, committed = ?",
            (seconds, f"{now:%Y-%m-%dT%H:%M:%SZ}"),
        )
