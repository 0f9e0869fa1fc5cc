"""``run``: film until told to stop, or until so many clips are finished."""

from __future__ import annotations

import argparse
import logging
import os

from capture import DriveError, DriveTaken
from capture.cameras import open_camera
from capture.checks import runningconfig
from capture.commands.pace import machine_of
from capture.commands.state import LOCK_NAME, make_state, state_path
from capture.config import REQUIRED, CaptureSettings
from capture.daemon import CameraHung, Daemon
from capture.drive.storage import Drive
from capture.slots.schedule import make_plan
from weir import atomic, config, journal, owner, service
from weir.command import DONE, FAILED, config_file

logger = logging.getLogger(__name__)


def run(arguments: argparse.Namespace) -> int:
    """Film until told to stop, or until so many clips are finished."""
    file = config_file(arguments)
    settings = config.load(CaptureSettings, file, REQUIRED)
    coming = make_plan(settings.capture.schedule, settings.deployment)
    journal.set_up("weir-capture")
    owner.become(state_path(settings, file), settings.capture.directory)
    state = make_state(settings, file)
    with service.alone(state / LOCK_NAME), service.running() as living:
        atomic.sweep(state)
        _refuse_taken(Drive.of(settings.capture, alone=True))
        machine, boot = machine_of(settings, coming, state)
        runningconfig.leave_word(state, file, settings)
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


def _refuse_taken(drive: Drive) -> None:
    """Refuse to start beside a daemon with another config and the same drive."""
    try:
        drive.open().close()
    except DriveTaken:
        raise
    except DriveError:
        return  # not there, or not mounted: the daemon waits for it
