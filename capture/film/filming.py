"""Films one clip: from a camera into a recording, until something ends it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Callable, Optional

from capture import DriveError
from capture.cameras import Camera, CameraError
from capture.drive.folder import Folder
from capture.drive.storage import Drive
from capture.effort.book import EffortBook
from capture.events import CAMERA_HUNG
from capture.film.ending import (
    CameraLost,
    ClockSet,
    Ending,
    Finished,
    Stopped,
    ended_by,
)
from capture.film.recorder import Recording
from capture.slots.fieldclock import FieldClock
from capture.slots.schedule import Slot
from weir.journal import tell
from weir.service import Service

LOOK_EVERY_S = 1.0
STOP_DEADLINE_S = 10.0
LARGEST_CLIP = 3 << 30
"""Bytes; FAT32 holds files of less than 4 GiB, and so must the archive of one clip."""

_HANG_S, _HANG_FRAMES = 20.0, 10
_NOTE_EVERY_S = 60.0

logger = logging.getLogger(__name__)


class Filming:
    """One clip being filmed.

    Args:
        camera: open; started and stopped here.
        recording: takes the camera's bytes.
        slot: filming ends with it.
        book: told how far the slot is filmed.
        drive, folder: where the recording lies.
        each_minute: called about once a minute.
        on_sync: called whenever more of the clip is on the drive.

    Attributes:
        until: the moment up to which was filmed, on the monotonic clock. For a clip
            that was cut short this is when its last bytes were seen.
    """

    def __init__(
        self,
        camera: Camera,
        recording: Recording,
        slot: Slot,
        *,
        book: EffortBook,
        drive: Drive,
        folder: Folder,
        clock: FieldClock,
        service: Service,
        each_minute: Callable[[], None],
        on_sync: Callable[[], object],
    ) -> None:
        self._camera = camera
        self._recording = recording
        self._slot = slot
        self._book = book
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
        """Film until the slot is over or something else ends the clip; never raise.

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
            ending = ended_by(exc)
        ending = self._stop(ending)
        if isinstance(ending, (Finished, Stopped)):
            self.until = self._clock.monotonic()
            self._book.film(self._recording.clip, self._clock.now())
        return ending

    def _watch(self, patience: float) -> Ending:
        while True:
            now = self._clock.now()
            if now >= self._slot.end:
                return Finished()
            if self._service.stopping.requested:
                return Stopped()
            if step := self._clock.look():
                return ClockSet(step=step)
            if self._recording.sink.bytes >= LARGEST_CLIP:
                return Finished()  # the slot goes on in the next clip
            left = (self._slot.end - now) / timedelta(seconds=1)
            self._camera.wait(min(LOOK_EVERY_S, left))
            if self._look() > patience:
                return CameraLost(detail=f"no byte for {patience:.0f} s")

    def _look(self) -> float:
        """Check that bytes arrive and that the drive takes them.

        Returns:
            The seconds that have passed since the last byte.
        """
        sink, at = self._recording.sink, self._clock.monotonic()
        synced = sink.synced_frames
        sink.check(at)
        if sink.synced_frames != synced:
            self._drive.check(self._folder)
            self._note(at)
            self._on_sync()
        if sink.bytes > self._bytes:
            self._bytes, self.until = sink.bytes, at
            self._book.film(self._recording.clip, self._clock.now())
            self._service.alive()
        if at - self._minute >= 60:
            self._minute = at
            self._each_minute()
        return at - self.until

    def _note(self, at: float) -> None:
        """Note how far the clip is, at its first sync and then about once a minute."""
        if self._noted is None or at - self._noted >= _NOTE_EVERY_S:
            self._noted = at
            self._recording.note(at - self._begun)

    def _stop(self, ending: Ending) -> Ending:
        try:
            self._camera.stop(STOP_DEADLINE_S)
        except CameraError as exc:
            if isinstance(ending, Finished):
                return ended_by(exc)
        if isinstance(ending, CameraLost):
            seconds = round(self._clock.monotonic() - self.until)
            tell(logger, CAMERA_HUNG, seconds=seconds)
        return ending
