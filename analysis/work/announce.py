"""Logs what becomes of deliveries, from their acceptance to their end."""

from __future__ import annotations

import logging
from pathlib import Path

from analysis import events
from analysis.intake.delivery import Delivery
from analysis.intake.ending import Ending
from analysis.intake.folders import Folders
from weir.clip import encodable
from weir.journal import tell

logger = logging.getLogger(__name__)


def accepted(delivery: Delivery, known: int) -> None:
    """Log that an archive was taken; ``known`` of its clips are in the record."""
    tell(
        logger,
        events.ACCEPTED,
        archive=delivery.name,
        clips=len(delivery.contents.clips),
        known=known,
    )


def ended(delivery: Delivery, ending: Ending, folders: Folders) -> None:
    """Log that an archive was worked to its end."""
    receipt = ending.target.relative_to(folders.receipts)
    if delivery.is_zip:
        tell(
            logger,
            events.DONE,
            archive=delivery.name,
            clips=len(delivery.outcomes),
            new=delivery.new,
            failed=delivery.failed,
            receipt=encodable(str(receipt)) if ending.receipt.clips else "none",
        )


def room(folder: Path, before: str, reason: str) -> None:
    """Log when there is too little room, and when there is enough again.

    Args:
        folder: of the analysis.
        before: why there was too little room; empty if there was enough.
        reason: why there is too little now.
    """
    if reason and not before:
        tell(logger, events.NO_ROOM, folder=str(folder), reason=reason)
    if before and not reason:
        tell(logger, events.ROOM_AGAIN, folder=str(folder))
