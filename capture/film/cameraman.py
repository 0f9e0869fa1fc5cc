"""Who films a slot: opens the camera, begins a recording on the drive, and seals it.

The camera stays open from slot to slot where these are near: to open it anew for every
clip has leaked the Pi's camera memory (picamera2#958, #1125). Where they are far apart
it is closed, for the power that it takes.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Callable, Optional

from capture import DriveError, events
from capture.cameras import Camera, CameraError, CameraStuck
from capture.drive.drivewatch import REASONS, DriveWatch
from capture.drive.folder import Folder
from capture.drive.forecast import expected_bytes
from capture.drive.numbering import take_number
from capture.effort.account import SlotAccount
from capture.film.description import Describer
from capture.film.filming import Ending, Filming
from capture.film.recorder import Recording
from capture.troubles import Troubles
from weir.effort import CAMERA, CLOCK
from weir.journal import tell
from weir.service import Service
from weir.sidecar import Sidecar

logger = logging.getLogger(__name__)


class Cameraman:
    """The camera and the drive of one daemon.

    Args:
        watch: of the drive that clips go to; hears what becomes of it.
        describer: makes their sidecars.
        state: the state directory.
        open_camera: opens the configured camera; raises CameraError.
        settle: what to do on a drive before it is filmed to.
        save: what to do about once a minute, and when a clip begins.

    Attributes:
        clips: sealed so far.
    """

    def __init__(
        self,
        watch: DriveWatch,
        describer: Describer,
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
        self._state = state
        self._service = service
        self._open_camera = open_camera
        self._settle = settle
        self._save = save
        self._camera: Optional[Camera] = None
        self._troubles = Troubles(logger)
        self.clips = 0

    def prepare(self) -> Camera:
        """Open the camera if it is not; raises CameraError."""
        if self._camera is None:
            self._camera = self._open_camera()
            tell(logger, events.CAMERA_OPENED, backend=self._camera.backend)
        return self._camera

    def rest(self) -> None:
        """Close the camera."""
        camera, self._camera = self._camera, None
        if camera:
            camera.close()

    def film(self, account: SlotAccount) -> Ending:
        """Film one clip, to the slot's end if all goes well; it never raises."""
        try:
            camera = self.prepare()
            with self._opened_drive(account) as folder, self._drive.errors():
                self._settle(folder.path)
                ending = self._in_time(camera, account, folder)
        except DriveError as exc:
            ending = Ending(exc.reason, str(exc))
        except CameraError as exc:
            tell(logger, events.CAMERA_FAILED, detail=str(exc))
            ending = Ending(CAMERA, str(exc), hung=isinstance(exc, CameraStuck))
        if ending.reason in REASONS:
            self._watch.lost(ending.reason, ending.detail)
        if ending.reason == CAMERA and not ending.hung:
            self.rest()
        return ending

    @contextlib.contextmanager
    def _opened_drive(self, account: SlotAccount) -> Iterator[Folder]:
        seconds = (account.slot.end - self._clock.now()).total_seconds()
        with self._drive.open_for(0) as folder:
            with self._drive.errors():
                size = expected_bytes(folder.path, self._config, seconds)
            self._drive.check(folder, size)
            yield folder

    def _in_time(self, camera: Camera, account: SlotAccount, folder: Folder) -> Ending:
        """Film, unless the drive has just told that the slot is long over."""
        if step := self._clock.look():
            return Ending(CLOCK, "the drive knows a later time", step=step)
        return self._record(camera, account, folder)

    def _record(self, camera: Camera, account: SlotAccount, folder: Folder) -> Ending:
        number = take_number(folder.path, self._state, self._troubles)
        sidecar = self._describer.begin(number, camera.backend, camera.settings)
        begun = self._clock.monotonic()
        recording = Recording(folder.path, sidecar, begun, self._describer.health)
        account.miss(CAMERA, sidecar.start)
        account.film(recording.clip, sidecar.start)
        self._save()
        tell(logger, events.RECORDING_STARTED, clip=recording.clip)
        filming = Filming(
            camera,
            recording,
            account,
            drive=self._drive,
            folder=folder,
            clock=self._clock,
            service=self._service,
            each_minute=self._save,
            on_sync=self._watch.usable,
        )
        ending = filming.run(self._config.frame_s)
        return self._end(recording, account, ending, filming.until - begun)

    def _end(
        self,
        recording: Recording,
        account: SlotAccount,
        ending: Ending,
        seconds: float,
    ) -> Ending:
        """Seal what was recorded, or leave it to be closed off when it can be."""
        if not recording.sink.bytes:
            recording.discard()
            account.discard(recording.clip)
            return ending
        companions = self._camera.companions() if self._camera else {}
        try:
            with self._drive.errors():
                sidecar = recording.seal(
                    seconds, reason=ending.reason, companions=companions
                )
        except DriveError as exc:
            return self._leave(recording, account, ending, exc)
        self.clips += 1
        if ending.reason not in REASONS:
            self._watch.usable()
        _tell_sealed(sidecar, ending)
        return ending

    def _leave(
        self,
        recording: Recording,
        account: SlotAccount,
        ending: Ending,
        exc: DriveError,
    ) -> Ending:
        footage = recording.abandon()
        synced = recording.sink.synced_s
        if account.filmed.get(recording.clip, 0.0) > synced:
            account.found(recording.clip, synced, exc.reason)
        tell(
            logger,
            events.CLIP_LEFT,
            clip=recording.clip,
            frames=footage.frames,
            reason=str(exc),
        )
        return ending if ending.hung else Ending(exc.reason, str(exc))


def _tell_sealed(sidecar: Sidecar, ending: Ending) -> None:
    tell(
        logger,
        events.CLIP_SEALED if sidecar.complete else events.CLIP_CUT,
        clip=sidecar.clip,
        frames=sidecar.frames,
        bytes=sidecar.bytes,
        reason=ending.detail,
    )
