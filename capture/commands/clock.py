"""``clock``: compare the daemon's clock with the system's, or vouch for the latter."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

from capture import CaptureError
from capture.clock.assurance import Assurances
from capture.commands.pace import is_fast
from capture.commands.state import LOCK_NAME, state_in_use
from capture.config import REQUIRED, CaptureSettings
from capture.effort.book import EffortBook
from capture.events import CLOCK_WAITED
from capture.slots.schedule import make_plan
from weir import config, journal, service
from weir.clock import SystemClock, boot_id
from weir.command import DONE, FAILED, config_file
from weir.journal import tell

logger = logging.getLogger(__name__)


def clock(arguments: argparse.Namespace) -> int:
    """Show both clocks, or vouch for the system's, or wait until it is set."""
    file = config_file(arguments)
    settings = config.load(CaptureSettings, file, REQUIRED)
    state = state_in_use(settings, file)
    if arguments.trust:
        return _trust(settings, state)
    if arguments.wait is not None:
        return _wait(settings, state, arguments.wait)
    return _compare(settings, state)


def _compare(settings: CaptureSettings, state: Path) -> int:
    from capture.clock.comparison import compare

    runs = service.holder_of(state / LOCK_NAME) is not None
    clocks = compare(settings, state, SystemClock(), boot_id(), runs=runs)
    print(clocks.words(settings.deployment.zone))
    return DONE if clocks.agree else FAILED


def _trust(settings: CaptureSettings, state: Path) -> int:
    machine = SystemClock()
    try:
        Assurances(state, machine, boot_id()).give()
    except OSError as exc:
        why = f"{state}: cannot be written ({exc.strerror}); is it typed with sudo?"
        raise CaptureError(why) from exc
    local = machine.now().astimezone(settings.deployment.zone)
    print(f"{local:%Y-%m-%d %H:%M:%S %Z} is believed")
    return DONE


def _wait(settings: CaptureSettings, state: Path, seconds: float) -> int:
    from capture.clock.bootwait import BootWait

    if is_fast(settings):
        return DONE  # the daemon's time is simulated
    journal.set_up("weir-capture")
    machine = SystemClock()
    plan = make_plan(settings.capture.schedule, settings.deployment)
    book = EffortBook(state, plan, settings.deployment)
    assurances = Assurances(state, machine, boot_id())
    begun = machine.monotonic()
    with service.running() as living:
        wait = BootWait(settings, book, machine, assurances)
        why = wait.run(seconds, living.stopping)
    tell(logger, CLOCK_WAITED, seconds=round(machine.monotonic() - begun), reason=why)
    return DONE
