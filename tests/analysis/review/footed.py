"""A record of generated clips whose footage lies in done/, as an analysis leaves it."""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.values.job import Findings
from analysis.values.record import ArchiveRecord, ClipRecord
from analysis.values.seen import Box, Moment
from tests.analysis.made_record import NOW, clip, encounter, open_record, seen, sidecar
from tests.footage import clip_bytes
from weir.clock import format_utc

FRAMES = 80


def lay(
    root: Path,
    *,
    clips: int,
    frames: int = FRAMES,
    moments: int = 0,
    picture: bytes = b"",
    outline: str = "",
) -> None:
    """Fill an analysis folder: each eight frames of a clip hold a fish in four.

    Args:
        root: the folder.
        clips: how many, all in one zip.
        frames: of each clip.
        moments: how many of each clip, in frames without a fish.
        picture: every snapshot.
        outline: of every encounter, which then has no box, and of every moment.
    """
    done = root / "done"
    done.mkdir(parents=True)
    at = format_utc(NOW)
    store, run = open_record(root / "results")
    with store, zipfile.ZipFile(done / "river.zip", "w") as archive:
        for number in range(1, clips + 1):
            data = clip_bytes(number, frames)
            known = _record(number, data, frames, at)
            archive.writestr(known.clip, data)
            store.commit(known, run, _seen(frames, moments, picture, outline), NOW)
        size = sum(info.file_size for info in archive.infolist())
        store.add_archive(ArchiveRecord("river.zip", at, at, clips, 0, size))


def _record(number: int, data: bytes, frames: int, at: str) -> ClipRecord:
    made = clip(number, date=f"2026-05-{number % 5 + 1:02d}", camera=f"cam{number % 2}")
    sha256 = hashlib.sha256(data).hexdigest()
    more: dict[str, Any] = {"frames": frames, "bytes": len(data), "sha256": sha256}
    beside = sidecar(made.clip, number, **more, camera=made.camera)
    return replace(
        made,
        sha256=sha256,
        bytes=len(data),
        frames_expected=frames,
        sidecar=beside,
        received=at,
    )


def _seen(frames: int, moments: int, picture: bytes, outline: str) -> Any:
    spans = [(first, first + 3) for first in range(4, frames - 3, 8)]
    more: dict[str, Any] = {"species": "chub", "outline": outline}
    found = seen(
        [
            encounter(n, *span, score=0.52 + n % 9 / 20, **more)
            for n, span in enumerate(spans, 1)
        ],
        box=None if outline else Box(0.1, 0.2, 0.5, 0.7),
        frames=frames,
    )
    findings = found.findings
    assert isinstance(findings, Findings)
    measured = 3.0, 2.0, 2.0, 0.1
    moved = tuple(
        Moment(n, n * 8, n * 8 + 1, n * 8, Box(0.2, 0.3, 0.4, 0.3), *measured, outline)
        for n in range(1, moments + 1)
    )
    pictures = dict.fromkeys(findings.snapshots, picture or b"\xff\xd8 none")
    findings = replace(findings, moments=moved, snapshots=pictures)
    of_moments = {moment.number: picture for moment in moved}
    return replace(found, findings=replace(findings, moment_pictures=of_moments))
