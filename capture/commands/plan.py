"""``plan``: the coming slots, what they take, and when the drive will be full."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from capture.clock.comparison import ClockComparison, compare
from capture.commands.pace import machine_of
from capture.commands.plantext import lines
from capture.commands.state import LOCK_NAME, state_in_use
from capture.config import REQUIRED, CaptureSettings
from capture.drive.forecast import forecast
from capture.drive.storage import Drive
from capture.slots.schedule import Plan, make_plan
from weir import config, service
from weir.command import DONE, config_file


def plan(arguments: argparse.Namespace) -> int:
    """Print the coming slots, what they take, and when the drive will be full."""
    file = config_file(arguments)
    settings = config.load(CaptureSettings, file, REQUIRED)
    coming = make_plan(settings.capture.schedule, settings.deployment)
    expected = forecast(Drive.of(settings.capture), settings.capture)
    clocks = _clocks(settings, file, coming)
    if not clocks.agree:
        print(f"clock: {clocks.words(coming.zone)}", file=sys.stderr)
    for line in lines(settings, coming, expected, clocks.daemon, arguments.days):
        print(line)
    return DONE


def _clocks(settings: CaptureSettings, file: Path, coming: Plan) -> ClockComparison:
    """Compare the clocks: the daemon films by its own clock, even if that is wrong."""
    state = state_in_use(settings, file)
    machine, boot = machine_of(settings, coming, state)
    runs = service.holder_of(state / LOCK_NAME) is not None
    return compare(settings, state, machine, boot, runs=runs)
