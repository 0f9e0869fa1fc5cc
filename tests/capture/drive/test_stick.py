"""A stick that is in and is not the drive: it is named, with the line that mends it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Callable, Optional

import pytest

from capture.drive import stick
from tests.capture.camera_site import ROOT

Plug = Callable[..., list[str]]
DRIVE = Path("/mnt/usb")


@pytest.fixture
def plug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plug:
    """Plug devices in: what is said of them, with the shipped unit for ext4 or fat."""

    def tell(*devices: dict[str, Any], unit: str = "ext4") -> list[str]:
        system = {"path": "/dev/mmcblk0", "children": [device("/", path="/dev/root")]}
        answers = {
            "systemctl": f"cat {ROOT}/systemd/{unit}/mnt-usb.mount",
            "systemd-escape": "echo mnt-usb.mount",
            "lsblk": f"cat {tmp_path}/lsblk.json",
        }
        found = {"blockdevices": [system, *devices]}
        (tmp_path / "lsblk.json").write_text(json.dumps(found))
        for name, answer in answers.items():
            (tmp_path / name).write_text(f"#!/bin/sh\n{answer}\n")
            (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        return list(stick.reasons(DRIVE))

    return tell


def device(mounted: str = "", **facts: Any) -> dict[str, Any]:
    """A device as lsblk tells of it."""
    usual = {"path": "/dev/sda1", "label": None, "fstype": None, "size": "29G"}
    where = {"mountpoint": mounted or None, "hotplug": True}
    return {**usual, **where, **facts}


def disk(part: dict[str, Any]) -> dict[str, Any]:
    """A disk with one partition."""
    return {**device(path="/dev/sda"), "children": [part]}


AGAIN = "sudo systemctl restart mnt-usb.mount; why it was not: systemctl status"
FORMAT = "sudo mkfs.ext4 -m 0 -L WEIR -E root_owner=$(id -u weir):$(id -g weir)"
FAT = "mnt-usb.mount is for ext4; in the clone: sudo make install-capture DRIVE=fat"
LABEL = "sudo e2label /dev/sda1 WEIR && sudo udevadm trigger /dev/sda1"


@pytest.mark.parametrize(
    ("kind", "label", "line"),
    [
        ("ext4", "KINGSTON", f"(ext4, 29G) is not labelled WEIR but KINGSTON: {LABEL}"),
        ("ext4", "WEIR", f"(ext4, 29G) is labelled WEIR and not mounted: {AGAIN}"),
        ("exfat", "WEIR", f"(exfat, 29G) is labelled WEIR and not mounted: {FAT}"),
        (
            None,
            None,
            f"(not formatted, 29G) is not labelled WEIR but nothing: {FORMAT}",
        ),
    ],
)
def test_a_stick_is_named_with_what_mends_it(
    plug: Plug, kind: Optional[str], label: Optional[str], line: str
) -> None:
    """A label, a mount, another kind of drive, or a format."""
    (said,) = plug(disk(device(fstype=kind, label=label)))

    assert said.startswith(f"/dev/sda1 {line}")


def test_a_stick_that_a_desktop_mounted_is_unmounted_first(plug: Plug) -> None:
    """Where its label cannot be changed while it is mounted."""
    (line,) = plug(disk(device("/media/pi/X", fstype="vfat", label="X")), unit="fat")

    assert line.endswith(
        "sudo umount /dev/sda1; sudo fatlabel /dev/sda1 WEIR && "
        "sudo udevadm trigger /dev/sda1"
    )


def test_without_a_stick_that_is_said(plug: Plug) -> None:
    """The system's own disks and an empty card reader are none."""
    reader = device(path="/dev/sdb", size="0B")

    assert plug(reader) == [
        "no stick is plugged in; the drive is known by its label, WEIR"
    ]


def test_where_no_unit_waits_for_a_label_nothing_is_said(tmp_path: Path) -> None:
    """Another folder, another way to mount it."""
    assert list(stick.reasons(tmp_path)) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give it away")
def test_a_drive_of_another_user_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the line that gives it to the service."""
    monkeypatch.setattr(stick, "SERVICE_USER", "daemon")
    os.chown(tmp_path, 65534, 65534)

    said = stick.owner(tmp_path)

    assert said is not None
    assert said.endswith(f": sudo chown -R daemon:daemon {tmp_path}")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to give it away")
def test_the_services_own_drive_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of whoever else looks; its owner is told what he may not."""
    monkeypatch.setattr(stick, "SERVICE_USER", "nobody")
    os.chown(tmp_path, 65534, 65534)
    assert stick.owner(tmp_path) is None

    monkeypatch.setattr(stick, "SERVICE_USER", "root")
    os.chown(tmp_path, 0, 0)
    assert stick.owner(tmp_path) == f"nobody may: sudo chmod u+rwx {tmp_path}"
