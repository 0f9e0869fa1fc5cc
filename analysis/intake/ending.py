"""How a delivery ends: where its file goes, and what its receipt says.

This is decided here and carried out in ``analysis.work.endings``. The receipt is
written before the file moves, so a kill between the two does both again. Then the same
must be decided again: a receipt that lies there and says the same is this delivery's
own.
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
from weir.receipt import Receipt, ReceiptClip, receipt_name


@dataclass(frozen=True)
class Ending:
    """How a delivery that was worked ends.

    Attributes:
        final: its path in done/.
        kept: whether its file stays there.
        receipt: names the clips that are safe.
        target: where the receipt is written.
    """

    final: Path
    kept: bool
    receipt: Receipt
    target: Path

    @property
    def is_written(self) -> bool:
        """Whether this receipt lies there already, from before a kill."""
        try:
            there = Receipt.read(self.target)
        except (ContractError, OSError):
            return False
        return there == replace(self.receipt, written=there.written)


def decide(
    delivery: Delivery, folders: Folders, now: datetime, *, keep_done: bool
) -> Ending:
    """Decide how a delivery ends whose clips have all ended.

    Args:
        delivery: it was not spoilt.
        folders: where everything is.
        now: what the receipt is dated.
        keep_done: False to delete the file when all of it is whole and analysed.
    """
    whole = all(status == ANALYSED for _, status in delivery.outcomes)
    kept = keep_done or not whole or bool(delivery.contents.problems)

    def ending_at(final: Path) -> Ending:
        name = final.relative_to(folders.done)
        receipt = Receipt(
            archive=encodable(str(name)),
            written=now.replace(microsecond=0),
            clips=_receipted(delivery, kept=kept),
        )
        target = folders.receipts / name.parent / receipt_name(name.name)
        return Ending(final, kept, receipt, target)

    def is_taken(path: Path) -> bool:
        # A receipt may outlive the file that it speaks of, and keeps the name too.
        other = ending_at(path)
        is_receipted = other.target.exists() and not other.is_written
        return os.path.lexists(path) or is_receipted

    return ending_at(free_path(folders.done, delivery.dropped, is_taken))


def _receipted(delivery: Delivery, *, kept: bool) -> tuple[ReceiptClip, ...]:
    """The clips that a receipt names, in the delivery's own order.

    That order is the same after a kill; the order in which clips ended is not.
    """
    clips = delivery.outcomes if delivery.is_footage else []
    order = {clip.source: n for n, clip in enumerate(delivery.contents.clips)}
    return tuple(
        ReceiptClip(clip.name, clip.sha256, clip.bytes, kept)
        for clip, status in sorted(clips, key=lambda c: order[c[0].source])
        if status != FAILED
    )
