"""Films a slot: opens the camera, begins a recording on the drive, and seals it.

The camera stays open between slots that are near each other: opening it anew for every
clip has leaked the Pi's camera memory (picamera2#958, #1125). Between slots that are
far apart it is closed to save power.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Callable, Optional

from capture import DriveError, events
from capture.cameras import Camera, CameraError
from capture.drive.drivewatch import DriveWatch
from capture.drive.folder import Folder
from capture.drive.forecast import expected_bytes
from capture.drive.numbering import take_number
from capture.effort.book import EffortBook
from capture.film.description import Describer
from capture.film.ending import (
    CameraFailed,
    CameraLost,
    ClockSet,
    DriveFailed,
    Ending,
    ended_by,
)
from capture.film.filming import Filming
from capture.film.recorder import Recording
from capture.slots.schedule import Slot
from capture.troubles import Troubles
from weir.effort import CAMERA
from weir.journal import tell
from weir.service import Service
from weir.sidecar import Sidecar

logger = logging.getLogger(__name__)


class Cameraman:
    """The camera and the drive of one daemon.

    Args:
        watch: watches the drive that clips go to; told when it fails or works again.
        describer: makes the clips' sidecars.
        book: told what of each slot was filmed and what was missed.
        state: the state directory.
        open_camera: opens the configured camera; raises CameraError.
        settle: called with the drive's folder before each clip.
        save: called when a clip begins, and about once a minute while it is filmed.

    Attributes:
        clips: how many clips were sealed so far.
    """

    def __init__(
        self,
        watch: DriveWatch,
        describer: Describer,
        book: EffortBook,
        state: Path,
        service: Service,
        *,
        open_camera: Callable[[], Camera],
        settle: Callable[[Path], None],
        save: Callable[[], None],
    ) -> None:
        self._watch = watch
        self._drive = watch.drive
        self._describer = describer
        self._clock = describer.clock
        self._config = describer.settings.capture
        self._book = book
        self._state = state
        self._service = service
        self._open_camera = open_camera
        self._settle = settle
        self._save = save
        self._camera: Optional[Camera] = None
        self._troubles = Troubles(logger)
        self.clips = 0

    def prepare(self) -> Camera:
        """Open the camera, unless it is open already.

        Raises:
            CameraError: it cannot be opened.
        """
        if self._camera is None:
            self._camera = self._open_camera()
            tell(logger, events.CAMERA_OPENED, backend=self._camera.backend)
        return self._camera

    def rest(self) -> None:
        """Close the camera."""
        camera, self._camera = self._camera, None
        if camera:
            camera.close()

    def film(self, slot: Slot) -> Ending:
        """Film one clip, to the end of the book's open slot if all goes well.

        It never raises: what went wrong is in the ending.
        """
        try:
            camera = self.prepare()
            with self._opened_drive(slot) as folder, self._drive.errors():
                self._settle(folder.path)
                ending = self._in_time(camera, slot, folder)
        except (DriveError, CameraError) as exc:
            ending = ended_by(exc)
        if isinstance(ending, DriveFailed):
            self._watch.lost(ending.reason, ending.detail)
        if isinstance(ending, CameraFailed):
            self.rest()
        return ending

    @contextlib.contextmanager
    def _opened_drive(self, slot: Slot) -> Iterator[Folder]:
        seconds = (slot.end - self._clock.now()).total_seconds()
        with self._drive.open_for(0) as folder:
            with self._drive.errors():
                size = expected_bytes(folder.path, self._config, seconds)
            self._drive.check(folder, size)
            yield folder

    def _in_time(self, camera: Camera, slot: Slot, folder: Folder) -> Ending:
        """Film, unless the drive has just shown that the slot is over long ago."""
        if step := self._clock.look():
            return ClockSet(detail="the drive knows a later time", step=step)
        return self._record(camera, slot, folder)

    def _record(self, camera: Camera, slot: Slot, folder: Folder) -> Ending:
        number = take_number(folder.path, self._state, self._troubles)
        sidecar = self._describer.begin(number, camera.backend, camera.settings)
        begun = self._clock.monotonic()
        recording = Recording(folder.path, sidecar, begun, self._describer.health)
        self._book.miss(CAMERA, sidecar.start)
        self._book.film(recording.clip, sidecar.start)
        self._save()
        tell(logger, events.RECORDING_STARTED, clip=recording.clip)
        filming = Filming(
            camera,
            recording,
            slot,
            book=self._book,
            drive=self._drive,
            folder=folder,
            clock=self._clock,
            service=self._service,
            each_minute=self._save,
            on_sync=self._watch.usable,
        )
        ending = filming.run(self._config.frame_s)
        return self._end(recording, ending, filming.until - begun)

    def _end(self, recording: Recording, ending: Ending, seconds: float) -> Ending:
        """Seal what was recorded; where the drive fails, leave it to be closed off.

        Returns:
            The ending, or that of the drive if it failed now.
        """
        if not recording.sink.bytes:
            recording.discard()
            self._book.discard(recording.clip)
            return ending
        companions = self._camera.companions() if self._camera else {}
        try:
            with self._drive.errors():
                sidecar = recording.seal(
                    seconds, reason=ending.reason, companions=companions
                )
        except DriveError as exc:
            return self._leave(recording, ending, exc)
        self.clips += 1
        if not isinstance(ending, DriveFailed):
            self._watch.usable()
        _tell_sealed(sidecar, ending)
        return ending

    def _leave(self, recording: Recording, ending: Ending, exc: DriveError) -> Ending:
        footage = recording.abandon()
        synced = recording.sink.synced_s
        if self._book.filmed_s(recording.clip) > synced:
            self._book.found(recording.clip, synced, exc.reason)
        tell(
            logger,
            events.CLIP_LEFT,
            clip=recording.clip,
            frames=footage.frames,
            reason=str(exc),
        )
        return ending if isinstance(ending, CameraLost) else ended_by(exc)


def _tell_sealed(sidecar: Sidecar, ending: Ending) -> None:
    tell(
        logger,
        events.CLIP_SEALED if sidecar.complete else events.CLIP_CUT,
        clip=sidecar.clip,
        frames=sidecar.frames,
        bytes=sidecar.bytes,
        reason=ending.detail,
    )
