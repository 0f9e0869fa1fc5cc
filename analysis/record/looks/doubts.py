"""Doubts about a run's model: what its first clips say against the config."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.record.columns import Row, insert
from analysis.record.file.sqlite import Connection


@dataclass(frozen=True)
class Doubt:
    """What a clip says against the way in which a run's model is used.

    Attributes:
        run: the run.
        clip: the clip's name.
        reason: what speaks against it.
    """

    run: int
    clip: str
    reason: str


def row_of(sha256: str, run: int, reason: str) -> Row:
    """Return the columns of a doubt."""
    return {"sha256": sha256, "run": run, "reason": reason}


def put(db: Connection, sha256: str, run: int, reason: str) -> None:
    """Write a doubt, or take it back where ``reason`` is empty."""
    db.execute("DELETE FROM doubts WHERE sha256 = ? AND run = ?", (sha256, run))
    if reason:
        db.execute(insert("doubts"), row_of(sha256, run, reason))


def of_runs(db: Connection, runs: frozenset[int]) -> tuple[Doubt, ...]:
    """Return the doubts about some runs, the newest run first."""
    rows = db.execute(
        "SELECT run, clip, reason FROM doubts JOIN clips USING (sha256)"
        " ORDER BY run DESC, clip"
    )
    return tuple(Doubt(*row) for row in rows if row["run"] in runs)
