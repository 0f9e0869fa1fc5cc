"""What the tests of the camera's daemon share."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.capture.camera_site import Site


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
