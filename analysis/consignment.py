"""A consignment: a delivery in work, from its claim to its end.

Its end is a folder: done/ when it was worked, with a receipt for every clip that is
safe; rejected/ with the reason. The receipt is written before the file moves, so that a
kill between the two does both again under the same names.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from analysis.delivery import Delivery, DroppedClip
from analysis.folders import Folders
from analysis.store import Store
from analysis.values import ANALYSED, FAILED
from weir import atomic
from weir.clip import is_video
from weir.clock import format_utc
from weir.receipt import Receipt, ReceiptClip, receipt_name


@dataclass(eq=False)
class Consignment:
    """What is still to do of a delivery, and what became of the rest.

    Attributes:
        path: where it is below working/.
        dropped: its path below the inbox.
        pending: clips that nobody has begun.
        outcomes: clip and status of those that ended.
        new: clips that were not known before and are in the record now.
        spoilt: why a bare video is to be rejected; empty while it is not.
    """

    path: Path
    dropped: Path
    received: datetime
    delivery: Delivery
    pending: deque[DroppedClip] = field(default_factory=deque)
    outcomes: list[tuple[DroppedClip, str]] = field(default_factory=list)
    new: int = 0
    spoilt: str = ""

    @property
    def is_bare(self) -> bool:
        """Whether it is one video and nothing around it."""
        return is_video(self.path.name)

    @property
    def is_over(self) -> bool:
        """Whether every clip of it has ended."""
        return len(self.outcomes) == len(self.delivery.clips)

    @property
    def failed(self) -> int:
        """Clips that could not be analysed."""
        return sum(status == FAILED for _, status in self.outcomes)

    def note(self, clip: DroppedClip, status: str, reason: str) -> None:
        """Note how a clip of it ended."""
        self.outcomes.append((clip, status))
        if status == FAILED and self.is_bare:
            self.spoilt = reason

    def end(
        self, folders: Folders, store: Store, now: datetime, *, keep_done: bool
    ) -> str:
        """Write the receipt and move the delivery to done/, or delete it.

        Args:
            keep_done: false to delete it when every clip of it is whole and analysed.

        Returns:
            The receipt's path below receipts/; empty when there is nothing to say.
        """
        whole = all(status == ANALYSED for _, status in self.outcomes)
        kept = keep_done or not whole
        final = atomic.free_name(folders.done / self.dropped)
        name = final.relative_to(folders.done)
        receipt = self._receipt(name, now, kept=kept)
        target = folders.receipts / name.parent / receipt_name(name.name)
        if not kept:
            target = atomic.free_name(target)
        if receipt.clips:
            target.parent.mkdir(parents=True, exist_ok=True)
            receipt.write(target)
        size = self.path.stat().st_size
        store.add_archive(
            str(name),
            received=format_utc(self.received),
            finished=format_utc(now),
            clips=len(self.outcomes),
            failed=self.failed,
            size=size,
        )
        self.delivery.close()
        if kept:
            folders.end(self.path, final)
        else:
            folders.delete(self.path)
        return str(target.relative_to(folders.receipts)) if receipt.clips else ""

    def _receipt(self, name: Path, now: datetime, *, kept: bool) -> Receipt:
        return Receipt(
            archive=str(name),
            written=now.replace(microsecond=0),
            clips=tuple(
                ReceiptClip(clip.name, clip.sha256, clip.bytes, kept)
                for clip, status in self.outcomes
                if status != FAILED
            ),
        )
