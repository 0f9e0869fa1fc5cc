"""Says why a stick that is plugged in is not the drive, and which command mends it.

A mount unit waits for a label. It ignores a stick with no label or another one, and a
stick with a file system that it cannot mount. A stick from another machine may belong
to another user.
"""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

from capture.drive.plugged import Mount, Stick, mount_of, sticks
from capture.systemtools import answer

SERVICE_USER = "weir"
_LABELLERS = {
    **dict.fromkeys(("ext2", "ext3", "ext4"), "e2label"),
    "vfat": "fatlabel",
    "exfat": "exfatlabel",
}
_OWNERLESS = ("vfat", "exfat", "ntfs", "ntfs3", "fuseblk")
"""File systems on which every file belongs to the user who mounted them."""


def reasons(directory: Path) -> Iterator[str]:
    """Say of each stick why it is not mounted on a directory, and what to type.

    Nothing is said if no unit waits for a label, as without systemd.
    """
    unit = mount_of(directory)
    if unit is None:
        return
    found = list(sticks())
    if not found:
        yield f"no stick is plugged in; the drive is known by its label, {unit.label}"
    for stick in found:
        shown = f"{stick.path} ({stick.filesystem or 'not formatted'}, {stick.size})"
        if stick.label == unit.label:
            why = f"is labelled {unit.label} and not mounted"
            yield f"{shown} {why}: {_mounting(stick, unit)}"
        else:
            why = f"is not labelled {unit.label} but {stick.label or 'nothing'}"
            yield f"{shown} {why}: {_labelling(stick, unit)}"


def owner(directory: Path) -> Optional[str]:
    """Say who owns a drive that we may not write to, and what to type.

    Returns:
        None if it is the service's drive, and this process is not the service.
    """
    theirs = directory.stat().st_uid
    if theirs == _service_uid():
        is_service = os.geteuid() == theirs
        return f"nobody may: sudo chmod u+rwx {directory}" if is_service else None
    filesystem = answer("findmnt", "-n", "-o", "FSTYPE", str(directory)) or ""
    if filesystem.strip() in _OWNERLESS:
        return f"it was mounted for the user {_name(theirs)}: sudo umount {directory}"
    user = SERVICE_USER
    return f"it belongs to {_name(theirs)}: sudo chown -R {user}:{user} {directory}"


def _mounting(stick: Stick, unit: Mount) -> str:
    if unit.filesystem and stick.filesystem != unit.filesystem:
        return f"{unit.name} is for {unit.filesystem}; {_other_install(stick)}"
    elsewhere = f"sudo umount {stick.path}; " if stick.mounted else ""
    return (
        f"{elsewhere}sudo systemctl restart {unit.name}; why it was not: "
        f"systemctl status {unit.name}"
    )


def _labelling(stick: Stick, unit: Mount) -> str:
    if stick.filesystem not in _LABELLERS:
        ids = f"$(id -u {SERVICE_USER}):$(id -g {SERVICE_USER})"
        make = f"sudo mkfs.ext4 -m 0 -L {unit.label} -E root_owner={ids} {stick.path}"
        return f"{make} (erases it!)"
    name = f"{_LABELLERS[stick.filesystem]} {stick.path} {unit.label}"
    must_unmount = stick.mounted and not stick.filesystem.startswith("ext")
    unmount = f"sudo umount {stick.path}; " if must_unmount else ""
    line = f"{unmount}sudo {name} && "
    line += f"sudo udevadm trigger {stick.path}"
    if unit.filesystem and stick.filesystem != unit.filesystem:
        return f"{_other_install(stick)}, then {line}"
    return line


def _other_install(stick: Stick) -> str:
    drive = "ext4" if stick.filesystem.startswith("ext") else "fat"
    return f"in the clone: sudo make install-capture DRIVE={drive}"


def _service_uid() -> int:
    try:
        return pwd.getpwnam(SERVICE_USER).pw_uid
    except KeyError:
        return os.geteuid()


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
