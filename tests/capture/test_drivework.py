"""Work on the drive: a mistake in it costs that work, and not the filming."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from capture.clock.evidence import newest_sidecar
from capture.drive.numbering import COUNTER_NAME
from capture.drive.storage import Drive
from capture.drivework import DriveWork
from capture.effort.book import EffortBook
from capture.film.description import Describer
from capture.slots.fieldclock import FieldClock
from capture.slots.schedule import make_plan
from tests.capture.river_bank import Field, field, stream
from weir.clip import sidecar_name
from weir.clock import UTC, SimulatedClock
from weir.sidecar import Sidecar

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin


@pytest.fixture
def creek(in_memory: Path) -> Iterator[Field]:
    """A camera in Berlin at seven."""
    with field(in_memory, SimulatedClock(SEVEN)) as made:
        yield made


def fail() -> None:
    """A mistake that nobody has foreseen."""
    raise TypeError("of ours")


def test_a_mistake_of_ours_costs_only_the_work(
    creek: Field, caplog: pytest.LogCaptureFixture
) -> None:
    """It is told once, and the rest of the work is done."""
    capture, deployment = creek.settings.capture, creek.settings.deployment
    plan = make_plan(capture.schedule, deployment)
    book = EffortBook(creek.state, plan, deployment)
    book.begin(next(iter(plan.slots(SEVEN, SEVEN.replace(hour=6)))))
    book.close()
    describer = Describer(creek.settings, FieldClock(creek.clock, None), "boot-1")
    part = creek.drive / "clip00001_2026-04-30_07-00-00.h264.part"
    part.write_bytes(stream(9))
    work = DriveWork(Drive.of(capture), describer, book, fail)
    work.do()
    work.do()

    assert caplog.text.count("work on the drive failed reason=TypeError: of ours") == 1
    assert part.read_bytes() == stream(9)
    assert len(creek.ledger) == 1


def test_a_stray_number_is_nobodys_newest_clip(creek: Field) -> None:
    """It would say what time it is, and hide all clips to come."""
    creek.daemon().run(clips=1)
    (mine,) = creek.sidecars
    stray = "clip999999999_2099-01-01_00-00-00.h264"
    end = mine.end.replace(year=2099)
    replace(mine, clip=stray, end=end).write(creek.drive / sidecar_name(stray))

    found = newest_sidecar(creek.drive, creek.settings.deployment, 0)
    assert found == mine
    (creek.drive / COUNTER_NAME).unlink()
    found = newest_sidecar(creek.drive, creek.settings.deployment, 0)
    assert found == Sidecar.read(creek.drive / sidecar_name(stray))
