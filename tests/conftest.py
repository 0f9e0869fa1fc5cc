"""What holds for every test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.disk import recorded

# How long an example takes is the machine's affair; pytest's own limit ends what hangs.
settings.register_profile("weir", deadline=None)
settings.load_profile("weir")


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What this test does to the disk, in order; see ``tests/disk.py``."""
    with recorded(monkeypatch) as record:
        yield record
