"""What the commands do, each from arguments to exit code.

A command imports what only it needs: the daemon runs for months on a Pi Zero without
the modules that read zips or call programs.
"""

from __future__ import annotations

import argparse
import errno
import logging
import os
import sys
import uuid
from datetime import datetime
from pathlib import Path

from capture import CaptureError, DriveError, DriveTaken
from capture.cameras import open_camera
from capture.config import REQUIRED, CaptureSettings
from capture.daemon import CameraHung, Daemon
from capture.events import CLIP_PRUNED, STATE_NOT_KEPT
from capture.ledger import EffortBook
from capture.schedule import Plan, make_plan
from capture.storage import MB, Drive
from weir import config, journal, service
from weir.clock import Clock, SimulatedClock, SystemClock, boot_id
from weir.command import DONE, FAILED, config_file
from weir.journal import tell
from weir.receipt import Receipt

STATE_NAME = "weir-state"
SYSTEM_STATE = Path("/var/lib/weir-capture")
"""The StateDirectory of systemd/weir-capture.service."""
LOCK_NAME = "capture.lock"

_BROKEN_DISK = frozenset({errno.EROFS, errno.EIO, errno.ENOSPC})

logger = logging.getLogger(__name__)


def run(arguments: argparse.Namespace) -> int:
    """Film until told to stop, or until so many clips are finished."""
    file = config_file(arguments)
    settings = config.load(CaptureSettings, file, REQUIRED)
    coming = make_plan(settings.capture.schedule, settings.deployment)
    journal.set_up("weir-capture")
    state = _make_state(settings, file)
    with service.alone(state / LOCK_NAME), service.running() as living:
        _refuse_taken(Drive.of(settings.capture, alone=True))
        machine, boot = _machine(settings, coming, state)
        daemon = Daemon(
            settings,
            coming,
            state,
            machine=machine,
            service=living,
            boot=boot,
            open_camera=lambda: open_camera(settings.capture, machine),
        )
        try:
            daemon.run(arguments.clips)
        except CameraHung as exc:
            logger.error("%s", exc)
            logging.shutdown()
            # A thread that hangs in the camera's driver can hold up an ordinary exit.
            os._exit(FAILED)
    return DONE


def plan(arguments: argparse.Namespace) -> int:
    """Print the coming slots, what they take, and when the drive will be full."""
    from capture.forecast import forecast
    from capture.plan import lines

    settings = config.load(CaptureSettings, config_file(arguments), REQUIRED)
    coming = make_plan(settings.capture.schedule, settings.deployment)
    expected = forecast(Drive.of(settings.capture), settings.capture)
    now = _now(settings)
    for line in lines(settings, coming, expected, now, arguments.days):
        print(line)
    return DONE


def check(arguments: argparse.Namespace) -> int:
    """Print what can be known before one walks away."""
    from capture.preflight import Preflight

    file = config_file(arguments)
    settings = config.load(CaptureSettings, file, REQUIRED)
    coming = make_plan(settings.capture.schedule, settings.deployment)
    lock = state_path(settings, file) / LOCK_NAME
    clock = SimulatedClock(_now(settings)) if _is_fast(settings) else SystemClock()
    preflight = Preflight(settings, coming, clock, holder=service.holder_of(lock))
    passed = True
    for finding in preflight.findings():
        print(finding, flush=True)
        passed = passed and finding.passed
    return DONE if passed else FAILED


def pack(arguments: argparse.Namespace) -> int:
    """Put finished clips into archives."""
    from capture.packing import Packing

    settings = config.load(CaptureSettings, config_file(arguments), REQUIRED)
    drive, deployment = Drive.of(settings.capture), settings.deployment
    packing = Packing(drive, deployment, SystemClock().now(), everything=arguments.all)
    journal.set_up("weir-capture")
    if arguments.output == "-":
        left = packing.to_pipe(sys.stdout.buffer)
        if left and not arguments.all:
            print(f"{left} clips are left: pack again for them", file=sys.stderr)
    elif arguments.output:
        packing.to_file(Path(arguments.output))
    else:
        packing.to_drive()
    return DONE


