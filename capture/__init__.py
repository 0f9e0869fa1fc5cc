"""The camera's daemon: films to a drive in set hours, for weeks, with nobody near.

    schedule -> camera -> recorder -> clip + sidecar -> pack -> archive

It never stops filming because something downstream failed. It never overwrites or
deletes footage that nobody has confirmed, and it never films to the wrong disk. What it
could not film stands in the effort ledger. When the camera hangs, the daemon keeps what
it has and ends with an error, so that systemd starts it anew.

    WeirError
    └── CaptureError
        ├── CameraError(RuntimeError)     the camera failed while it was used
        │   ├── CameraMissing             it cannot be opened here, and what to do
        │   │   └── LibraryMissing        its library is not installed
        │   ├── CameraStuck               a call does not come back; a new process helps
        │   └── CameraHung                it gave no more bytes; a new process helps
        ├── DriveError(OSError)           the drive cannot be filmed to, and why
        │   └── DriveTaken                another process films to it
        └── PackError(RuntimeError)       an archive that cannot be written, and why
"""

from weir import WeirError
from weir.effort import DRIVE_ERROR


class CaptureError(WeirError):
    """The root of all errors that the camera's daemon raises on purpose."""


class DriveError(CaptureError, OSError):
    """The drive cannot be filmed to; the text says why.

    Attributes:
        reason: the same as one of the effort ledger's words.
    """

    def __init__(self, text: str, reason: str = DRIVE_ERROR) -> None:
        super().__init__(text)
        self.reason = reason


class DriveTaken(DriveError):
    """Another process films to the drive; the text names that process."""
