"""Lists what is plugged in, and finds the systemd unit that mounts the drive."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from capture.systemtools import answer

_BY_LABEL = "/dev/disk/by-label/"
_SYSTEM = ("/", "/boot", "/boot/firmware", "[SWAP]")
_EMPTY = "0B"  # a card reader's slot
_COLUMNS = "PATH,LABEL,FSTYPE,HOTPLUG,MOUNTPOINT,SIZE"


@dataclass(frozen=True)
class Stick:
    """A device that may be a stick, as lsblk describes it.

    Attributes:
        path: like ``/dev/sda1``.
        label: of its file system; empty without one.
        filesystem: like ``ext4``; empty if it is not formatted.
        mounted: where it is mounted; empty if nowhere.
        size: in words.
    """

    path: str
    label: str
    filesystem: str
    mounted: str
    size: str


@dataclass(frozen=True)
class Mount:
    """The systemd unit that mounts the drive.

    Attributes:
        name: like ``mnt-usb.mount``.
        label: of the drive that the unit waits for.
        filesystem: the file system that it mounts; empty if any will do.
    """

    name: str
    label: str
    filesystem: str


def mount_of(directory: Path) -> Optional[Mount]:
    """Find the unit that mounts a directory.

    Returns:
        The unit; None if no unit for the directory waits for a label.
    """
    escaped = answer("systemd-escape", "-p", "--suffix=mount", str(directory))
    name = (escaped or "").strip()
    text = answer("systemctl", "cat", name) if name else None
    lines = [line.partition("=") for line in (text or "").splitlines()]
    settings = {key.strip(): value.strip() for key, _, value in lines}
    what = settings.get("What", "")
    if not what.startswith(_BY_LABEL):
        return None
    return Mount(name, what[len(_BY_LABEL) :], settings.get("Type", ""))


def sticks() -> Iterator[Stick]:
    """Yield devices outside the system that can be pulled, or are not mounted."""
    told = answer("lsblk", "-J", "-o", _COLUMNS)
    devices = json.loads(told)["blockdevices"] if told else []
    for device in devices:
        parts = list(_leaves(device))
        if any(part["mountpoint"] in _SYSTEM for part in parts):
            continue
        for part in parts:
            stick = _stick(part)
            can_be_pulled = part["hotplug"] in (True, "1") and stick.size != _EMPTY
            if can_be_pulled or (stick.filesystem and not stick.mounted):
                yield stick


def _stick(part: dict[str, Any]) -> Stick:
    return Stick(
        path=part["path"],
        label=part["label"] or "",
        filesystem=part["fstype"] or "",
        mounted=part["mountpoint"] or "",
        size=part["size"] or "",
    )


def _leaves(device: dict[str, Any]) -> Iterator[dict[str, Any]]:
    children = device.get("children") or []
    if not children:
        yield device
    for child in children:
        yield from _leaves(child)
