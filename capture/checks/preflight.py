"""Checks drive, room, clock, health and camera before a person walks away.

Each check gives a line in plain words, PASS, FAIL or UNKNOWN. A check that fails does
not stop the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Optional

from capture import CaptureError, DriveError
from capture.cameras import Camera, limits, open_camera
from capture.checks import focus, pi
from capture.checks.holders import Holders
from capture.checks.trialclip import film_trial
from capture.clock.comparison import ClockComparison
from capture.config import SIMULATED, CaptureSettings
from capture.drive import stick
from capture.drive.forecast import forecast
from capture.drive.storage import MB, Drive
from capture.finding import Finding
from capture.slots.schedule import Plan
from weir import ConfigError, atomic
from weir.clock import Clock
from weir.effort import NO_DRIVE
from weir.printable import many

STILL_NAME = "aim.jpg"
_OURS = "weir-capture ("  # a second daemon, with another config
_NO_ROOM_DAYS = 3.0
_YEARS_AHEAD = timedelta(days=2 * 365)


class Preflight:
    """All checks of one config.

    Args:
        settings: the config.
        plan: the slots that the config asks for.
        clock: the machine's clock.
        holder: the process of a running daemon; None if none runs.
        holders: who else holds the camera.
        clocks: compares the daemon's clock with the machine's; None with simulated
            time.
    """

    def __init__(
        self,
        settings: CaptureSettings,
        plan: Plan,
        clock: Clock,
        *,
        holder: Optional[int],
        holders: Holders,
        clocks: Optional[ClockComparison] = None,
    ) -> None:
        self._settings = settings
        self._plan = plan
        self._clock = clock
        self._holder = holder
        self._clocks = clocks
        self._holders = holders
        self._drive = Drive.of(settings.capture)

    def findings(self, *, with_focus: bool = False) -> Iterator[Finding]:
        """Check one thing after the other; the camera comes last, as it takes longest.

        Args:
            with_focus: step the lens through its positions too, and write the strip.
        """
        yield self._config()
        yield from self._drive_is_there()
        yield self._room()
        yield self._time()
        yield from self._health()
        able = list(self._camera_is_able())
        yield from able
        free = self._camera_is_free()
        yield free
        if free.passed is not False and all(finding.passed for finding in able):
            yield from self._camera(with_focus=with_focus)

    def _config(self) -> Finding:
        now = self._clock.now()
        slots = list(self._plan.slots(now, now + timedelta(days=1)))
        if not slots:
            return Finding(False, "config: it can be read, and plans nothing for today")
        first = slots[0].start.astimezone(self._plan.zone)
        return Finding(
            True,
            f"config: {many(len(slots), 'slot')} in the next 24 hours, the first "
            f"{first:%Y-%m-%d %H:%M}",
        )

    def _drive_is_there(self) -> Iterator[Finding]:
        directory = self._drive.directory
        try:
            with self._drive.open_for(0) as folder, self._drive.errors():
                trial = folder.path / ".weir-check"
                atomic.write_bytes(trial, b"\0" * 4096)
                trial.unlink()
        except DriveError as exc:
            if isinstance(exc.__cause__, PermissionError):
                yield _not_ours(directory, exc)
                return
            yield Finding(False, f"drive: {exc}")
            if exc.reason == NO_DRIVE and self._settings.capture.require_mount:
                for reason in stick.reasons(self._mount):
                    yield Finding(False, f"stick: {reason}")
        else:
            yield Finding(True, f"drive: {directory} can be written")

    @property
    def _mount(self) -> Path:
        """The mount point: the drive's folder, or the one that it must lie in."""
        mount = self._settings.capture.require_mount
        return mount if isinstance(mount, Path) else self._drive.directory

    def _room(self) -> Finding:
        expected = forecast(self._drive, self._settings.capture)
        if expected.room is None:
            return Finding(False, "room: no drive to measure")
        now = self._clock.now()
        full = expected.full_at(self._plan.slots(now, now + _YEARS_AHEAD))
        megabytes = f"{expected.room / MB:.0f} MB"
        if full is None:
            return Finding(True, f"room: {megabytes}, enough for two years")
        days = (full - now) / timedelta(days=1)
        return Finding(days >= _NO_ROOM_DAYS, f"room: {megabytes}, {days:.1f} days")

    def _time(self) -> Finding:
        if self._clocks and not self._clocks.agree:
            return Finding(False, f"clock: {self._clocks.words(self._plan.zone)}")
        local = self._clock.now().astimezone(self._plan.zone)
        shown = f"clock: {local:%Y-%m-%d %H:%M:%S %Z}"
        synchronised = self._clock.synchronised()
        if synchronised:
            return Finding(True, f"{shown}, set by a time service")
        if self._clock.kept():
            return Finding(True, f"{shown}, kept by a clock with a battery")
        why = "nothing vouches for it"
        if synchronised is None:
            why = "whether it is set may not be asked here"
        passed = None if synchronised is None else True
        return Finding(passed, f"{shown}, {why}: compare it with your watch")

    def _health(self) -> Iterator[Finding]:
        celsius = pi.temperature_c()
        if celsius is not None:
            words = f"temperature: {celsius:.0f} degrees"
            yield Finding(not pi.too_hot(celsius), words)
        flags = pi.throttled()
        if flags is not None:
            trouble = pi.under_voltage(flags)
            yield Finding(not trouble, f"power: {trouble or 'good'}")
        if pi.tells() and celsius is None and flags is None:
            yield Finding(None, "temperature and power: vcgencmd does not tell them")

    def _camera_is_able(self) -> Iterator[Finding]:
        """Compare the config with what the backend can do, without its camera."""
        config = self._settings.capture
        if config.backend == "auto":
            return  # it is not known which; opening it will tell
        try:
            limits.check(config)
        except ConfigError as exc:
            for line in str(exc).splitlines():
                yield Finding(False, f"config: {line}")
        else:
            yield Finding(True, f"config: {config.backend} can do what it asks for")

    def _camera_is_free(self) -> Finding:
        if self._holder is not None:
            return Finding(
                False,
                f"camera: weir-capture runs already (process {self._holder}); to test "
                "the camera: sudo systemctl stop weir-capture",
            )
        original = pi.service_is_active(pi.ORIGINAL_SERVICE)
        if original:
            return Finding(
                False,
                f"camera: {pi.ORIGINAL_SERVICE} holds it: "
                f"sudo systemctl disable --now {pi.ORIGINAL_SERVICE}",
            )
        if self._settings.capture.backend == SIMULATED:
            return Finding(True, "camera: simulated, nobody else can hold it")
        found = self._holders
        if found.names and all(name.startswith(_OURS) for name in found.names):
            return Finding(
                None,
                f"camera: {', '.join(found.names)} films with one; whether it is this "
                "one (capture.sensor) shows when it is opened",
            )
        if found.names:
            return Finding(False, f"camera: held by {', '.join(found.names)}")
        if found.all_seen and original is not None:
            return Finding(True, "camera: no other program holds it")
        return Finding(
            None,
            "camera: whether another user's program holds it cannot be seen from here; "
            "root sees it: sudo weir-capture check",
        )

    def _camera(self, *, with_focus: bool) -> Iterator[Finding]:
        try:
            camera = open_camera(self._settings.capture, self._clock)
        except (CaptureError, ConfigError) as exc:
            yield Finding(False, f"camera: {exc}")
            return
        try:
            yield Finding(True, f"camera: {camera.backend} opened")
            yield self._test_clip(camera)
            yield from self._still(camera)
            if with_focus:
                title = self._settings.deployment.camera
                yield focus.finding(camera, self._drive, title)
        finally:
            camera.close()

    def _test_clip(self, camera: Camera) -> Finding:
        try:
            trial = film_trial(camera, self._settings.capture, self._clock)
        except CaptureError as exc:
            return Finding(False, f"test clip: {exc}")
        words = f"test clip: {trial.words}"
        if trial.problem:
            return Finding(False, f"{words}: {trial.problem}")
        return Finding(True, words)

    def _still(self, camera: Camera) -> Iterator[Finding]:
        try:
            with self._drive.open() as folder, self._drive.errors():
                # Not through a link of that name, which may lead to a clip.
                (folder.path / STILL_NAME).unlink(missing_ok=True)
                taken = camera.still(folder.path / STILL_NAME)
        except CaptureError as exc:
            yield Finding(False, f"picture: {exc}")
            return
        if taken:
            path = self._drive.directory / STILL_NAME
            yield Finding(True, f"picture: {path} to aim by")


def _not_ours(directory: Path, exc: DriveError) -> Finding:
    """Say who may write to a drive that we may not write to."""
    try:
        # A folder that may not even be made: its parent's owner keeps us from it.
        folder = next(each for each in (directory, *directory.parents) if each.exists())
        why = stick.owner(folder)
    except OSError:
        return Finding(False, f"drive: {exc}")
    if why is None:
        words = f"only {stick.SERVICE_USER} may write there: sudo weir-capture check"
        return Finding(None, f"drive: {directory}: {words}")
    return Finding(False, f"drive: {exc}; {why}")
