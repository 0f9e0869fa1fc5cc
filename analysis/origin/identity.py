"""Finds out a clip's camera, date and expected length.

The camera is taken from the sidecar, else from a folder in the inbox or in the archive,
else from the config. The date is that of the (corrected) start in the camera's local
time, else the one in the clip's name, else that of a folder. A time of day is never
invented.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Optional

from analysis.origin.cameras import folders_of
from analysis.origin.datefolders import day_of
from analysis.values.record import ClipRecord
from weir.archive import DroppedClip
from weir.clip import composed, date_in, encodable
from weir.config import DeploymentConfig
from weir.sidecar import Sidecar

_ZIP = ".zip"

FOLDER, CONFIG = "folder", "config"
"""What names the camera of a clip without a sidecar."""


def identify(
    clip: DroppedClip,
    sidecar: Optional[Sidecar],
    dropped: PurePath,
    deployment: DeploymentConfig,
    camera: str,
) -> ClipRecord:
    """Make the record of a clip from the best available sources.

    Args:
        clip: the clip that arrived.
        sidecar: the sidecar that came with it; None if there is none.
        dropped: the path of its delivery below the inbox.
        deployment: the deployment in the config.
        camera: the camera that folders name; empty where none does.
    """
    folders = tuple(map(composed, dropped.parts[:-1])) + folders_of(clip.source)
    named = date_in(clip.name) or day_of(folders)
    day = sidecar.local_start.date() if sidecar else named
    return ClipRecord(
        sha256=clip.sha256,
        clip=clip.name,
        archive=encodable(str(dropped)) if dropped.suffix.lower() == _ZIP else "",
        deployment=sidecar.deployment if sidecar else deployment.id,
        camera=sidecar.camera if sidecar else camera or deployment.camera,
        date=day.isoformat() if day else "",
        bytes=clip.bytes,
        frames_expected=sidecar.frames if sidecar else None,
        sidecar=sidecar,
        camera_from=FOLDER if camera else CONFIG,
    )
