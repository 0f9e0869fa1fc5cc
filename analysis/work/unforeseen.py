"""Makes an unexpected error cost one delivery, and never the daemon."""

from __future__ import annotations

import logging
from pathlib import Path

from analysis.intake.room import is_no_room
from analysis.record.file.sqlite import is_full
from analysis.record.store import is_grave
from weir import WeirError
from weir.clip import encodable

logger = logging.getLogger(__name__)


def costs_one(exc: Exception) -> bool:
    """Whether an error concerns only one delivery, not the disk or the record."""
    return not (is_grave(exc) or is_no_room(exc) or is_full(exc))


def reason_for(exc: Exception, claimed: Path) -> str:
    """Return why a delivery is rejected, and log unexpected errors in full."""
    if isinstance(exc, OSError):
        return f"it cannot be read ({exc.strerror or exc})"
    if isinstance(exc, WeirError):
        return str(exc)
    name = encodable(str(claimed))
    logger.error("not foreseen: archive=%s", name, exc_info=exc)
    return f"a mistake in Weir: {type(exc).__name__}: {encodable(str(exc))}"
