"""What holds for every test."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator

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


@pytest.fixture(autouse=True)
def plain_opencv(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what the decoder told OpenCV in an earlier test of this process."""
    monkeypatch.delenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", raising=False)


@pytest.fixture(autouse=True)
def like_any_process() -> Iterator[None]:
    """Let no test leave this process before all others of the machine.

    A library may do that where it runs as root. All that is tested after it, and all
    that it starts, would take a processor for itself, and other tests would hang.
    """
    before = os.sched_getscheduler(0)
    yield
    assert os.sched_getscheduler(0) == before


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[
    None, pytest.TestReport, pytest.TestReport
]:
    """Let a report travel between processes, whatever bytes a test's log showed."""
    report = yield
    report.sections = [
        (title, text.encode("utf-8", "backslashreplace").decode())
        for title, text in report.sections
    ]
    return report
