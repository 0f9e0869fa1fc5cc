"""Chooses the daemon's clock: the machine's, or a simulated one."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

from capture.config import SIMULATED, CaptureSettings
from capture.effort.book import EffortBook
from capture.slots.schedule import Plan
from weir.clock import Clock, SimulatedClock, SystemClock, boot_id


def is_fast(settings: CaptureSettings) -> bool:
    """Whether both the camera and its time are simulated."""
    simulated = settings.capture.backend == SIMULATED
    return simulated and settings.capture.simulated.pace == "fast"


def now_of(settings: CaptureSettings) -> datetime:
    """Return the present moment, or the start of a simulated clock."""
    start = settings.capture.simulated.start if is_fast(settings) else None
    return start or SystemClock().now()


def machine_of(
    settings: CaptureSettings, coming: Plan, state: Path
) -> tuple[Clock, str]:
    """Return the clock that the daemon uses, and the name of this boot."""
    if not is_fast(settings):
        return SystemClock(), boot_id()
    # A simulated deployment that is started again goes on where it ended.
    known = EffortBook(state, coming, settings.deployment).at
    start = now_of(settings)
    return SimulatedClock(max(start, known or start)), f"simulated-{uuid.uuid4()}"
