"""A full disk: nothing more is taken, it is said, and the work resumes by itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.analysis.installation import Installation
from tests.analysis.small_host import names, tree
from tests.footage import clip_bytes, zip_bytes

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can mount a small disk"
)


@pytest.fixture(params=["whole", "results"])
def made(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Installation]:
    """An analysis on a small disk, or with its results on one."""
    root = tmp_path / "made"
    place = root / "host" if request.param == "whole" else root / "host" / "results"
    place.mkdir(parents=True)
    small = ["mount", "-t", "tmpfs", "-o", "size=12m", "small", str(place)]
    if subprocess.run(small, check=False, capture_output=True).returncode:
        pytest.skip("a tmpfs cannot be mounted here")
    try:
        yield Installation(root, min_free_mb="1")
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(made: Installation) -> Path:
    """Take up all the room in results/."""
    ballast = made.folders.results / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            return ballast


def test_work_waits_for_room(made: Installation) -> None:
    """While it is full nothing is lost; afterwards all of it is done."""
    files = {f"clip{n}_2026-05-01.h264": clip_bytes(n) for n in range(5)}
    with made.start() as daemon:
        daemon.wait_until(lambda: "analysis started" in daemon.said, "no start")
        ballast = fill(made)
        (made.folders.inbox / "a.zip").symlink_to("/nowhere")  # takes no room
        daemon.wait_until(lambda: "no room folder=" in daemon.said, "not told")
        (made.folders.inbox / "a.zip").unlink()
        ballast.unlink()
        daemon.wait_until(lambda: "room again" in daemon.said, "does not resume")
        made.drop("b.zip", zip_bytes(files))
        daemon.wait_until(lambda: names(made.folders.done), "not done")

        assert daemon.said.count("no room folder=") == 1
        assert daemon.said.count("clip analysed") == 5
        assert "Traceback" not in daemon.said
    assert made.tables()["clips"].count("analysed") == 5


def test_a_disk_that_fills_up_during_the_work(made: Installation) -> None:
    """What was being worked is committed when there is room."""
    files = {f"clip{n}_2026-05-01.h264": clip_bytes(n) * 40 for n in range(8)}
    made.drop("a.zip", zip_bytes(files))
    with made.start() as daemon:
        daemon.wait_until(lambda: "clip analysed" in daemon.said, "no work")
        ballast = fill(made)
        daemon.wait_until(lambda: "no room folder=" in daemon.said, "not told")
        assert daemon.process.poll() is None
        assert names(made.folders.working)[-1] == "a.zip"
        ballast.unlink()
        daemon.wait_until(lambda: names(made.folders.done), "not done")

        assert "Traceback" not in daemon.said
        assert "clip failed" not in daemon.said
    assert made.tables()["clips"].count("analysed") == 8
    assert tree(made.folders.working) == {}


def test_a_start_on_a_full_disk_waits(made: Installation) -> None:
    """Not even the record can be opened; it is told, and goes on by itself."""
    ballast = fill(made)
    with made.start() as daemon:
        daemon.wait_until(lambda: "no room folder=" in daemon.said, "not told")
        assert "analysis started" not in daemon.said
        ballast.unlink()
        daemon.wait_until(lambda: "analysis started" in daemon.said, "no start")

        assert "room again" in daemon.said
