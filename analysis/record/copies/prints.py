"""What each clip is recognised by in other copies, and which clips are stumps.

A stump is linked only when it is proven: all its bytes are the first of the longer
clip, and it is really cut, within a picture. A clip that ends where a picture ends is
whole by all that its bytes say, unless zeros follow: two clips of dark water may well
begin alike.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.record import rows
from analysis.record.columns import insert
from analysis.record.copies import holes
from analysis.record.file.sqlite import Connection, Row
from analysis.values.beginning import (
    LEAST_BYTES,
    MARK_BYTES,
    Beginning,
    sure_marks,
)
from analysis.values.pictures import SUM_BYTES
from analysis.values.record import ClipRecord, KnownClip, Outcome
from analysis.values.seen import SALVAGED

_FEW = 8 * MARK_BYTES
_MOST_LIKE = 16
_Pair = tuple[str, str]
"""The sha256 of a whole clip, and of its stump."""


def possible_stumps(db: Connection, size: int) -> dict[str, int]:
    """Return the length of each shorter clip that may not be whole, by its sha256.

    Of a clip that ends in zeros, length and sha256 are those of what comes before them.
    """
    found = db.execute(
        # A clip without this has no sidecar; reading sidecars would take long.
        "SELECT coalesce(solid_sha256, c.sha256) AS sum,"
        " coalesce(solid_bytes, bytes) AS length"
        " FROM clips c LEFT JOIN prints p ON p.sha256 = c.sha256"
        " WHERE length < ? AND (sidecar_start = ''"
        " OR c.sha256 IN (SELECT sha256 FROM analyses WHERE status = ?))"
        # An empty file, or the few bytes before a frame, would begin every clip.
        " AND (length >= ? OR c.sha256 IN"
        " (SELECT sha256 FROM analyses WHERE frames_decoded > 0))",
        (size, SALVAGED, LEAST_BYTES),
    )
    return {row["sum"]: row["length"] for row in found}


def earlier_like(db: Connection, sha256: str, beginning: Beginning) -> list[KnownClip]:
    """Return the clips without a print that a new clip may be a copy of.

    They begin as it does, as far as it has no holes; or they are as long, and begin
    with the same few pictures, for they may have the holes.
    """
    sure = sure_marks(beginning)
    if not sure:
        return []
    found = db.execute(
        "SELECT c.sha256, c.clip, c.bytes, c.received FROM clips c"
        " JOIN beginnings b ON b.sha256 = c.sha256"
        " LEFT JOIN prints p ON p.sha256 = c.sha256"
        " WHERE p.sha256 IS NULL AND c.sha256 <> ?"
        " AND (substr(b.marks, 1, ?) = ? OR (c.bytes = ?"
        " AND substr(b.marks, 1, ?) = ?)) LIMIT ?",
        (
            *(sha256, len(sure), sure, beginning.solid_bytes),
            *(_FEW, beginning.marks[:_FEW], _MOST_LIKE),
        ),
    )
    return [KnownClip(*row) for row in found]


def put(
    db: Connection, clip: ClipRecord, beginning: Beginning, outcome: Outcome
) -> None:
    """Write what a clip is recognised by, and link it with its stumps or its whole."""
    pictures = outcome.findings.pictures if outcome.findings else b""
    write(db, clip, beginning, pictures)
    is_short = outcome.status == SALVAGED or clip.bytes > beginning.solid_bytes
    whole = _whole_of(db, beginning, pictures, is_short=is_short)
    pairs = [(clip.sha256, stump) for stump in _stumps_of(db, beginning, pictures)]
    pairs += [(whole, clip.sha256)] if whole else _padded(db, beginning)
    db.executemany("UPDATE clips SET begins = ?, has_holes = 0 WHERE sha256 = ?", pairs)
    holes.link(db, clip.sha256, beginning.blocks)


def lack(db: Connection, sha256: str) -> bool:
    """Whether nobody has summed the pictures of a clip."""
    known = db.execute(
        "SELECT 1 FROM prints WHERE sha256 = ? AND pictures <> x''", (sha256,)
    )
    return known.fetchone() is None


def write(
    db: Connection, clip: ClipRecord, beginning: Beginning, pictures: bytes = b""
) -> None:
    """Write what a clip is recognised by.

    Args:
        pictures: the sums of its coded pictures; empty where nobody summed them.
    """
    for table, row in (
        ("beginnings", rows.of_beginning(clip, beginning.marks)),
        ("prints", rows.of_print(clip, beginning, pictures)),
    ):
        db.execute(insert(table, instead="REPLACE"), row)
    holes.write(db, clip.sha256, beginning.blocks)


def _stumps_of(db: Connection, beginning: Beginning, pictures: bytes) -> Iterator[str]:
    """Yield each clip whose bytes are this one's first ones, and which is cut."""
    for sum_ in beginning.stumps:
        found = db.execute(
            "SELECT c.sha256, p.pictures, EXISTS (SELECT 1 FROM analyses a"
            " WHERE a.sha256 = c.sha256 AND a.status = ?)"
            " OR c.bytes > p.solid_bytes AS is_short"
            " FROM clips c LEFT JOIN prints p ON p.sha256 = c.sha256"
            " WHERE c.sha256 IN (SELECT ? UNION"
            " SELECT sha256 FROM prints WHERE solid_sha256 = ?)"
            " AND coalesce(p.solid_sha256, c.sha256) <> ?",
            (SALVAGED, sum_, sum_, beginning.solid_sha256),
        )
        for row in found.fetchall():
            if not (row["pictures"] or row["is_short"]) and sum_ in beginning.apart:
                continue
            if _is_cut(row["pictures"] or b"", pictures, is_short=row["is_short"]):
                yield row["sha256"]


