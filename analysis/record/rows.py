"""The rows that are written to the record: each value by the name of its column."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Any, Optional

import numpy as np
import numpy.typing as npt

from analysis.record.columns import Row
from analysis.record.file import sqlite
from analysis.values.beginning import Beginning
from analysis.values.record import ArchiveRecord, ClipRecord, Outcome, UnreadMember
from analysis.values.seen import FAILED, Encounter
from analysis.values.start import TIMES, Start, ToldTime
from weir import __version__
from weir.clock import format_utc, parse_offset, parse_utc
from weir.effort import EffortLine
from weir.log import LogLine

SIDECAR = "sidecar"

_NOTHING_SEEN: Row = {
    "framerate": 0.0,
    "width": 0,
    "height": 0,
    "frames_decoded": 0,
    "visible_frames": 0,
    "fish_frames": 0,
    "encounters": 0,
    "max_n": 0,
    "scores": b"",
    "motion": b"",
    "detail": b"",
    "visible": b"",
    "seconds": 0.0,
    "framerate_from": "",
    "stream_rate": None,
    "blind_frames": None,
    "times": None,
    "trusted": None,
    "damage": "",
    "kept_above": None,
    "verifiable": None,
    "verified": None,
    "unverified": "",
    "reused": None,
    "looked_frames": 0,
}


def of_run(settings: Mapping[str, Any], now: datetime) -> Row:
    """Return the row of ``runs``, without the run's number, which SQLite gives.

    Args:
        settings: how to look.
        now: when the first clip is looked at in this way.
    """
    text = json.dumps(settings, sort_keys=True, ensure_ascii=False)
    return {
        "id": None,
        "key": hashlib.sha256(text.encode()).hexdigest(),
        "started": format_utc(now),
        "software": f"weir {__version__}",
        "settings": text,
        "reuse_below": None,
    }


def of_delivery(delivery: ArchiveRecord) -> Row:
    """Return the row of ``archives`` for a delivery whose work is finished."""
    return asdict(delivery)


def of_unread(member: UnreadMember) -> Row:
    """Return the row of ``unread`` for a file that nobody understood."""
    return asdict(member)


def of_clip(clip: ClipRecord, now: datetime) -> Row:
    """Return the row of ``clips`` for a clip that arrived."""
    sidecar = clip.sidecar
    return {
        "sha256": clip.sha256,
        "clip": clip.clip,
        "archive": clip.archive,
        "deployment": clip.deployment,
        "camera": clip.camera,
        "date": clip.date,
        "start": clip.start,
        "clock_synchronised": sidecar.clock_trusted if sidecar else None,
        "bytes": clip.bytes,
        "frames_expected": clip.frames_expected,
        "sidecar": sidecar.to_json() if sidecar else "",
        "sidecar_start": format_utc(sidecar.start) if sidecar else "",
        "received": clip.received or format_utc(now),
        "begins": "",
        "start_from": SIDECAR if sidecar else clip.told.source,
        "camera_from": SIDECAR if sidecar else clip.camera_from,
        "utc_offset": sidecar.utc_offset if sidecar else clip.told.utc_offset,
        "source": clip.source,
        "made": clip.made,
        "superseded_by": "",
        "superseded_reason": "",
        "has_holes": 0,
    }


def of_beginning(clip: ClipRecord, marks: bytes) -> Row:
    """Return the row of ``beginnings``: the sums of a clip's first bytes."""
    return {"sha256": clip.sha256, "marks": marks}


def of_time(line: ToldTime, scope: str, now: datetime) -> Row:
    """Return the row of ``times`` for what somebody told of a clip's start."""
    return {
        "name": PurePosixPath(line.clip).name,
        "clip": line.clip,
        "scope": scope,
        "sha256": line.sha256,
        "start": line.start.moment_text,
        "utc_offset": line.start.utc_offset,
        "date": line.start.date_text,
        "told": format_utc(now),
    }


def start_in(row: sqlite.Row) -> Start:
    """Return the start in a row of ``times``, or of ``clips`` where one is known."""
    day = date.fromisoformat(row["date"]) if row["date"] else None
    source = row["start_from"] if "start_from" in row.keys() else TIMES  # noqa: SIM118 - a Row looks for values without keys()
    return Start(day, parse_utc(row["start"]), row["utc_offset"], source)


