"""Finds out a clip's camera, date and expected length.

The camera is taken from the sidecar, else from the name of the sub-folder of the inbox
that the clip was dropped into, else from the config. The date is that of the
(corrected) start in the camera's local time, else the one in the clip's name. A time of
day is never invented.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Optional

from analysis.values.record import ClipRecord
from weir.archive import DroppedClip
from weir.clip import date_in, encodable, is_video
from weir.config import DeploymentConfig
from weir.sidecar import Sidecar

FOLDER, CONFIG = "folder", "config"
"""What names the camera of a clip without a sidecar."""


def identify(
    clip: DroppedClip,
    sidecar: Optional[Sidecar],
    dropped: PurePath,
    deployment: DeploymentConfig,
) -> ClipRecord:
    """Make the record of a clip from the best available sources.

    Args:
        clip: the clip that arrived.
        sidecar: the sidecar that came with it; None if there is none.
        dropped: the path of its delivery below the inbox.
        deployment: the deployment in the config.
    """
    folder = encodable(dropped.parts[0]) if len(dropped.parts) > 1 else ""
    day = sidecar.local_start.date() if sidecar else date_in(clip.name)
    return ClipRecord(
        sha256=clip.sha256,
        clip=clip.name,
        archive="" if is_video(dropped.name) else encodable(str(dropped)),
        deployment=sidecar.deployment if sidecar else deployment.id,
        camera=sidecar.camera if sidecar else folder or deployment.camera,
        date=day.isoformat() if day else "",
        bytes=clip.bytes,
        frames_expected=sidecar.frames if sidecar else None,
        sidecar=sidecar,
        camera_from=FOLDER if folder else CONFIG,
    )
