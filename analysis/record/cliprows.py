"""What the record knows of a clip besides its analyses: its sidecar."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from datetime import datetime
from typing import Optional

from analysis.record import rows
from analysis.record.columns import insert
from analysis.record.file.sqlite import Connection
from analysis.values.record import ClipRecord
from analysis.values.seen import ANALYSED, SALVAGED
from analysis.values.start import UNKNOWN
from weir.archive import NOT_AS_FILMED
from weir.clock import format_utc
from weir.sidecar import Sidecar

_OF_SIDECAR = (
    *("deployment", "camera", "date", "start", "clock_synchronised"),
    *("frames_expected", "sidecar", "sidecar_start"),
    *("start_from", "camera_from", "utc_offset"),
)
"""The columns of ``clips`` that a sidecar fills, also when it comes after its clip."""

_COUNTED = re.compile(r"(\d+ of \d+ frames could be decoded)?")
"""A reason that a count of frames gave, or none."""


def sidecar_of(db: Connection, sha256: str) -> Optional[Sidecar]:
    """Return the sidecar of the clip with this sha256.

    Returns:
        The sidecar; None if none has come.
    """
    row = db.execute("SELECT sidecar FROM clips WHERE sha256 = ?", (sha256,)).fetchone()
    return Sidecar.from_json(row[0], "the record") if row and row[0] else None


def record_of(db: Connection, sha256: str) -> ClipRecord:
    """Return what is known of a clip that is in the record."""
    row = db.execute("SELECT * FROM clips WHERE sha256 = ?", (sha256,)).fetchone()
    names = {field.name for field in fields(ClipRecord)} - {"told"}
    values = {name: row[name] for name in names}
    text = row["sidecar"]
    sidecar = Sidecar.from_json(text, "the record") if text else None
    told = rows.start_in(row) if row["start"] and not sidecar else UNKNOWN
    return ClipRecord(**{**values, "sidecar": sidecar, "told": told})


def learn(db: Connection, clip: ClipRecord, now: datetime) -> bool:
    """Take a sidecar that came after its clip; see ``Store.learn``."""
    found = db.execute("SELECT 1 FROM clips WHERE sha256 = ?", (clip.sha256,))
    if clip.sidecar is None or not found.fetchone():
        return False
    known = sidecar_of(db, clip.sha256)
    if clip.has_own_sidecar and (known is None or known.sha256 != clip.sha256):
        put(db, clip, now)
        _judge(db, clip)
        return True
    if known and _corrects(clip.sidecar, known):
        start = clip.sidecar.corrected_start
        _correct(db, clip, replace(known, corrected_start=start))
        return True
    return False


def put(db: Connection, clip: ClipRecord, now: datetime) -> None:
    """Write a new clip, or add the missing sidecar to a clip that is known already."""
    known = sidecar_of(db, clip.sha256)
    is_named = known is not None and known.sha256 == clip.sha256
    news = ", ".join(f"{name} = excluded.{name}" for name in _OF_SIDECAR)
    db.execute(
        f"{insert('clips')} ON CONFLICT (sha256) DO UPDATE SET {news} WHERE :is_news",
        {**rows.of_clip(clip, now), "is_news": clip.has_own_sidecar and not is_named},
    )
    db.execute(
        "UPDATE clips SET frames_expected = coalesce(?, frames_expected)"
        " WHERE sha256 = ? AND sidecar = ''",
        (clip.frames_expected, clip.sha256),
    )
    if clip.made:  # a record of before does not know it
        db.execute(
            "UPDATE clips SET made = ? WHERE sha256 = ?", (clip.made, clip.sha256)
        )


def _correct(db: Connection, clip: ClipRecord, sidecar: Sidecar) -> None:
    """Write the corrected start of a clip, and nothing else."""
    db.execute(
        "UPDATE clips SET date = ?, start = ?, clock_synchronised = ?, sidecar = ?"
        " WHERE sha256 = ?",
        (
            sidecar.local_start.date().isoformat(),
            format_utc(sidecar.best_start),
            sidecar.clock_trusted,
            sidecar.to_json(),
            clip.sha256,
        ),
    )


def _judge(db: Connection, clip: ClipRecord) -> None:
    """Decide again whether the clip is whole, now that its own sidecar came."""
    found = db.execute(
        "SELECT run, status, reason, frames_decoded, damage FROM analyses"
        " WHERE sha256 = ? AND status IN (?, ?)",
        (clip.sha256, ANALYSED, SALVAGED),
    )
    for row in found.fetchall():
        # A clip whose delivery was damaged stays salvaged for that, but not one that
        # was salvaged because of a wrong sidecar or by a count of its frames.
        short = row["reason"].removesuffix(row["damage"]).rstrip("; ")
        if short.startswith(NOT_AS_FILMED) or _COUNTED.fullmatch(short):
            faults = clip.faults(row["frames_decoded"], noticed=row["damage"])
            status = SALVAGED if faults else ANALYSED
            db.execute(
                "UPDATE analyses SET status = ?, reason = ?"
                " WHERE sha256 = ? AND run = ?",
                (status, faults, clip.sha256, row["run"]),
            )


def _corrects(sidecar: Sidecar, known: Sidecar) -> bool:
    """Whether a sidecar of the same bytes brings the first corrected start."""
    return (
        sidecar.sha256 == known.sha256
        and sidecar.corrected_start is not None
        and known.corrected_start is None
    )
