"""Filming one clip: from a camera into a recording, until something ends it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Callable, Optional

from capture import DriveError
from capture.cameras import Camera, CameraError, CameraStuck
from capture.drive.folder import Folder
from capture.drive.storage import Drive
from capture.effort.account import SlotAccount
from capture.events import CAMERA_FAILED, CAMERA_HUNG
from capture.film.recorder import Recording
from capture.slots.fieldclock import FieldClock
from weir.effort import CAMERA, CLOCK, STOPPED
from weir.journal import tell
from weir.service import Service

LOOK_EVERY_S = 1.0
STOP_DEADLINE_S = 10.0
LARGEST_CLIP = 3 << 30
"""Bytes; FAT32 holds files of less than 4 GiB, and so must the archive of one clip."""

_HANG_S, _HANG_FRAMES = 20.0, 10
_NOTE_EVERY_S = 60.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Ending:
    """Why a clip ended.

    Attributes:
        reason: in the ledger's words; empty when it was filmed to its end.
        detail: the same in more words.
        hung: whether the camera gave no more bytes and may not be used again.
        step: by how much the clock was set, when that is why.
    """

    reason: str = ""
    detail: str = ""
    hung: bool = False
    step: timedelta = timedelta()


class Filming:
    """One clip being filmed.

    Args:
        camera: open; started and stopped here.
        drive, folder: where the recording is.
        account: told what was filmed while it is.
        each_minute: called about once a minute.
        on_sync: called whenever more of it is on the drive.

    Attributes:
        until: on the monotonic clock, up to when was filmed; of a clip that was cut
            short, when its last bytes were seen.
    """

    def __init__(
        self,
        camera: Camera,
        recording: Recording,
        account: SlotAccount,
        *,
        drive: Drive,
        folder: Folder,
        clock: FieldClock,
        service: Service,
        each_minute: Callable[[], None],
        on_sync: Callable[[], object],
    ) -> None:
        self._camera = camera
        self._recording = recording
        self._account = account
        self._drive = drive
        self._folder = folder
        self._clock = clock
        self._service = service
        self._each_minute = each_minute
        self._on_sync = on_sync
        self._bytes = 0
        self.until = self._minute = self._begun = clock.monotonic()
        self._noted: Optional[float] = None

    def run(self, frame_s: float) -> Ending:
        """Film to the slot's end, or to what comes before; it never raises.

        Args:
            frame_s: seconds that a frame may take; a camera that is silent for much
                longer hangs.
        """
        patience = max(_HANG_S, _HANG_FRAMES * frame_s)
        try:
            with self._drive.errors():
                self._camera.start(self._recording.sink)
                ending = self._watch(patience)
        except (CameraError, DriveError) as exc:
            ending = _ended_by(exc)
        ending = self._stop(ending)
        if ending.reason in ("", STOPPED):
            self.until = self._clock.monotonic()
            self._account.film(self._recording.clip, self._clock.now())
        return ending

    def _watch(self, patience: float) -> Ending:
        while True:
            now = self._clock.now()
            if now >= self._account.slot.end:
                return Ending()
            if self._service.stopping.requested:
                return Ending(STOPPED, "the daemon was told to stop")
            if step := self._clock.look():
                return Ending(CLOCK, "the clock was set", step=step)
            if self._recording.sink.bytes >= LARGEST_CLIP:
                return Ending()  # the slot goes on in the next clip
            left = (self._account.slot.end - now) / timedelta(seconds=1)
            self._camera.wait(min(LOOK_EVERY_S, left))
            if self._look() > patience:
                return Ending(CAMERA, f"no byte for {patience:.0f} s", hung=True)

    def _look(self) -> float:
        """See that bytes arrive and the drive takes them; seconds without a byte."""
        sink, at = self._recording.sink, self._clock.monotonic()
        synced = sink.synced_frames
        sink.check(at)
        if sink.synced_frames != synced:
            self._drive.check(self._folder)
            self._note(at)
            self._on_sync()
        if sink.bytes > self._bytes:
            self._bytes, self.until = sink.bytes, at
            self._account.film(self._recording.clip, self._clock.now())
            self._service.alive()
        if at - self._minute >= 60:
            self._minute = at
            self._each_minute()
        return at - self.until

    def _note(self, at: float) -> None:
        """Note how far the clip is: with its first sync, and about once a minute."""
        if self._noted is None or at - self._noted >= _NOTE_EVERY_S:
            self._noted = at
            self._recording.note(at - self._begun)

    def _stop(self, ending: Ending) -> Ending:
        try:
            self._camera.stop(STOP_DEADLINE_S)
        except CameraError as exc:
            if not ending.reason:
                return _ended_by(exc)
        if ending.hung:
            seconds = round(self._clock.monotonic() - self.until)
            tell(logger, CAMERA_HUNG, seconds=seconds)
        return ending


def _ended_by(exc: Exception) -> Ending:
    if isinstance(exc, DriveError):
        return Ending(exc.reason, str(exc))
    tell(logger, CAMERA_FAILED, detail=str(exc))
    return Ending(CAMERA, str(exc), hung=isinstance(exc, CameraStuck))