def _padded(db: Connection, beginning: Beginning) -> list[_Pair]:
    """Link the clips that differ in nothing but zeros at their ends.

    The shortest of them is the whole one, in whatever order they came.
    """
    found = db.execute(
        "SELECT c.sha256 FROM clips c LEFT JOIN prints p ON p.sha256 = c.sha256"
        " WHERE c.sha256 = ? OR p.solid_sha256 = ? ORDER BY c.bytes",
        (beginning.solid_sha256, beginning.solid_sha256),
    )
    shortest, *others = (str(row["sha256"]) for row in found)
    return [(shortest, other) for other in others]


def _whole_of(
    db: Connection, beginning: Beginning, pictures: bytes, *, is_short: bool
) -> str:
    """Return the longest clip that this one is a proven stump of; empty for none."""
    if not beginning.marks:
        return ""
    found = db.execute(
        "SELECT b.sha256, solid_bytes, fine, pictures FROM beginnings b"
        " JOIN prints p ON p.sha256 = b.sha256"
        " WHERE substr(marks, 1, ?) = ? AND solid_bytes > ? ORDER BY solid_bytes DESC",
        (len(beginning.marks), beginning.marks, beginning.solid_bytes),
    )
    return next(
        (
            str(row["sha256"])
            for row in found
            if _begins(row, beginning)
            and (is_short or row["sha256"] not in beginning.apart)
            and _is_cut(pictures, row["pictures"], is_short=is_short)
        ),
        "",
    )


def _begins(whole: Row, beginning: Beginning) -> bool:
    """Whether a clip begins with these bytes, as far as the fine marks tell."""
    return bool(whole["fine"][: len(beginning.fine)] == beginning.fine)


def _is_cut(stump: bytes, whole: bytes, *, is_short: bool) -> bool:
    """Whether a clip ends within a picture of the longer one that it begins.

    Args:
        stump, whole: the sums of their coded pictures; empty where unknown.
        is_short: whether something else says that it is not whole: a number of frames,
            or zeros at its end.
    """
    if is_short or not stump or not whole:
        return True
    before = len(stump) - SUM_BYTES
    return stump[:before] == whole[:before] and stump != whole[: len(stump)]
