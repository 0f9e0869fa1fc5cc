"""What ``check`` says of a drive on which a second camera has a folder."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from capture.checks.holders import Holders
from capture.checks.preflight import Preflight
from capture.slots.schedule import make_plan
from tests.capture.camera_site import ROOT
from tests.capture.river_bank import Field, field
from weir.clock import UTC, SimulatedClock

NOBODY, SOMEBODY = 65534, 1234
STICK = {
    "path": "/dev/sda1",
    "label": "KINGSTON",
    "fstype": "ext4",
    "size": "29G",
    "mountpoint": None,
    "hotplug": True,
}


@pytest.fixture
def creek(in_memory: Path) -> Iterator[Field]:
    """A camera in Berlin."""
    with field(in_memory, SimulatedClock(datetime(2026, 5, 1, 5, tzinfo=UTC))) as made:
        yield made


def failures(creek: Field, directory: Path, mount: Path) -> list[str]:
    """What fails, and is not of the camera."""
    creek.configure(directory=directory, require_mount=mount)
    plan = make_plan(creek.settings.capture.schedule, creek.settings.deployment)
    nobody = Holders((), all_seen=True)
    check = Preflight(creek.settings, plan, creek.clock, holder=1, holders=nobody)
    return [found.words for found in check.findings() if found.passed is False]


def test_a_stick_without_the_label_is_named(
    creek: Field, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the mount point that waits for the label, and not the folder below it."""
    (tmp_path / "lsblk.json").write_text(json.dumps({"blockdevices": [STICK]}))
    answers = {
        "systemd-escape": f'[ "$3" != {tmp_path} ] || echo mnt-usb.mount',
        "systemctl": f"cat {ROOT}/systemd/ext4/mnt-usb.mount",
        "lsblk": f"cat {tmp_path}/lsblk.json",
    }
    for name, answer in answers.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{answer}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    (said,) = (
        each
        for each in failures(creek, tmp_path / "cam2", tmp_path)
        if each.startswith("stick: ")
    )

    assert "/dev/sda1 (ext4, 29G) is not labelled WEIR but KINGSTON: sudo e2l" in said


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to be another")
@pytest.mark.skipif(not Path("/dev/shm").is_mount(), reason="needs a mount")
def test_the_owner_of_a_drive_without_the_folder_is_named(
    creek: Field, in_memory: Path
) -> None:
    """The folder cannot be made there, so it is the drive that is given away."""
    theirs = in_memory / "theirs"
    theirs.mkdir()
    in_memory.chmod(0o755)
    os.chown(theirs, SOMEBODY, SOMEBODY)
    os.seteuid(NOBODY)
    try:
        said = failures(creek, theirs / "cam2", Path("/dev/shm"))
    finally:
        os.seteuid(0)

    assert f"it belongs to user {SOMEBODY}: sudo chown -R weir:weir {theirs}" in said[0]
