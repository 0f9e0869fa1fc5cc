"""What the commands do, each from arguments to exit code."""

from __future__ import annotations

import argparse
import os
import sys
import uuid
from datetime import timedelta
from pathlib import Path

from capture import CaptureError
from capture.cameras import Camera, open_camera
from capture.config import REQUIRED, CaptureSettings
from capture.daemon import Daemon
from capture.ledger import EffortBook
from capture.packing import Packing
from capture.schedule import Plan, make_plan
from capture.storage import Drive
from weir import config, journal, service
from weir.clock import Clock, SimulatedClock, SystemClock, boot_id
from weir.command import DONE, config_file

STATE_NAME = "weir-state"
LOCK_NAME = "capture.lock"


def run(arguments: argparse.Namespace) -> int:
    """Film until told to stop, or until so many clips are finished."""
    file = config_file(arguments)
    settings = config.load(CaptureSettings, file, REQUIRED)
    plan = make_plan(settings.capture.schedule, settings.deployment)
    state = state_folder(settings, file)
    journal.set_up("weir-capture")
    with service.alone(state / LOCK_NAME), service.running() as living:
        machine, boot = _machine(settings, plan, state)

        def opened() -> Camera:
            return open_camera(settings.capture, machine)

        Daemon(
            settings,
            plan,
            state,
            machine=machine,
            service=living,
            boot=boot,
            open_camera=opened,
        ).run(arguments.clips)
    return DONE


def plan(arguments: argparse.Namespace) -> int:
    """Print the coming slots."""
    settings = config.load(CaptureSettings, config_file(arguments), REQUIRED)
    the_plan = make_plan(settings.capture.schedule, settings.deployment)
    now = SystemClock().now()
    for slot in the_plan.slots(now, now + timedelta(days=arguments.days)):
        local = slot.start.astimezone(settings.deployment.zone)
        print(f"{local:%Y-%m-%d %H:%M}  {slot.seconds / 60:g} min")
    return DONE


def pack(arguments: argparse.Namespace) -> int:
    """Put finished clips into archives."""
    settings = config.load(CaptureSettings, config_file(arguments), REQUIRED)
    drive, deployment = Drive.of(settings.capture), settings.deployment
    packing = Packing(drive, deployment, SystemClock().now(), everything=arguments.all)
    if arguments.output == "-":
        report = packing.to_pipe(sys.stdout.buffer)
    elif arguments.output:
        report = packing.to_file(Path(arguments.output))
    else:
        report = packing.to_drive()
    for line in report:
        print(line, file=sys.stderr)
    return DONE


def state_folder(settings: CaptureSettings, file: Path) -> Path:
    """The folder for what must outlive the drive; made if it is not there.

    Raises:
        CaptureError: it cannot be made.
    """
    given = os.environ.get("STATE_DIRECTORY", "").split(":")[0]
    default = Path(given) if given else file.resolve().parent / STATE_NAME
    state = settings.capture.state or default
    try:
        state.mkdir(parents=True, exist_ok=True)
    except OSError as exc:
        raise CaptureError(f"{state}: cannot be made ({exc.strerror})") from exc
    return state


def _machine(settings: CaptureSettings, plan: Plan, state: Path) -> tuple[Clock, str]:
    """The machine's clock, and the name of this boot."""
    simulated = settings.capture.simulated
    if settings.capture.backend != "simulated" or simulated.pace != "fast":
        return SystemClock(), boot_id()
    # A simulated deployment that is started again goes on where it ended.
    known = EffortBook(state, plan, settings.deployment).at
    start = simulated.start or SystemClock().now()
    return SimulatedClock(max(start, known or start)), f"simulated-{uuid.uuid4()}"