def of_print(clip: ClipRecord, beginning: Beginning, pictures: bytes) -> Row:
    """Return the row of ``prints``: what a clip is recognised by in other copies."""
    return {
        "sha256": clip.sha256,
        "solid_bytes": beginning.solid_bytes,
        "solid_sha256": beginning.solid_sha256,
        "film": hashlib.sha256(pictures).hexdigest() if pictures else "",
        "filmed": clip.sidecar.sha256 if clip.sidecar else "",
        "fine": beginning.fine,
        "pictures": pictures,
    }


def of_blocks(sha256: str, blocks: bytes, anchor: Optional[tuple[int, bytes]]) -> Row:
    """Return the row of ``blocks``: by what a copy with holes is recognised.

    Args:
        sha256: the clip's.
        blocks: the sums of its blocks.
        anchor: of a clip with holes, where to compare it first, and the sums there.
    """
    at, sums = anchor or (None, None)
    return {"sha256": sha256, "sums": blocks, "anchor_at": at, "anchor": sums}


def of_analysis(clip: ClipRecord, run: int, outcome: Outcome, now: datetime) -> Row:
    """Return the row of ``analyses``: how a clip ended in a run, and its sums."""
    return {
        "sha256": clip.sha256,
        "run": run,
        "status": outcome.status,
        "reason": outcome.reason,
        **_measures(outcome),
        "committed": format_utc(now),
    }


def _measures(outcome: Outcome) -> Row:
    findings = outcome.findings
    if findings is None or outcome.status == FAILED:
        return _NOTHING_SEEN
    (width, height), done = findings.size, findings.verification
    return {
        "framerate": findings.framerate,
        "width": width,
        "height": height,
        "frames_decoded": len(findings.scores),
        "visible_frames": int(findings.visible.sum()),
        "fish_frames": findings.fish_frames,
        "encounters": len(findings.counted),
        "max_n": findings.max_n,
        "scores": findings.scores.astype("<f4").tobytes(),
        "motion": findings.motion.astype("<f4").tobytes(),
        "detail": findings.detail.astype("<f4").tobytes(),
        "visible": findings.visible.astype(np.uint8).tobytes(),
        "seconds": round(findings.seconds, 3),
        "framerate_from": findings.framerate_from,
        "stream_rate": findings.stream_rate,
        "blind_frames": findings.blind_frames,
        "times": _blob(findings.times, "<f8"),
        "trusted": _blob(findings.trusted, "u1"),
        "damage": findings.damage,
        "kept_above": findings.kept_above,
        "verifiable": done.items if done else None,
        "verified": done.asked if done else None,
        "unverified": done.reason if done else "",
        "reused": _blob(findings.reused, "u1"),
        "looked_frames": findings.looked_frames,
    }


def _blob(values: Optional[npt.NDArray[Any]], kind: str) -> Optional[bytes]:
    return None if values is None else values.astype(kind).tobytes()


def of_encounters(
    clip: ClipRecord,
    run: int,
    encounters: Iterable[Encounter],
    snapshots: Mapping[int, str],
) -> list[Row]:
    """Return the rows of ``encounters``.

    Args:
        clip: the clip that they are in.
        run: the run that saw them.
        encounters: what was seen.
        snapshots: the path of each encounter's picture, by the encounter's number.
    """
    return [
        {
            "sha256": clip.sha256,
            "run": run,
            "encounter": e.number,
            "first_frame": e.first_frame,
            "last_frame": e.last_frame,
            "best_frame": e.best_frame,
            "label": e.label,
            "score": e.score,
            "species": e.species,
            "species_score": e.species_score,
            "max_n": e.max_n,
            "status": e.status,
            "snapshot": snapshots.get(e.number, ""),
            "uniqueness": e.uniqueness,
            "background_score": e.background_score,
            "zoom_gain": e.zoom_gain,
            "elongation": e.elongation,
            "decided_by": e.decided_by,
            "would_be": e.would_be,
            "outline": e.outline,
        }
        for e in encounters
    ]


def of_effort(line: EffortLine) -> Row:
    """Return the row of ``effort`` for a line of a ledger."""
    local = line.planned_start.astimezone(parse_offset(line.utc_offset))
    return {
        "deployment": line.deployment,
        "camera": line.camera,
        "planned_start": format_utc(line.planned_start),
        "date": local.date().isoformat(),
        "planned_s": line.planned_s,
        "filmed_s": line.filmed_s,
        "line": line.to_json(),
    }


def of_log(line: LogLine) -> Row:
    """Return the row of ``log`` for a warning or an error of a camera."""
    return {
        "deployment": line.deployment,
        "camera": line.camera,
        "at": format_utc(line.at),
        "line": line.to_json(),
    }
