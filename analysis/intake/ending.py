"""Decides where the file of a finished delivery goes, and what its receipt says.

``analysis.work.endings`` carries the decision out. It writes the receipt before it
moves the file. If it is killed between the two, both are done again, and the decision
must come out the same: an existing receipt that says the same belongs to this delivery.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from analysis.intake.delivery import Delivery
from analysis.intake.folders import Folders, free_path
from analysis.values.seen import ANALYSED, FAILED
from weir import ContractError
from weir.clip import encodable
from weir.receipt import MOST_UNREAD, Receipt, ReceiptClip, receipt_name


@dataclass(frozen=True)
class Ending:
    """Describes how a finished delivery ends.

    Attributes:
        final: the path of its file in done/.
        kept: whether the file is kept there.
        receipt: names the clips that are safe.
        target: the path that the receipt is written to.
    """

    final: Path
    kept: bool
    receipt: Receipt
    target: Path

    @property
    def is_written(self) -> bool:
        """Whether this receipt was already written before a kill."""
        try:
            there = Receipt.read(self.target)
        except (ContractError, OSError):
            return False
        return there == replace(self.receipt, written=there.written)


def decide(
    delivery: Delivery,
    folders: Folders,
    now: datetime,
    *,
    keep_done: bool,
    kept_before: bool = False,
) -> Ending:
    """Decide how a delivery ends, once all its clips have ended.

    Args:
        delivery: a delivery that was not spoilt.
        folders: where everything is.
        now: the date of the receipt.
        keep_done: False to delete the file if all of it is whole and analysed.
        kept_before: whether all its clips were just found whole in done/; then they
            are kept, although this file is deleted.
    """
    whole = all(status == ANALYSED for _, status in delivery.outcomes)
    contents = delivery.contents
    kept = keep_done or not whole or bool(contents.problems or contents.unread)
    kept = kept or bool(delivery.unused)  # somebody wrote it down
    kept = kept or bool(contents.byproducts and not delivery.is_zip)

    def ending_at(final: Path) -> Ending:
        name = final.relative_to(folders.done)
        receipt = Receipt(
            archive=encodable(str(name)),
            written=now.replace(microsecond=0),
            clips=_receipted(delivery, kept=kept or kept_before),
            unread=contents.unread[:MOST_UNREAD],
            unread_count=len(contents.unread),
        )
        target = folders.receipts / name.parent / receipt_name(name.name)
        return Ending(final, kept, receipt, target)

    def is_taken(path: Path) -> bool:
        # A receipt may outlive its file; then the name is still taken.
        other = ending_at(path)
        is_receipted = other.target.exists() and not other.is_written
        return os.path.lexists(path) or is_receipted

    return ending_at(free_path(folders.done, delivery.dropped, is_taken))


def _receipted(delivery: Delivery, *, kept: bool) -> tuple[ReceiptClip, ...]:
    """List the clips that the receipt names, in the order of the delivery.

    This order is the same after a kill; the order in which clips ended is not.
    """
    clips = delivery.outcomes if delivery.is_footage else []
    order = {clip.source: n for n, clip in enumerate(delivery.contents.clips)}
    return tuple(
        ReceiptClip(clip.name, clip.sha256, clip.bytes, kept)
        for clip, status in sorted(clips, key=lambda c: order[c[0].source])
        if status != FAILED
    )
