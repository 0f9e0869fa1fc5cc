"""Who holds the camera: those that were seen, and whether all were."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from capture.checks import holders as module
from capture.checks import pi
from capture.checks.holders import holders
from capture.checks.preflight import Preflight
from capture.finding import Finding
from capture.slots.schedule import make_plan
from tests.capture.camera_site import Site
from tests.capture.river_bank import Field, field
from weir.clock import UTC, SimulatedClock

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be another")
NOBODY = 65534


@pytest.fixture
def creek(in_memory: Path) -> Iterator[Field]:
    """A camera in Berlin."""
    with field(in_memory, SimulatedClock(datetime(2026, 5, 1, 5, tzinfo=UTC))) as made:
        yield made


@pytest.fixture
def nobody() -> Iterator[None]:
    """A user who may not look into the processes of root."""
    os.seteuid(NOBODY)
    yield
    os.seteuid(0)


def test_where_all_was_seen_it_is_free(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each process could be looked into, and none holds a camera."""
    with subprocess.Popen(["sleep", "60"]) as other:
        (tmp_path / str(other.pid)).symlink_to(f"/proc/{other.pid}")
        monkeypatch.setattr(module, "_PROC", tmp_path)
        found = holders()
        other.kill()

    assert found == module.Holders((), all_seen=True)


@ROOT_ONLY
def test_what_may_not_be_seen_is_not_called_free(nobody: None) -> None:
    """Root's own programs may hold it."""
    assert not holders().all_seen


@ROOT_ONLY
def test_a_kernel_thread_holds_nothing(nobody: None) -> None:
    """It has no files, though nobody may look; this process has some."""
    threads = subprocess.run(
        ["ps", "--ppid", "2", "-o", "pid="], capture_output=True, text=True, check=False
    )
    for number in threads.stdout.split()[:1]:
        assert module._is_kernel_thread(Path("/proc") / number)
    assert not module._is_kernel_thread(Path("/proc/self"))


def test_processes_that_are_hidden_are_not_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a sandbox (ProtectProc=invisible): not even the first is there."""
    monkeypatch.setattr(module, "_PROC", tmp_path)
    monkeypatch.setattr(module, "_FIRST", tmp_path / "1")

    assert not holders().all_seen


def test_a_program_that_holds_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its name and number."""
    device = tmp_path / "video0"
    device.touch()
    monkeypatch.setattr(module, "_CAMERA_DEVICE", re.compile(f"{device}"))
    with device.open() as file, subprocess.Popen(["sleep", "60"], stdin=file) as other:
        found = holders()
        other.kill()

    assert found.names == (f"sleep ({other.pid})",)


def test_check_says_unknown_and_goes_on(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It tries the camera all the same; nothing is called free."""
    file = site.folder / "config.toml"
    file.write_text(file.read_text().replace('"simulated"', '"picamera"', 1))
    hidden = (
        "from capture.checks import holders; import sys;"
        "from capture.__main__ import main;"
        "holders._FIRST = holders.Path('/proc/not-there');"
        f"sys.exit(main(['check', '--config', '{file}']))"
    )
    lines = site.python(hidden).splitlines()

    assert any(line.startswith("UNKNOWN  camera: whether another") for line in lines)
    assert not any("no other program" in line for line in lines)
    assert any(line.startswith("FAIL  camera: picamera is not") for line in lines)


def test_what_systemd_does_not_tell_is_not_called_free(
    creek: Field, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The original service may run, where systemd is there and does not answer."""
    monkeypatch.setattr(pi, "_SYSTEMD", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    creek.configure(backend="picamera")
    plan = make_plan(creek.settings.capture.schedule, creek.settings.deployment)
    nobody = module.Holders((), all_seen=True)
    check = Preflight(creek.settings, plan, creek.clock, holder=None, holders=nobody)

    (found,) = (f for f in check.findings() if "another user's program" in f.words)
    assert found.passed is None


def test_the_daemon_of_a_second_camera_holds_another_one(creek: Field) -> None:
    """Which one shows when this one is opened; another program is in the way."""
    creek.configure(backend="picamera2")
    plan = make_plan(creek.settings.capture.schedule, creek.settings.deployment)

    def about(*names: str) -> Finding:
        held = module.Holders(names, all_seen=True)
        preflight = Preflight(
            creek.settings, plan, creek.clock, holder=None, holders=held
        )
        return next(f for f in preflight.findings() if names[0] in f.words)

    assert about("weir-capture (12)").passed is None
    assert about("rpicam-vid (13)", "weir-capture (12)").passed is False
