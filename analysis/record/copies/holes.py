"""Which clips are another one with holes: zeros where bytes are missing."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.record import rows
from analysis.record.columns import insert
from analysis.record.file.sqlite import Connection
from analysis.values.blocks import anchor_of, has_holes_of


def write(db: Connection, sha256: str, blocks: bytes) -> None:
    """Write the sums of a clip's blocks."""
    db.execute(
        insert("blocks", instead="REPLACE"),
        rows.of_blocks(sha256, blocks, anchor_of(blocks)),
    )


def link(db: Connection, sha256: str, blocks: bytes) -> None:
    """Link a clip with its copies that have holes, or with its whole."""
    holed = [(sha256, copy) for copy in _copies_of(db, sha256, blocks)]
    if whole := _whole_of(db, sha256, blocks):
        holed.append((whole, sha256))
    db.executemany(
        "UPDATE clips SET begins = ?, has_holes = 1 WHERE sha256 = ? AND begins = ''",
        holed,
    )


def _copies_of(db: Connection, sha256: str, blocks: bytes) -> Iterator[str]:
    """Yield each clip with holes that is this one but for them."""
    found = db.execute(
        "SELECT sha256, sums FROM blocks WHERE anchor IS NOT NULL AND sha256 <> ?"
        " AND substr(?, anchor_at + 1, length(anchor)) = anchor",
        (sha256, blocks),
    )
    for row in found.fetchall():
        if has_holes_of(row["sums"], blocks):
            yield row["sha256"]


def _whole_of(db: Connection, sha256: str, blocks: bytes) -> str:
    """Return the clip that this one is but for holes; empty for none."""
    anchor = anchor_of(blocks)
    if anchor is None:
        return ""
    at, sums = anchor
    found = db.execute(
        "SELECT b.sha256, sums FROM blocks b JOIN clips c USING (sha256)"
        " WHERE b.sha256 <> ? AND substr(sums, ?, ?) = ? ORDER BY c.bytes DESC",
        (sha256, at + 1, len(sums), sums),
    )
    copies = (row for row in found.fetchall() if has_holes_of(blocks, row["sums"]))
    return next((str(row["sha256"]) for row in copies), "")
