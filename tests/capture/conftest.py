"""What the tests of the camera's daemon share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.capture.camera_site import Site
from tests.capture.river_bank import Field, field
from weir.clock import UTC, SimulatedClock

SEVEN = datetime(2026, 5, 1, 5, tzinfo=UTC)  # 07:00 in Berlin
MINUTE = timedelta(minutes=1)


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """A folder in memory where there is one: a month has a hundred thousand syncs."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as name:
        yield Path(name)


@pytest.fixture
def site(in_memory: Path) -> Site:
    """A config and an empty drive."""
    return Site(in_memory)


@pytest.fixture
def creek(in_memory: Path) -> Iterator[Field]:
    """A camera in Berlin, ten minutes before the first slot."""
    with field(in_memory, SimulatedClock(SEVEN - 10 * MINUTE)) as made:
        yield made
