"""Sums over the record, which show how the work is going."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Optional

from analysis.record.file.sqlite import Connection
from analysis.values.seen import FAILED
from weir.clock import format_utc, parse_utc

_LAST = 100


@dataclass(frozen=True)
class Work:
    """One clip that a worker has finished.

    Attributes:
        ended: when it was committed, in seconds since 1970.
        took_s: how long a worker took.
        footage_s: how long the footage is.
    """

    ended: float
    took_s: float
    footage_s: float


@dataclass(frozen=True)
class Finished:
    """What was finished since some moment.

    Attributes:
        archives: the number of deliveries.
        clips: the number of clips that were analysed or salvaged.
        failed: the number of clips that failed.
        footage_s: how long the footage is that was analysed.
    """

    archives: int = 0
    clips: int = 0
    failed: int = 0
    footage_s: float = 0.0


@dataclass(frozen=True)
class NotRead:
    """What deliveries brought and nobody understood.

    Attributes:
        members: how many files it is.
        archives: how many deliveries they came with.
        named: some of them, the newest first, each with its reason.
    """

    members: int = 0
    archives: int = 0
    named: tuple[str, ...] = ()


class Tally:
    """Sums over the record.

    Args:
        db: the record, open for reading; None where there is none yet.
    """

    def __init__(self, db: Optional[Connection]) -> None:
        self._db = db

    def seconds_per_byte(self) -> Optional[float]:
        """Work out how long a byte of footage lasts.

        Returns:
            Seconds; None before the first clip.
        """
        if self._db is None:
            return None
        seconds, size = self._db.execute(
            "SELECT sum(frames_decoded / framerate), sum(bytes) FROM analyses"
            " JOIN clips USING (sha256) WHERE status <> ?",
            (FAILED,),
        ).fetchone()
        return float(seconds / size) if seconds and size else None

    def last_work(self) -> list[Work]:
        """Return the clips that were finished last, the newest first."""
        if self._db is None:
            return []
        rows = self._db.execute(
            "SELECT committed, seconds, frames_decoded / framerate FROM analyses"
            " WHERE status <> ? ORDER BY committed DESC LIMIT ?",
            (FAILED, _LAST),
        )
        return [Work(_seconds(row[0]), row[1], row[2]) for row in rows]

    def arrivals(self, since: datetime) -> list[tuple[float, float]]:
        """Return when each delivery was claimed, and its seconds of new footage."""
        if self._db is None:
            return []
        rows = self._db.execute(
            "SELECT received, sum(footage_s) FROM clips JOIN"
            # A clip that was looked at again has arrived once.
            " (SELECT sha256, max(frames_decoded / framerate) AS footage_s"
            " FROM analyses WHERE status <> ? GROUP BY sha256) USING (sha256)"
            " WHERE received >= ? GROUP BY received ORDER BY received",
            (FAILED, format_utc(since)),
        )
        return [(_seconds(row[0]), row[1]) for row in rows]

    def bytes_worked(self, archive: str, received: datetime) -> int:
        """Return the bytes of those clips of a delivery that are in the record."""
        if self._db is None:
            return 0
        row = self._db.execute(
            "SELECT sum(bytes) FROM clips WHERE archive = ? AND received = ?",
            (archive, format_utc(received)),
        ).fetchone()
        return int(row[0] or 0)

    def finished(self, since: datetime) -> Finished:
        """Return what was finished since a moment."""
        if self._db is None:
            return Finished()
        moment = format_utc(since)
        archives = self._db.execute(
            "SELECT count(*) FROM archives WHERE finished >= ?", (moment,)
        ).fetchone()[0]
        clips, failed, seconds = self._db.execute(
            "SELECT count(*), total(status = ?),"
            " total(CASE WHEN status <> ? THEN frames_decoded / framerate END)"
            " FROM analyses WHERE committed >= ?",
            (FAILED, FAILED, moment),
        ).fetchone()
        return Finished(archives, clips - int(failed), int(failed), float(seconds))

    def superseded(self, most: int) -> tuple[int, tuple[str, ...]]:
        """Return how many clips do not count because a copy does, and name some."""
        if self._db is None:
            return 0, ()
        where = "FROM clips c WHERE superseded_by <> ''"
        count = self._db.execute(f"SELECT count(*) {where}").fetchone()[0]
        rows = self._db.execute(
            "SELECT clip, (SELECT clip FROM clips b WHERE b.sha256 = c.superseded_by),"  # noqa: S608 - its parts are texts of this package
            f" superseded_reason {where} ORDER BY received DESC, clip LIMIT ?",
            (most,),
        )
        return count, tuple(f"{clip}: by {by}: {reason}" for clip, by, reason in rows)

    def unread(self, most: int) -> NotRead:
        """Return what deliveries brought and nobody understood, and name some."""
        if self._db is None:
            return NotRead()
        members, archives = self._db.execute(
            "SELECT count(*), count(DISTINCT delivery) FROM unread"
        ).fetchone()
        rows = self._db.execute(
            "SELECT delivery, member, reason FROM unread"
            " ORDER BY received DESC, delivery, member LIMIT ?",
            (most,),
        )
        return NotRead(members, archives, tuple(": ".join(row) for row in rows))


def _seconds(text: str) -> float:
    return parse_utc(text).timestamp()
