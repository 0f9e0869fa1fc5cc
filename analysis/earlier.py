"""Clips of a record from before it kept what copies are recognised by.

When a clip comes that may be a copy of one of them, that one's footage is looked for in
done/, and read once. Of its coded pictures nothing is known until a reanalysis, which
counts them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from analysis import DecodeError
from analysis.intake.folders import Folders, make_folder
from analysis.intake.kept import KeptFootage
from analysis.record.file.reader import reading
from analysis.record.runs.wanted import archives
from analysis.record.store import Store
from analysis.values.beginning import Beginning, read_beginning
from analysis.values.heartbeat import Heartbeat

_SCRATCH = "earlier"


class EarlierClips:
    """Reads what earlier clips are recognised by, as far as it is asked for.

    Args:
        folders: where everything is.
        store: the record.
        heartbeat: called during long operations; it may raise to break them off.
    """

    def __init__(self, folders: Folders, store: Store, heartbeat: Heartbeat) -> None:
        self._folders, self._store, self._heartbeat = folders, store, heartbeat

    def compare(self, sha256: str, beginning: Beginning) -> Beginning:
        """Read the earlier clips that a new one may be a copy of.

        Args:
            sha256: the new clip's.
            beginning: what the new clip begins with.

        Returns:
            The same, with the earlier clips that go on with another unit where the new
            one ends.
        """
        likely = self._store.copies.like(sha256, beginning)
        if not likely:
            return beginning
        with reading(self._store.path) as db:
            deliveries = tuple(archives(db))
        kept = KeptFootage(self._folders, deliveries, likely, self._heartbeat)
        apart = list(beginning.apart)
        for delivery in kept.deliveries():
            try:
                for clip in delivery.pending:
                    # It changed since it was opened, or there is no room for it now.
                    with suppress(DecodeError, OSError):
                        path = delivery.contents.fetch(clip, self._scratch())
                        if self._read(path, clip.sha256, beginning):
                            apart.append(clip.sha256)
                        path.unlink()
            finally:
                delivery.contents.close()
        return replace(beginning, apart=tuple(apart))

    def _scratch(self) -> Path:
        folder = self._folders.fetched / _SCRATCH
        make_folder(folder)
        return folder

    def _read(self, path: Path, sha256: str, shorter: Beginning) -> bool:
        """Keep what a clip begins with; say whether the shorter one ends at a unit."""
        lengths = {shorter.solid_sha256: shorter.solid_bytes}
        found = read_beginning(path, lengths, self._heartbeat)
        self._store.copies.keep(sha256, found)
        return shorter.solid_sha256 in found.apart
