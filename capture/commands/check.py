"""``check``: what can be known before one walks away."""

from __future__ import annotations

import argparse

from capture.clocks import compare
from capture.commands.pace import is_fast, now_of
from capture.commands.state import LOCK_NAME, state_in_use
from capture.config import REQUIRED, CaptureSettings
from capture.preflight import Preflight
from capture.schedule import make_plan
from weir import config, service
from weir.clock import SimulatedClock, SystemClock, boot_id
from weir.command import DONE, FAILED, config_file


def check(arguments: argparse.Namespace) -> int:
    """Print what can be known before one walks away."""
    file = config_file(arguments)
    settings = config.load(CaptureSettings, file, REQUIRED)
    coming = make_plan(settings.capture.schedule, settings.deployment)
    state = state_in_use(settings, file)
    fast, holder = is_fast(settings), service.holder_of(state / LOCK_NAME)
    clock = SimulatedClock(now_of(settings)) if fast else SystemClock()
    clocks = None if fast else compare(settings, state, clock, boot_id())
    preflight = Preflight(settings, coming, clock, holder=holder, clocks=clocks)
    passed = True
    for finding in preflight.findings():
        print(finding, flush=True)
        passed = passed and finding.passed is not False
    return DONE if passed else FAILED
