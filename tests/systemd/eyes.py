"""Run inside a unit: prints what the programs there believe, as one JSON object.

usage: eyes.py capture|analysis FOLDER...   (the folders are tried for writing)
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any, Optional

from weir import config
from weir.clock import SystemClock
from weir.service import holder_of

CONFIG = Path("/etc/weir/config.toml")


def drive() -> dict[str, Any]:
    """What the camera's programs think of the drive."""
    from capture import DriveError
    from capture.config import CaptureSettings
    from capture.drive.storage import Drive

    drive = Drive.of(config.load(CaptureSettings, CONFIG).capture)
    found: dict[str, Any] = {"mounted": False, "usable": False, "free": None}
    try:
        with drive.open() as folder:
            found.update(mounted=folder.is_mount(), free=folder.free_bytes())
        drive.open_for(1).close()
        found.update(usable=True)
    except DriveError as exc:
        found.update(reason=exc.reason)
    return found


def room() -> dict[str, Any]:
    """What the host's daemon thinks of the room that it has."""
    from analysis.config import AnalysisSettings
    from analysis.intake.folders import Folders
    from analysis.intake.room import Room

    settings = config.load(AnalysisSettings, CONFIG).analysis
    return {"shortage": Room(Folders(settings.folder), settings.min_free_mb).shortage()}


def is_writable(folder: str) -> bool:
    """Whether a file can be made there."""
    try:
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def holder(lock: str) -> Optional[int]:
    """Who works under a lock, as the programs find out."""
    return holder_of(Path(lock))


def main(role: str, lock: str, *folders: str) -> None:
    """Print all of it."""
    seen = {
        "clock": SystemClock().synchronised(),
        "holder": holder(lock),
        "writable": [folder for folder in folders if is_writable(folder)],
        "processors": os.cpu_count(),
        **(drive() if role == "capture" else room()),
    }
    print(json.dumps(seen))


if __name__ == "__main__":
    main(*sys.argv[1:])
