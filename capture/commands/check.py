"""``check``: test everything before one walks away from the camera."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Optional

from capture.archives import receipts
from capture.archives.keyring import Keyring
from capture.checks import runningconfig, sandbox
from capture.checks.preflight import Preflight
from capture.checks.sandbox import Unit
from capture.clock.comparison import compare
from capture.commands.pace import is_fast, now_of
from capture.commands.state import LOCK_NAME, state_in_use, states_of
from capture.config import REQUIRED, CaptureSettings
from capture.finding import Finding
from capture.slots.schedule import make_plan
from weir import config, tomlfile
from weir.clock import SimulatedClock, SystemClock, boot_id
from weir.command import DONE, FAILED, config_file
from weir.printable import printable_lines


def check(arguments: argparse.Namespace) -> int:
    """Print all findings, as the daemon itself would see them if possible."""
    unit = sandbox.read_unit()
    code = _in_sandbox(unit, arguments)
    if code is not None:
        return code
    passed = True
    file = config_file(arguments)
    for finding in _findings(file, unit, with_focus=arguments.focus):
        print(printable_lines(str(finding)), flush=True)
        passed = passed and finding.passed is not False
    return DONE if passed else FAILED


def _in_sandbox(unit: Optional[Unit], arguments: argparse.Namespace) -> Optional[int]:
    """Run the check in the daemon's sandbox.

    Returns:
        Its exit code; None if it cannot run there.
    """
    file = tomlfile.find(getattr(arguments, "config", None)).absolute()
    if unit is None or sandbox.is_inside() or not sandbox.may_go_in(unit, file):
        return None
    return sandbox.inside(unit, [*sys.argv[1:], "--config", str(file)])


def _findings(
    file: Path, unit: Optional[Unit], *, with_focus: bool
) -> Iterator[Finding]:
    settings = config.load(CaptureSettings, file, REQUIRED)
    coming = make_plan(settings.capture.schedule, settings.deployment)
    state, fast = state_in_use(settings, file), is_fast(settings)
    clock = SimulatedClock(now_of(settings)) if fast else SystemClock()
    eyes = sandbox.eyes(unit)
    yield eyes.finding
    daemon = runningconfig.running(states_of(settings, file), LOCK_NAME)
    if daemon is not None:
        yield runningconfig.compare(daemon, file, settings)
    yield receipts.finding(Keyring(file))
    runs = daemon is not None
    preflight = Preflight(
        settings,
        coming,
        clock,
        holder=daemon.process if daemon else None,
        holders=eyes.holders,
        clocks=None if fast else compare(settings, state, clock, boot_id(), runs=runs),
    )
    yield from preflight.findings(with_focus=with_focus)
