"""``plan``: the coming slots, what they take, and when the drive will be full."""

from __future__ import annotations

import argparse

from capture.commands.pace import now_of
from capture.commands.plantext import lines
from capture.config import REQUIRED, CaptureSettings
from capture.drive.forecast import forecast
from capture.drive.storage import Drive
from capture.slots.schedule import make_plan
from weir import config
from weir.command import DONE, config_file


def plan(arguments: argparse.Namespace) -> int:
    """Print the coming slots, what they take, and when the drive will be full."""
    settings = config.load(CaptureSettings, config_file(arguments), REQUIRED)
    coming = make_plan(settings.capture.schedule, settings.deployment)
    expected = forecast(Drive.of(settings.capture), settings.capture)
    now = now_of(settings)
    for line in lines(settings, coming, expected, now, arguments.days):
        print(line)
    return DONE
