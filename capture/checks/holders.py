"""Finds the processes that hold the camera, because they have its devices open.

The kernel shows a process's open files only to its own user and to root. So another
user's process may hold the camera unseen. Then the camera is not called free.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

_PROC = Path("/proc")
_FIRST = _PROC / "1"
_CAMERA_DEVICE = re.compile(r"/dev/(vchiq|media\d+|video\d+)")
_KERNEL_THREAD = 0x00200000  # PF_KTHREAD: it has no files


@dataclass(frozen=True)
class Holders:
    """The processes that hold the camera.

    Attributes:
        names: the holders that were seen, by name and number.
        all_seen: whether we could look into every process.
    """

    names: tuple[str, ...]
    all_seen: bool


def holders() -> Holders:
    """Look for holders among all processes but this one."""
    names, all_seen = set(), _FIRST.exists()  # where /proc hides others, it hides this
    for process in _PROC.glob("[0-9]*"):
        if process.name == str(os.getpid()):
            continue
        try:
            if _holds_camera(process):
                names.add(f"{_name(process)} ({process.name})")
        except PermissionError:
            all_seen = all_seen and _is_kernel_thread(process)
        except OSError:
            continue  # it ended meanwhile
    return Holders(tuple(sorted(names)), all_seen)


def _holds_camera(process: Path) -> bool:
    files = (_target(file) for file in (process / "fd").iterdir())
    return any(file is not None and _CAMERA_DEVICE.fullmatch(file) for file in files)


def _target(file: Path) -> Optional[str]:
    try:
        return str(file.readlink())
    except FileNotFoundError:
        return None  # it was closed meanwhile


def _name(process: Path) -> str:
    return (process / "comm").read_text("utf-8", "replace").strip()


def _is_kernel_thread(process: Path) -> bool:
    try:
        # proc_pid_stat(5): the name in brackets may hold anything; flags are the ninth.
        stat = (process / "stat").read_text("utf-8", "replace")
        return bool(int(stat.rpartition(")")[2].split()[6]) & _KERNEL_THREAD)
    except (OSError, ValueError, IndexError):
        return False
