"""Finds out a clip's camera, start, date and expected length.

The camera is taken from the sidecar, else from a folder in the inbox or in the archive,
else from the config. The start is the sidecar's (corrected) one, else what
``analysis.origin.starts`` finds out. The date is that of the start in the camera's
local time, else the one in the clip's name or folder. A time of day is never invented.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import PurePath
from typing import Optional

from analysis.config import AnalysisSettings
from analysis.origin.cameras import folders_of
from analysis.origin.starts import start_of
from analysis.values.record import ClipRecord
from analysis.values.start import Dated
from weir.archive import DroppedClip
from weir.clip import composed, encodable
from weir.sidecar import Sidecar

_ZIP = ".zip"

FOLDER, CONFIG = "folder", "config"
"""What names the camera of a clip without a sidecar."""


def identify(
    clip: DroppedClip,
    sidecar: Optional[Sidecar],
    dropped: PurePath,
    settings: AnalysisSettings,
    camera: str,
) -> ClipRecord:
    """Make the record of a clip from the best available sources.

    Args:
        clip: the clip that arrived.
        sidecar: the sidecar that came with it; None if there is none.
        dropped: the path of its delivery below the inbox.
        settings: the config.
        camera: the camera that folders name; empty where none does.
    """
    deployment, is_zip = settings.deployment, dropped.suffix.lower() == _ZIP
    whole = dropped / clip.source.replace("\\", "/") if is_zip else dropped
    record = ClipRecord(
        sha256=clip.sha256,
        clip=clip.name,
        archive=encodable(str(dropped)) if is_zip else "",
        deployment=sidecar.deployment if sidecar else deployment.id,
        camera=sidecar.camera if sidecar else camera or deployment.camera,
        date=sidecar.local_start.date().isoformat() if sidecar else "",
        bytes=clip.bytes,
        frames_expected=sidecar.frames if sidecar else None,
        sidecar=sidecar,
        camera_from=FOLDER if camera else CONFIG,
        source=composed(whole.as_posix()),
    )
    return with_start(record, settings)


def with_start(record: ClipRecord, settings: AnalysisSettings) -> ClipRecord:
    """Add when a clip starts to its record, where it has no sidecar."""
    if record.sidecar or not record.source:
        return record
    told = dated(record.source, settings)(record.made)
    return replace(record, told=told, date=told.date_text)


def dated(source: str, settings: AnalysisSettings) -> Dated:
    """Return what says when a clip starts, by its path and the config.

    Args:
        source: the clip's path below the inbox; in an archive, its path there behind
            it.
        settings: the config.
    """
    name, start_from = PurePath(source).name, settings.analysis.start_from
    return partial(start_of, name, folders_of(source), settings.deployment, start_from)
