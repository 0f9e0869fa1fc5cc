"""The rows of the record, column by column as ``analysis.record.schema`` has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import numpy as np

from analysis.values.job import Findings
from analysis.values.record import ClipRecord, Outcome
from analysis.values.seen import FAILED, Encounter
from weir.clock import format_utc, parse_offset
from weir.effort import EffortLine

Row = tuple[Any, ...]


def of_clip(clip: ClipRecord, now: datetime) -> Row:
    """A row of ``clips``."""
    sidecar = clip.sidecar
    return (
        clip.sha256,
        clip.clip,
        clip.archive,
        clip.deployment,
        clip.camera,
        clip.date,
        clip.start,
        sidecar.clock_trusted if sidecar else None,
        clip.bytes,
        clip.frames_expected,
        sidecar.to_json() if sidecar else "",
        format_utc(sidecar.start) if sidecar else "",
        clip.received or format_utc(now),
    )


def of_analysis(clip: ClipRecord, run: int, outcome: Outcome, now: datetime) -> Row:
    """A row of ``analyses``."""
    return (
        clip.sha256,
        run,
        outcome.status,
        outcome.reason,
        *_measures(outcome),
        format_utc(now),
    )


def _measures(outcome: Outcome) -> Row:
    findings = outcome.findings
    if findings is None or outcome.status == FAILED:
        return (0.0, 0, 0, 0, 0, 0, 0, 0, b"", b"", b"", b"", 0.0)
    return (
        findings.framerate,
        *findings.size,
        len(findings.scores),
        int(findings.visible.sum()),
        findings.fish_frames,
        len(findings.counted),
        findings.max_n,
        findings.scores.astype("<f4").tobytes(),
        findings.motion.astype("<f4").tobytes(),
        findings.detail.astype("<f4").tobytes(),
        findings.visible.astype(np.uint8).tobytes(),
        round(findings.seconds, 3),
    )


def of_encounters(
    clip: ClipRecord,
    run: int,
    encounters: Iterable[Encounter],
    snapshots: Mapping[int, str],
) -> list[Row]:
    """Rows of ``encounters``; ``snapshots`` are the pictures' names by number."""
    return [
        (
            clip.sha256,
            run,
            e.number,
            e.first_frame,
            e.last_frame,
            e.best_frame,
            e.label,
            e.score,
            e.species,
            e.species_score,
            e.max_n,
            e.status,
            snapshots.get(e.number, ""),
        )
        for e in encounters
    ]


def of_detections(clip: ClipRecord, run: int, findings: Findings) -> list[Row]:
    """Rows of ``detections``, numbered in each frame from 0."""
    rows: list[Row] = []
    frame_before, number = -1, 0
    for frame, d in findings.detections:
        number = number + 1 if frame == frame_before else 0
        frame_before = frame
        box = (d.box.x, d.box.y, d.box.width, d.box.height) if d.box else (None,) * 4
        key = (clip.sha256, run, frame, number)
        rows.append((*key, d.label, d.score, *box, d.species, d.species_score))
    return rows


def of_effort(line: EffortLine) -> Row:
    """A row of ``effort``."""
    local = line.planned_start.astimezone(parse_offset(line.utc_offset))
    return (
        line.deployment,
        line.camera,
        format_utc(line.planned_start),
        local.date().isoformat(),
        line.planned_s,
        line.filmed_s,
        line.to_json(),
    )
