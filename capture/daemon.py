"""The camera's daemon: startup, main loop, shutdown.

The loop asks the plan for the current or the next slot, rests until it begins, and
films it. After a failure the daemon tries again within the slot, and writes down what
was lost and why. Only a camera that hangs, or fails many times in a row, ends the
process.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Callable, Optional

from capture import events, health
from capture.cameras import Camera, CameraError, CameraStuck
from capture.clock.timekeeper import Timekeeper
from capture.config import CaptureSettings
from capture.drive.drivewatch import DriveWatch
from capture.drive.storage import Drive
from capture.drivelog import DriveLog
from capture.drivework import DriveWork
from capture.effort.account import SlotAccount
from capture.effort.book import EffortBook
from capture.film.cameraman import Cameraman
from capture.film.description import Describer
from capture.film.ending import CameraLost, ClockSet, Ending, Stopped
from capture.film.patience import Patience
from capture.growth import Growth
from capture.idlework import IdleWork
from capture.slots.schedule import Plan, Slot
from capture.troubles import Troubles, why
from weir.clock import Clock
from weir.effort import CAMERA, NOT_RUNNING, STOPPED
from weir.journal import tell
from weir.service import Service

WARM_UP_S = 45.0
"""How long before its slot the camera is opened; it takes up to 40 s to settle."""

LONG_IDLE = timedelta(minutes=10)
"""A camera that has no slot for longer is closed: it takes as much power as the Pi."""

_REST_S = 10.0

logger = logging.getLogger(__name__)


class CameraHung(CameraError):
    """The camera gives no more bytes: only a new process can use it again."""


class Daemon:
    """One camera's daemon.

    Args:
        settings: the config.
        plan: when to film.
        state: the state directory, on the system's disk.
        machine: the machine's clock.
        service: tells systemd that we live, and hears when we must stop.
        boot: the kernel's name for this boot.
        open_camera: opens the configured camera; raises CameraError.
        growth: watches the size of the process; None watches this process.
        read_health: tells how the machine is.
    """

    def __init__(
        self,
        settings: CaptureSettings,
        plan: Plan,
        state: Path,
        *,
        machine: Clock,
        service: Service,
        boot: str,
        open_camera: Callable[[], Camera],
        growth: Optional[Growth] = None,
        read_health: Callable[[], Mapping[str, Any]] = health.read,
    ) -> None:
        self._settings = settings
        self._plan = plan
        self._service = service
        drive = Drive.of(settings.capture, alone=True)
        watch = DriveWatch(drive, settings.capture)
        self._log = DriveLog(watch, Drive.of(settings.capture), state)
        with self._log.hearing():
            self._book = EffortBook(state, plan, settings.deployment)
        self._time = Timekeeper(
            self._book, state, settings.deployment, machine=machine, boot=boot
        )
        self._clock = self._time.clock
        self._describer = Describer(settings, self._clock, boot, read_health)
        self._log.know(self._describer)
        self._work = DriveWork(drive, self._describer, self._book, service.alive)
        self._cameraman = Cameraman(
            watch,
            self._describer,
            self._book,
            state,
            service,
            open_camera=open_camera,
            settle=self._work.settle,
            save=self._save,
        )
        self._growth = growth or Growth.of_this_process(machine.monotonic())
        self._troubles = Troubles(logger)
        self._enough = 0
        self._window_end: Optional[datetime] = None
        self._patience = Patience()
        self._idle = IdleWork(self._clock, watch, self._work, self._log, self._save)

    def run(self, clips: int = 0) -> None:
        """Film until told to stop, or until enough clips are finished.

        Under systemd it also ends, between two clips, when the process leaks memory.

        Args:
            clips: how many are enough; 0 for no limit.

        Raises:
            CameraHung: the camera hangs; the clip is kept.
            CameraError: the camera failed many times in a row.
        """
        self._enough = clips
        try:
            with self._log.hearing():
                self._run()
        finally:
            self._log.write()

    def _run(self) -> None:
        self._startup()
        try:
            self._main_loop()
        except CameraError:
            self._shutdown(CAMERA)
            raise
        self._shutdown(STOPPED if self._is_over else NOT_RUNNING)

    def _startup(self) -> None:
        config = self._settings.capture
        tell(logger, events.STARTED, backend=config.backend, directory=config.directory)
        self._service.ready()
        self._work.do()
        self._time.begin()
        self._work.recount()
        # A config that the camera can never obey (ConfigError) ends us at the start;
        # after any other failure the slot tries again.
        with suppress(CameraHung):
            self._open_camera()
        self._book.catch_up(self._clock.now(), self._book.gap_reason)
        self._save()

    def _main_loop(self) -> None:
        while not self._is_over:
            self._look_at_clock()
            slot = self._book.next_slot(self._clock.now())
            if self._must_restart(slot):
                break
            if slot and slot.start <= self._clock.now():
                self._film(slot)
            else:
                self._rest(slot)

    def _shutdown(self, gap_reason: str) -> None:
        self._service.status("stopping")
        if gap_reason != CAMERA:
            self._cameraman.rest()
        self._work.do()
        self._save(gap_reason)
        tell(logger, events.STOPPED, clips=self._cameraman.clips)

    def _must_restart(self, slot: Optional[Slot]) -> bool:
        """Whether the daemon ends here, between two clips, because it leaks memory."""
        gap = slot.start - self._clock.now() if slot else timedelta.max
        return self._service.is_supervised and self._growth.must_restart(gap)

    @property
    def _is_over(self) -> bool:
        enough = 0 < self._enough <= self._cameraman.clips
        return self._service.stopping.requested or enough

    def _rest(self, slot: Optional[Slot]) -> None:
        """Wait for a slot; wait a day if none comes within a year."""
        until = slot.start if slot else self._clock.now() + timedelta(days=1)
        same_window = slot is not None and slot.window_end == self._window_end
        warm_up = until - timedelta(seconds=WARM_UP_S)
        if self._clock.now() < (until - LONG_IDLE if same_window else warm_up):
            self._cameraman.rest()
        self._service.status(f"waiting for the slot at {self._local(until)}")
        undisturbed = self._wait_until(warm_up, watch=True)
        # By a clock that was set another slot may be the next one.
        if slot and undisturbed and self._clock.now() < until:
            self._open_camera()
            self._wait_until(until, watch=True)

    def _open_camera(self) -> None:
        """Open the camera ahead of time; if it fails, the slot tries again.

        Raises:
            CameraHung: the opening hangs, and would hang again in this process.
        """
        try:
            self._cameraman.prepare()
        except CameraError as exc:
            tell(logger, events.CAMERA_FAILED, detail=str(exc))
            if isinstance(exc, CameraStuck):
                raise CameraHung(f"{self._settings.capture.backend}: {exc}") from exc

    def _wait_until(self, moment: datetime, *, watch: bool = False) -> bool:
        """Wait until a moment, and ``watch`` the drive meanwhile.

        Returns:
            False if told to stop before, or if clock or zone were set.
        """
        while (left := (moment - self._clock.now()) / timedelta(seconds=1)) > 0:
            self._service.alive()
            self._idle.do(watch=watch)
            stopping = self._clock.wait(min(_REST_S, left), self._service.stopping)
            if stopping or self._look_at_clock():
                return False
        return True

    def _film(self, slot: Slot) -> None:
        """Film what is left of a slot, and try again after each failure."""
        account = self._book.begin(slot)
        self._window_end = slot.window_end
        until = self._local(slot.end)
        while self._book.account is account and not self._is_over:
            if account.at > self._clock.now():
                # The clock was set back a little: that part is filmed already.
                self._wait_until(account.at)
                continue
            self._service.status(f"filming until {until}")
            ending = self._cameraman.film(account.slot)
            self._growth.clip_ended()
            self._after(account, ending)
        self._work.do()

    def _after(self, account: SlotAccount, ending: Ending) -> None:
        """Account for what ended a clip, and pause before the next try."""
        if isinstance(ending, CameraLost):
            self._save(CAMERA)
            raise CameraHung(f"{self._settings.capture.backend}: {ending.detail}")
        if isinstance(ending, ClockSet):
            self._time.was_set(ending.step)
            self._save()
            return
        if isinstance(ending, Stopped):
            return
        self._book.miss(ending.reason or CAMERA, self._clock.now())
        self._pause(account, ending.reason)
        self._book.close_if_over()
        self._save()

    def _pause(self, account: SlotAccount, reason: str) -> None:
        seconds = self._patience.pause_s(reason)
        if not reason:
            return
        self._service.status(f"not filming: {reason}; trying again")
        again = self._clock.now() + timedelta(seconds=seconds)
        self._wait_until(min(again, account.slot.end))
        if self._book.account is account:
            self._book.miss(reason, self._clock.now())

    def _look_at_clock(self) -> bool:
        """Whether clock or zone were set since the last look; then the plan is new."""
        if changed := self._time.look():
            self._save()
        return changed

    def _save(self, gap_reason: str = NOT_RUNNING) -> None:
        """Put the book on the disk; if that fails, filming goes on."""
        self._growth.look(self._clock.monotonic())
        if self._book.account:
            self._book.note_health(self._describer.health())
        self._work.undated = self._work.undated or not self._clock.synchronised()
        self._time.sign()
        try:
            self._book.save(self._clock.now(), gap_reason)
            self._troubles.over(events.STATE_NOT_KEPT)
        except OSError as exc:
            self._troubles.tell(events.STATE_NOT_KEPT, reason=why(exc))
        self._log.write()

    def _local(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._plan.zone):%Y-%m-%d %H:%M}"
