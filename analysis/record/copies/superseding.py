"""Notes what each clip is superseded by, when one of its copies was looked at."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.record.clip import Clip
from analysis.record.copies.judging import Superseded, judge
from analysis.record.file.sqlite import Connection
from analysis.record.shown import NEWEST, clips_where


def settle(db: Connection, sha256: str) -> list[Superseded]:
    """Judge a clip and its copies anew, and note which of them count.

    Returns:
        Those that are superseded by another clip than before.
    """
    related = _related(db, sha256)
    if len(related) < 2:
        return []
    marks = ", ".join("?" * len(related))
    clips = list(clips_where(db, f"{NEWEST} AND c.sha256 IN ({marks})", related))
    before = _noted(db, clips)
    judged = judge(clips)
    now = {each.clip.sha256: each for each in judged.superseded}
    db.executemany(
        "UPDATE clips SET superseded_by = ?, superseded_reason = ? WHERE sha256 = ?",
        [
            (now[c.sha256].by.sha256, now[c.sha256].reason, c.sha256)
            if c.sha256 in now
            else ("", "", c.sha256)
            for c in clips
        ],
    )
    return [each for sha, each in now.items() if before[sha] != each.by.sha256]


def _related(db: Connection, sha256: str) -> tuple[str, ...]:
    """List the clips that may be copies of one another, this one among them."""
    found: set[str] = {sha256}
    new = {sha256}
    while new:
        here, new = new, set()
        for sha in here:
            new |= {row[0] for row in db.execute(_RELATED, {"sha": sha})} - found
        found |= new
    return tuple(sorted(found))


# Of the clip with this sha256: those with the same film, those filmed as the same
# bytes, the one that it begins, and those that begin it.
_RELATED = """
SELECT p.sha256 FROM prints p JOIN prints own ON own.sha256 = :sha
    WHERE p.film = own.film AND own.film <> ''
UNION SELECT p.sha256 FROM prints p JOIN prints own ON own.sha256 = :sha
    WHERE p.filmed = own.filmed AND own.filmed <> ''
UNION SELECT p.sha256 FROM prints p WHERE p.filmed = :sha
UNION SELECT filmed FROM prints WHERE sha256 = :sha AND filmed <> ''
UNION SELECT begins FROM clips WHERE sha256 = :sha AND begins <> ''
UNION SELECT sha256 FROM clips WHERE begins = :sha AND begins <> ''
"""


def _noted(db: Connection, clips: Iterable[Clip]) -> dict[str, str]:
    """Return what each clip was superseded by, as it was noted last."""
    query = "SELECT superseded_by FROM clips WHERE sha256 = ?"
    return {
        clip.sha256: db.execute(query, (clip.sha256,)).fetchone()[0] for clip in clips
    }
