"""``pack``: put finished clips into archives."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from capture.archives.pack import Pack
from capture.config import REQUIRED, CaptureSettings
from capture.drive.storage import Drive
from weir import config, journal
from weir.clock import SystemClock
from weir.command import DONE, FAILED, aside, config_file


def pack(arguments: argparse.Namespace) -> int:
    """Put finished clips into archives."""
    settings = config.load(CaptureSettings, config_file(arguments), REQUIRED)
    drive, deployment = Drive.of(settings.capture), settings.deployment
    call = Pack(drive, deployment, SystemClock().now(), everything=arguments.all)
    journal.set_up("weir-capture")
    if arguments.output == "-":
        return _stream(call)
    if arguments.output:
        call.to_file(Path(arguments.output))
    else:
        call.to_drive()
    return DONE


def _stream(call: Pack) -> int:
    done = call.to_pipe(sys.stdout.buffer)
    if not done.left:
        return DONE
    is_one = done.left == 1
    left = "1 clip is" if is_one else f"{done.left} clips are"
    if done.goes_on:
        aside(f"{left} left: pack again for {'it' if is_one else 'them'}")
        return DONE
    aside(
        f"{left} left out, and the next call would begin anew; for all "
        "of them: pack --output FILE, which makes as many archives as it takes"
    )
    return FAILED
