"""Takes over the files that older versions left in done/.

Older versions kept the uploaders' own files there. The uploaders can still change them,
although the receipts say that they are kept. So each is copied once, at the first
start, and its clips are compared with its receipt. A clip that is no longer there is
taken out of the receipt.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Callable

from analysis import DecodeError, events
from analysis.intake.contents.zipcontents import ZipContents
from analysis.intake.custody import StillWritten, copy, is_ours
from analysis.intake.folders import Folders, make_folder, remove_empty
from analysis.intake.inbox import ZIP_SUFFIX, is_companion
from analysis.intake.room import Room
from analysis.values.heartbeat import Heartbeat
from weir import ContractError, WeirError, atomic
from weir.clip import encodable
from weir.journal import tell
from weir.receipt import Receipt, receipt_name

logger = logging.getLogger(__name__)

Sign = Callable[[Receipt], str]
"""Makes the signature of a receipt; it is empty if there is no key."""


class Inheritance:
    """Takes over the files in done/, one at a time, between other work.

    The owner of a file shows whether it was copied, so no file is copied twice, even if
    the daemon is stopped in between.

    Args:
        folders: where everything is.
        room: asked before anything is copied.
        sign: signs a receipt that has to be rewritten.
        heartbeat: called during long operations.
    """

    def __init__(
        self, folders: Folders, room: Room, sign: Sign, heartbeat: Heartbeat
    ) -> None:
        self._folders, self._room, self._sign = folders, room, sign
        self._heartbeat = heartbeat
        self._left = self._foreign()
        self.is_over = False

    def step(self) -> None:
        """Take over the next file, if one is left.

        A file that cannot be taken over is logged, and tried again at the next start.
        """
        path = next(self._left, None)
        if path is None:
            self.is_over = True
            return
        try:
            self._room.check(path.lstat().st_size)
            self._take(path)
        except (OSError, StillWritten, DecodeError) as exc:
            tell(logger, events.NOT_TAKEN_OVER, file=_name(path), reason=str(exc))

    def _take(self, path: Path) -> None:
        """Compare a file with its receipt, and replace the file by our copy."""
        ours = self._folders.fetched / "inherited"
        make_folder(ours.parent)
        try:
            sha256 = copy(path, ours, self._heartbeat)
            if not is_companion(path):
                self._compare(path, ours, sha256)
            ours.replace(path)
        finally:
            ours.unlink(missing_ok=True)
            remove_empty(ours.parent, self._folders.working)
        atomic.sync_folder(path.parent)

    def _foreign(self) -> Iterator[Path]:
        """List the plain files below done/ that are not the service's own."""
        for folder, _, files in os.walk(self._folders.done):
            for name in files:
                self._heartbeat()
                path = Path(folder, name)
                facts = path.lstat()
                if not path.is_symlink() and not is_ours(facts):
                    yield path

    def _compare(self, path: Path, ours: Path, sha256: str) -> None:
        """Remove from the receipt the clips that our copy does not contain."""
        name = path.relative_to(self._folders.done)
        target = self._folders.receipts / name.parent / receipt_name(name.name)
        try:
            receipt = Receipt.read(target)
        except (ContractError, OSError):
            return
        here = self._sums(ours) if path.suffix.lower() == ZIP_SUFFIX else {sha256}
        there = tuple(clip for clip in receipt.clips if clip.sha256 in here)
        if there != receipt.clips:
            missing = len(receipt.clips) - len(there)
            tell(logger, events.KEPT_CHANGED, file=_name(path), clips=missing)
            mended = replace(receipt, clips=there)
            mended.write(target, self._sign(mended))

    def _sums(self, path: Path) -> set[str]:
        try:
            contents = ZipContents(path, self._heartbeat)
        except (WeirError, OSError):
            return set()
        contents.close()
        return {clip.sha256 for clip in contents.clips}


def _name(path: Path) -> str:
    return encodable(str(path))
