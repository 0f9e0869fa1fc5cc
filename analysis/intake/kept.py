"""Finds the footage of known clips in done/, and verifies it.

The record knows the deliveries by their names and the clips by the sha256 of their
bytes. Which clip is in which delivery is guessed from when they came, from names and
from sizes, so that few files are opened; what counts are the bytes, all of which are
read and summed when a delivery is opened.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Optional

from analysis.intake.contents.opening import open_contents
from analysis.intake.delivery import Delivery
from analysis.intake.folders import Folders
from analysis.intake.inbox import ZIP_SUFFIX
from analysis.intake.listing import stamp_of, walk
from analysis.values.heartbeat import Heartbeat
from analysis.values.record import ArchiveRecord, KnownClip
from weir import WeirError
from weir.archive import Archive
from weir.clip import encodable
from weir.clock import parse_utc


class KeptFootage:
    """Looks for clips in done/.

    Args:
        folders: where everything is.
        archives: the deliveries of the record.
        wanted: the clips to look for.
        heartbeat: called during long operations; it may raise to break them off.

    Attributes:
        missing: the clips that were not found yet, by their sha256; when all
            deliveries were taken, those that are no longer there.
    """

    def __init__(
        self,
        folders: Folders,
        archives: Iterable[ArchiveRecord],
        wanted: Iterable[KnownClip],
        heartbeat: Heartbeat,
    ) -> None:
        self._folders, self._heartbeat = folders, heartbeat
        self._archives = tuple(archives)
        self.missing = {clip.sha256: clip for clip in wanted}

    def deliveries(self) -> Iterator[Delivery]:
        """Yield each delivery that has wanted clips, with these as pending.

        The caller closes its contents.
        """
        if not self.missing:
            return
        here = {
            encodable(str(path)): self._folders.done / path
            for path, entry in walk(self._folders.done, self._heartbeat)
            if not entry.why
        }
        for archive in self._likeliest_first():
            if not self.missing:
                return
            path = here.get(archive.name)
            if path and (found := self._open(path, archive)):
                yield found

    def all_whole(self) -> bool:
        """Whether every wanted clip is there; all their bytes are read for that."""
        for delivery in self.deliveries():
            delivery.contents.close()
        return not self.missing

    def _likeliest_first(self) -> Iterator[ArchiveRecord]:
        """Yield the deliveries that brought the clips, then those that may hold them.

        A clip is expected in the delivery that came when it did. A bare clip is known
        by its name and size, too.
        """
        came = {clip.received for clip in self.missing.values()}
        bare = {(clip.clip, clip.bytes) for clip in self.missing.values()}

        def is_likely(archive: ArchiveRecord) -> bool:
            if _is_zip(archive):
                return archive.received in came
            return (archive.name.rpartition("/")[2], archive.bytes) in bare

        likely = [archive for archive in self._archives if is_likely(archive)]
        yield from likely
        taken = {archive.name for archive in likely}
        yield from (a for a in self._archives if a.name not in taken)

    def _open(self, path: Path, archive: ArchiveRecord) -> Optional[Delivery]:
        """Open a delivery that may have wanted clips. Returns: None if it has none."""
        try:
            if not self._may_hold(path, archive):
                return None
            stamp = stamp_of(path)
            contents = open_contents(path, self._heartbeat)
        except (WeirError, OSError):
            return None  # what is wrong with it is seen by what is missing
        found = {c.sha256: c for c in contents.clips if c.sha256 in self.missing}
        for sha256 in found:
            del self.missing[sha256]
        if not found:
            contents.close()
            return None
        return Delivery(
            path=path,
            dropped=path.relative_to(self._folders.done),
            received=parse_utc(archive.received),
            stamp=stamp,
            contents=contents,
            pending=deque(found.values()),
        )

    def _may_hold(self, path: Path, archive: ArchiveRecord) -> bool:
        if not _is_zip(archive):
            return path.stat().st_size in {c.bytes for c in self.missing.values()}
        with Archive(path, heartbeat=self._heartbeat) as opened:
            names = set(opened.clip_names)
        return any(clip.clip in names for clip in self.missing.values())


def _is_zip(archive: ArchiveRecord) -> bool:
    return Path(archive.name).suffix.lower() == ZIP_SUFFIX
