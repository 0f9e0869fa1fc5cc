"""Whose clip it is: camera, date and expected length, from the best source there is.

The camera of a clip is the sidecar's, else the name of the inbox sub-folder it was
dropped into, else the config's. Its date is that of the (corrected) start at the
camera, else the date in its name; a time of day is never made up.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Optional

from analysis.values.record import ClipRecord
from weir.archive import DroppedClip
from weir.clip import date_in, encodable, is_video
from weir.config import DeploymentConfig
from weir.sidecar import Sidecar


def identify(
    clip: DroppedClip,
    sidecar: Optional[Sidecar],
    dropped: PurePath,
    deployment: DeploymentConfig,
) -> ClipRecord:
    """The record of a clip.

    Args:
        clip: what arrived.
        sidecar: what came with it.
        dropped: the path of its delivery below the inbox.
        deployment: the config's.
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
    )
