"""``pack``: put finished clips into archives."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from capture.config import REQUIRED, CaptureSettings
from capture.packing import Packing
from capture.storage import Drive
from weir import config, journal
from weir.clock import SystemClock
from weir.command import DONE, aside, config_file


def pack(arguments: argparse.Namespace) -> int:
    """Put finished clips into archives."""
    settings = config.load(CaptureSettings, config_file(arguments), REQUIRED)
    drive, deployment = Drive.of(settings.capture), settings.deployment
    packing = Packing(drive, deployment, SystemClock().now(), everything=arguments.all)
    journal.set_up("weir-capture")
    if arguments.output == "-":
        left = packing.to_pipe(sys.stdout.buffer)
        if left and not arguments.all:
            aside(f"{left} clips are left: pack again for them")
    elif arguments.output:
        packing.to_file(Path(arguments.output))
    else:
        packing.to_drive()
    return DONE
