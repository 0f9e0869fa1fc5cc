"""How the filming of a clip ended, and what that means for the next one."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Union

from capture import DriveError
from capture.cameras import CameraError, CameraStuck
from capture.events import CAMERA_FAILED
from weir.effort import CAMERA, CLOCK, STOPPED
from weir.journal import tell

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ending:
    """An ending of any sort: always one of the classes below.

    Attributes:
        reason: why the clip is not complete, in the effort ledger's words; empty for a
            complete clip.
        detail: the same for people, in more words.
    """

    reason: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Finished(Ending):
    """The slot is over, or the clip is as large as a clip may be."""


@dataclass(frozen=True)
class Stopped(Ending):
    """The daemon was told to stop."""

    reason: str = STOPPED
    detail: str = "the daemon was told to stop"


@dataclass(frozen=True)
class ClockSet(Ending):
    """The clock was set, so that another slot may go on now.

    Attributes:
        step: by how much it was set.
    """

    reason: str = CLOCK
    detail: str = "the clock was set"
    step: timedelta = timedelta()


@dataclass(frozen=True)
class DriveFailed(Ending):
    """The drive is gone, full or broken; the slot tries it again."""


@dataclass(frozen=True)
class CameraFailed(Ending):
    """The camera raised an error; the slot opens it again."""

    reason: str = CAMERA


@dataclass(frozen=True)
class CameraLost(Ending):
    """The camera hangs: only a new process can use it again."""

    reason: str = CAMERA


def ended_by(exc: Union[DriveError, CameraError]) -> Ending:
    """Turn an error of the drive or the camera into an ending; log a camera's error."""
    if isinstance(exc, DriveError):
        return DriveFailed(exc.reason, str(exc))
    tell(logger, CAMERA_FAILED, detail=str(exc))
    if isinstance(exc, CameraStuck):
        return CameraLost(detail=str(exc))
    return CameraFailed(detail=str(exc))
