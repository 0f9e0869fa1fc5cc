"""``clock``: the daemon's clock beside the system's, and a person's word for that."""

from __future__ import annotations

import argparse

from capture import CaptureError
from capture.clocks import compare
from capture.commands.state import state_in_use
from capture.config import REQUIRED, CaptureSettings
from capture.trust import Trust
from weir import config
from weir.clock import SystemClock, boot_id
from weir.command import DONE, FAILED, config_file


def clock(arguments: argparse.Namespace) -> int:
    """Show both clocks; with ``--trust``, say first that the system's is right."""
    file = config_file(arguments)
    settings = config.load(CaptureSettings, file, REQUIRED)
    machine, zone = SystemClock(), settings.deployment.zone
    state = state_in_use(settings, file)
    if arguments.trust:
        try:
            Trust(state, machine, boot_id()).give()
        except OSError as exc:
            raise CaptureError(f"{state}: cannot be written ({exc.strerror})") from exc
        print(f"{machine.now().astimezone(zone):%Y-%m-%d %H:%M:%S %Z} is believed")
        return DONE
    clocks = compare(settings, state, machine, boot_id())
    print(clocks.words(zone))
    return DONE if clocks.agree else FAILED