def prune(arguments: argparse.Namespace) -> int:
    """Delete the clips whose bytes a receipt names, and say what that freed."""
    from capture.prune import prune as pruned

    settings = config.load(CaptureSettings, config_file(arguments), REQUIRED)
    receipt = _read_receipt(arguments.receipt)
    drive, freed, deleted, refused = Drive.of(settings.capture), 0, 0, 0
    enough = arguments.analysed_is_enough
    journal.set_up("weir-capture")
    with drive.open() as folder, drive.errors():
        for clip in pruned(folder.path, receipt, analysed_is_enough=enough):
            if clip.deleted:
                freed, deleted = freed + clip.bytes, deleted + 1
                tell(logger, CLIP_PRUNED, clip=clip.clip, bytes=clip.bytes)
            else:
                refused += 1
                print(f"refused {clip.clip}  analysed, but the desk did not keep it")
        copy = (folder.path / receipt.archive).exists()
    print(f"{deleted} clips deleted, {freed / MB:.1f} MB freed")
    if copy:
        print(f"the archive is still there: {drive.directory / receipt.archive}")
    if refused:
        print(f"{refused} clips refused; --analysed-is-enough deletes them too")
    return FAILED if refused else DONE


def state_path(settings: CaptureSettings, file: Path) -> Path:
    """Where what must outlive the drive is kept."""
    if settings.capture.state:
        return settings.capture.state
    given = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    if given:
        return Path(given)
    # A person who runs ``check`` beside the service must find the service's folder.
    if file.resolve() == config.SYSTEM_CONFIG:
        return SYSTEM_STATE
    return file.resolve().parent / STATE_NAME


def _make_state(settings: CaptureSettings, file: Path) -> Path:
    """The state directory, there and writable; another where the disk is broken."""
    state = state_path(settings, file)
    try:
        _try_state(state)
    except OSError as exc:
        if exc.errno not in _BROKEN_DISK:
            raise CaptureError(f"{state}: cannot be used ({exc.strerror})") from exc
        # A card that power cuts have made read-only must not keep us from filming.
        tell(logger, STATE_NOT_KEPT, reason=f"{state}: {exc.strerror}")
        state = Path(f"/dev/shm/weir-capture-{os.getuid()}")  # noqa: S108
        _try_state(state)
    return state


def _try_state(state: Path) -> None:
    state.mkdir(parents=True, exist_ok=True)
    (state / LOCK_NAME).open("a").close()


def _refuse_taken(drive: Drive) -> None:
    """Do not begin beside a daemon that has another config and the same drive."""
    try:
        drive.open().close()
    except DriveTaken:
        raise
    except DriveError:
        return  # not there, or not mounted: the daemon waits for it


def _read_receipt(file: Path) -> Receipt:
    try:
        return Receipt.read(file)
    except OSError as exc:
        raise CaptureError(f"{file}: cannot be read ({exc.strerror})") from exc


def _is_fast(settings: CaptureSettings) -> bool:
    simulated = settings.capture.backend == "simulated"
    return simulated and settings.capture.simulated.pace == "fast"


def _now(settings: CaptureSettings) -> datetime:
    """Now; where the daemon's clock would be simulated, when that starts."""
    start = settings.capture.simulated.start if _is_fast(settings) else None
    return start or SystemClock().now()


def _machine(settings: CaptureSettings, coming: Plan, state: Path) -> tuple[Clock, str]:
    """The machine's clock, and the name of this boot."""
    if not _is_fast(settings):
        return SystemClock(), boot_id()
    # A simulated deployment that is started again goes on where it ended.
    known = EffortBook(state, coming, settings.deployment).at
    start = _now(settings)
    return SimulatedClock(max(start, known or start)), f"simulated-{uuid.uuid4()}"
