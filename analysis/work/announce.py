"""Logs when deliveries are accepted, when they end, and when room runs out."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Optional

from analysis import events
from analysis.intake.contents.videocontents import lists_times
from analysis.intake.delivery import Delivery
from analysis.intake.ending import Ending
from analysis.intake.folders import Folders, clips_beside
from analysis.record.store import Store
from analysis.values.job import Findings
from analysis.values.verifying import Verification
from weir.clip import encodable
from weir.journal import tell

logger = logging.getLogger(__name__)

_MOST_UNREAD = 20


def accepted(delivery: Delivery, known: int) -> None:
    """Log that an archive was taken, of which the record has ``known`` clips."""
    tell(
        logger,
        events.ACCEPTED,
        archive=delivery.name,
        clips=len(delivery.contents.clips),
        known=known,
    )


def reuse(store: Store, run: int, findings: Optional[Findings]) -> None:
    """Decide what ``reuse_below = "auto"`` is for a run, and log it once."""
    costs = findings.costs if findings else None
    if costs and store.reuse.decide(run, costs):
        below = costs.reuse_below
        tell(
            logger,
            events.REUSE_DECIDED,
            model_ms=f"{costs.model_ms:.1f}",
            decode_ms=f"{costs.decode_ms:.2f}",
            decided="a frame is looked at only if some part of it has changed by more"
            f" than {below:g} grey levels"
            if below
            else "every frame is looked at",
        )


def unread(delivery: Delivery) -> None:
    """Log what a delivery holds that is not read; of many, the first and a number."""
    members = delivery.contents.unread
    for member in members[:_MOST_UNREAD]:
        tell(
            logger,
            events.UNREAD,
            archive=delivery.name,
            member=member.name,
            bytes=member.bytes,
            reason=member.reason,
        )
    if len(members) > _MOST_UNREAD:
        more = len(members) - _MOST_UNREAD
        tell(logger, events.UNREAD_MORE, archive=delivery.name, count=more)


def ended(delivery: Delivery, ending: Ending, folders: Folders) -> None:
    """Log that an archive was worked to its end; log nothing for other deliveries."""
    receipt = ending.target.relative_to(folders.receipts)
    if delivery.is_zip:
        tell(
            logger,
            events.DONE,
            archive=delivery.name,
            clips=len(delivery.outcomes),
            new=delivery.new,
            failed=delivery.troubles,
            receipt=encodable(str(receipt))
            if ending.receipt.says_something
            else "none",
        )


def late_times(delivery: Delivery, ending: Ending) -> None:
    """Log times of frames that came alone, and lie beside their clip in done/ now."""
    clips = clips_beside(ending.final) if delivery.contents.byproducts else ()
    if clips and not lists_times(ending.final):
        return
    for clip in (path for path in clips if os.path.lexists(path)):
        file = encodable(ending.final.name)
        tell(logger, events.FRAME_TIMES_LATE, clip=encodable(clip.name), file=file)


def room(folder: Path, before: str, reason: str) -> None:
    """Log when room becomes too little, and when there is enough again.

    Args:
        folder: the folder of the analysis.
        before: why there was too little room; empty if there was enough.
        reason: why there is too little now.
    """
    if reason and not before:
        tell(logger, events.NO_ROOM, folder=str(folder), reason=reason)
    if before and not reason:
        tell(logger, events.ROOM_AGAIN, folder=str(folder))


def unused(clip: str, times_problem: str, findings: Optional[Findings]) -> None:
    """Log what a clip says and is not used, and what it says against the config."""
    if findings and (doubt := findings.model_doubt):
        tell(logger, events.MODEL_DOUBTED, clip=clip, reason=doubt)
    if findings and findings.unturned:
        tell(logger, events.UNTURNED, clip=clip, degrees=f"{findings.unturned:g}")
    why = times_problem or (findings.times_unused if findings else "")
    if why:
        tell(logger, events.FRAME_TIMES_UNUSED, clip=clip, reason=why)


def verification(clip: str, done: Verification) -> None:
    """Log what the verifier was asked about a clip, or why it gave no answer."""
    if done.reason:
        tell(logger, events.UNVERIFIED, clip=clip, items=done.items, reason=done.reason)
    elif done.asked:
        tell(
            logger,
            events.VERIFIED,
            clip=clip,
            asked=done.asked,
            items=done.items,
            frames=len(done.looks),
            seconds=round(done.seconds, 1),
        )
