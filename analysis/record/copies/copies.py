"""The copies of a clip in the record: what they are known by, and which one counts."""

from __future__ import annotations

from analysis.record import cliprows
from analysis.record.copies import prints, superseding
from analysis.record.copies.judging import Superseded
from analysis.record.file.recordfile import RecordFile
from analysis.values.beginning import Beginning
from analysis.values.record import ClipRecord, KnownClip, Outcome


class Copies:
    """What clips are recognised by in other copies.

    Args:
        file: the record, open for writing.
    """

    def __init__(self, file: RecordFile) -> None:
        self._file = file

    def settle(self, sha256: str) -> list[Superseded]:
        """Decide which of a clip's copies counts; return what this changes."""
        with self._file.transaction() as db:
            return superseding.settle(db, sha256)

    def like(self, sha256: str, beginning: Beginning) -> list[KnownClip]:
        """Return clips of before that a new one may be a copy of.

        They came when it was not kept yet what clips are recognised by.
        """
        return prints.earlier_like(self._file.db, sha256, beginning)

    def keep(self, sha256: str, beginning: Beginning) -> None:
        """Write what a clip of before is recognised by, but for its pictures."""
        with self._file.transaction() as db:
            prints.write(db, cliprows.record_of(db, sha256), beginning)

    def lack(self, sha256: str) -> bool:
        """Whether nobody has summed the pictures of a clip."""
        return prints.lack(self._file.db, sha256)

    def complete(
        self, clip: ClipRecord, beginning: Beginning, outcome: Outcome
    ) -> None:
        """Write what a clip is recognised by, and link it with its copies."""
        with self._file.transaction() as db:
            prints.put(db, clip, beginning, outcome)
