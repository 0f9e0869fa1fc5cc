"""A delivery: a delivery in work, from its claim to its end.

Its end is a folder: done/ when it was worked, with a receipt for every clip that is
safe; rejected/ with the reason. The receipt is written before the file moves, so that a
kill between the two does both again under the same names.
"""

from __future__ import annotations

import os
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Callable

from analysis.intake.contents.contents import Contents
from analysis.intake.folders import Folders, make_folder
from analysis.intake.inbox import ZIP_SUFFIX
from analysis.intake.listing import Stamp
from analysis.values.record import ArchiveRecord
from analysis.values.seen import ANALYSED, FAILED
from weir import ContractError, atomic
from weir.archive import DroppedClip
from weir.clip import encodable, is_video
from weir.clock import format_utc
from weir.receipt import Receipt, ReceiptClip, receipt_name

Sign = Callable[[Receipt], str]


@dataclass(frozen=True)
class Ending:
    """How a delivery ends.

    Attributes:
        final: its path below done/.
        kept: whether it stays there.
        receipt: what it brought that is safe.
        target: where that is written.
    """

    final: Path
    kept: bool
    receipt: Receipt
    target: Path

    @property
    def is_written(self) -> bool:
        """Whether the receipt lies there, from before a kill."""
        try:
            there = Receipt.read(self.target)
        except (ContractError, OSError):
            return False
        return there == replace(self.receipt, written=there.written)


@dataclass(eq=False)
class Delivery:
    """What is still to do of a delivery, and what became of the rest.

    Attributes:
        path: where it is below working/.
        dropped: its path below the inbox.
        received: when it was claimed.
        stamp: its file's, before its bytes were read.
        pending: clips that nobody has begun.
        outcomes: clip and status of those that ended.
        new: clips that were not known before and are in the record now.
        spoilt: why something bare is to be rejected; empty while it is not.
    """

    path: Path
    dropped: Path
    received: datetime
    stamp: Stamp
    contents: Contents
    pending: deque[DroppedClip] = field(default_factory=deque)
    outcomes: list[tuple[DroppedClip, str]] = field(default_factory=list)
    new: int = 0
    spoilt: str = ""

    @property
    def name(self) -> str:
        """Its path below the inbox, as text."""
        return encodable(str(self.dropped))

    @property
    def is_zip(self) -> bool:
        """Whether it can hold several clips."""
        return self.path.suffix.lower() == ZIP_SUFFIX

    @property
    def is_bare(self) -> bool:
        """Whether it is one video and nothing around it."""
        return is_video(self.path.name)

    @property
    def is_footage(self) -> bool:
        """Whether it brought clips, and not only papers about some."""
        return self.is_zip or self.is_bare

    @property
    def is_over(self) -> bool:
        """Whether every clip of it has ended."""
        return len(self.outcomes) == len(self.contents.clips)

    @property
    def failed(self) -> int:
        """Clips that could not be analysed."""
        return sum(status == FAILED for _, status in self.outcomes)

    @property
    def bytes(self) -> int:
        """The size of its file."""
        return self.stamp[0]

    def note(self, clip: DroppedClip, status: str, reason: str) -> None:
        """Note how a clip of it ended."""
        self.outcomes.append((clip, status))
        if status == FAILED and not self.is_zip:
            self.spoilt = reason

    def ending(self, folders: Folders, now: datetime, *, keep_done: bool) -> Ending:
        """Decide how it ends; the same again when a kill made it be decided twice.

        Args:
            keep_done: false to delete it when all of it is whole and analysed.
        """
        whole = all(status == ANALYSED for _, status in self.outcomes)
        kept = keep_done or not whole or bool(self.contents.problems)

        # A receipt may outlive what it speaks of, and has the name as well.
        def is_taken(path: Path) -> bool:
            other = self._ending(folders, path, now, kept=kept)
            return os.path.lexists(path) or (
                other.target.exists() and not other.is_written
            )

        final = atomic.free_name(folders.final(self.dropped), is_taken)
        return self._ending(folders, final, now, kept=kept)

    def record(self, ending: Ending, now: datetime) -> ArchiveRecord:
        """What is written down of it when it ends."""
        return ArchiveRecord(
            name=ending.receipt.archive,
            received=format_utc(self.received),
            finished=format_utc(now),
            clips=len(self.outcomes),
            failed=self.failed,
            bytes=self.bytes,
        )

    def end(self, folders: Folders, ending: Ending, sign: Sign) -> None:
        """Write the receipt, signed, and move the delivery to done/, or delete it."""
        if ending.receipt.clips and not ending.is_written:
            make_folder(ending.target.parent)
            ending.receipt.write(ending.target, sign(ending.receipt))
        self.contents.close()
        if ending.kept:
            folders.end(self.path, ending.final)
        else:
            folders.delete(self.path)

    def _ending(
        self, folders: Folders, final: Path, now: datetime, *, kept: bool
    ) -> Ending:
        name = final.relative_to(folders.done)
        # In the delivery's own order, whichever ended first: the same after a kill.
        order = {clip.source: place for place, clip in enumerate(self.contents.clips)}
        clips = self.outcomes if self.is_footage else []
        receipt = Receipt(
            archive=encodable(str(name)),
            written=now.replace(microsecond=0),
            clips=tuple(
                ReceiptClip(clip.name, clip.sha256, clip.bytes, kept)
                for clip, status in sorted(clips, key=lambda c: order[c[0].source])
                if status != FAILED
            ),
        )
        target = folders.receipts / name.parent / receipt_name(name.name)
        return Ending(final, kept, receipt, target)


def claimed_at(path: Path) -> datetime:
    """When a file in working/ was claimed: its inode was last changed by that."""
    return datetime.fromtimestamp(path.stat().st_ctime, timezone.utc)
