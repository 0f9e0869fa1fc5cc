"""The record: how many cameras one writer carries, and how fast it grows.

What was found in real clips is written again and again under other names, as the daemon
writes it: the clips of one hour, which all cameras bring at the same moment.
"""

from __future__ import annotations

import dataclasses
import os
import secrets
import tempfile
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from statistics import median

from analysis.look.pipeline import analyse
from analysis.record.file import sqlite
from analysis.record.file.publication import Publication
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.store import Store
from analysis.values.beginning import Beginning, read_beginning
from analysis.values.job import ClipJob, Findings
from analysis.values.record import ClipRecord, Outcome
from analysis.values.seen import ANALYSED
from benchmarks.material import Material
from weir.clock import SystemClock

CAMERAS = (10, 100, 1000)
CLIPS_A_DAY = 11  # as shipped: 15 minutes of each of eleven hours, 9,900 frames
_MOST_CLIPS = 4
_NOW = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
_HOUR_S, _DAY_S = 3600.0, 86_400.0
_DAYS = 365
_PART = 100  # clips at each end of the largest hour that are compared
_COPIES_REST = 20  # a copy takes a twentieth of the time; see record/file/publication


@dataclass(frozen=True)
class Seen:
    """What was found in a clip, and what it is recognised by."""

    findings: Findings
    beginning: Beginning
    bytes: int


@dataclass(frozen=True)
class Hour:
    """How the clips of one hour were written.

    Attributes:
        rows: how many rows of all tables.
        waits_s: of each clip, how long after its arrival it was in the record.
        copy_s: how long the copy that people read took.
        record_bytes, picture_bytes: what was written.
    """

    rows: int
    waits_s: list[float]
    copy_s: float
    record_bytes: int
    picture_bytes: int


def run(material: Material) -> None:
    """Simulate an hour with each number of cameras, and print the table."""
    seen = [_look(material, clip) for clip in material.clips[:_MOST_CLIPS]]
    print(f"\nRecord, {material.name}: one writer; an hour's clips arrive at once")
    print(
        f"{'cameras':>8}{'rows':>9}{'rows/s':>8}{'ms a clip':>11}"
        f"{'in the record after':>28}{'of the hour':>13}{'copy MB/s':>11}"
    )
    for cameras in CAMERAS:
        hour = write(seen, cameras)
        took_s = hour.waits_s[-1]
        print(
            f"{cameras:>8}{hour.rows:>9}{hour.rows / took_s:>8.0f}"
            f"{1000 * took_s / cameras:>11.1f}"
            f"{median(hour.waits_s):>12.2f} s, at most {took_s:>5.1f} s"
            f"{took_s / _HOUR_S:>13.2%}{hour.record_bytes / 1e6 / hour.copy_s:>11.0f}"
        )
    _tell_growth(hour, cameras)
    _tell_limit(hour)


def _tell_growth(hour: Hour, cameras: int) -> None:
    """Print what a camera's year takes, and how long the copy for people takes."""
    clips = CLIPS_A_DAY * _DAYS
    record, pictures = (
        count / cameras * clips / 1e6
        for count in (hour.record_bytes, hour.picture_bytes)
    )
    speed = hour.record_bytes / 1e6 / hour.copy_s
    print(
        f"a camera's year, {clips} clips: {hour.rows / cameras * clips / 1e6:.1f}"
        f" million rows, {record:.0f} MB of record, {pictures:.0f} MB of pictures"
    )
    for many in CAMERAS:
        copy_s = many * record / speed
        print(
            f"  of {many} cameras: {many * record / 1e3:.0f} GB of record; the copy for"
            f" people takes {copy_s / 60:.1f} min, and is renewed every"
            f" {_COPIES_REST * copy_s / 3600:.1f} h while clips come"
        )


def _tell_limit(hour: Hour) -> None:
    """Print what known clips cost each new one, and when the writer has no more time.

    What grows is the search for copies of the new clip among all that are known; that
    it goes on growing as it does within this hour is assumed.
    """
    steps = [b - a for a, b in zip(hour.waits_s, hour.waits_s[1:])]
    early, late = (1000 * median(part) for part in (steps[:_PART], steps[-_PART:]))
    apart = len(steps) - _PART
    per_clip_s = max(1e-9, (late - early) / 1000 / apart)
    print(
        f"a clip takes {early:.0f} ms with few known and {late:.0f} ms among"
        f" {len(hour.waits_s)}: each 1,000 known clips add {1e6 * per_clip_s:.0f} ms"
    )
    for many in CAMERAS:
        day = many * CLIPS_A_DAY
        full = _DAY_S / (day * per_clip_s)
        print(
            f"  of {many} cameras the writer is busy all day at {full:,.0f} known"
            f" clips, after {full / day / _DAYS:,.1f} years"
        )


def write(seen: list[Seen], cameras: int) -> Hour:
    """Write an hour's clips of so many cameras into a new record."""
    clock, waits_s = SystemClock(), []
    with tempfile.TemporaryDirectory(prefix="weir-record-") as temporary:
        path = Path(temporary) / FILE_NAME
        with Store(path) as store:
            number = store.run({"detector": {"targets": ["fish"]}}, _NOW)
            arrived_s = clock.monotonic()
            for camera in range(cameras):
                _commit(store, number, camera, seen[camera % len(seen)])
                waits_s.append(clock.monotonic() - arrived_s)
        rows = _rows(path)
        copy_s = _copy_s(path, clock)
        pictures = sum(file.stat().st_size for file in path.parent.rglob("*.jpg"))
        return Hour(rows, waits_s, copy_s, path.stat().st_size, pictures)


def _commit(store: Store, run_number: int, camera: int, seen: Seen) -> None:
    """Write a clip as the daemon does; its sums are those of no other."""
    sha256 = secrets.token_hex(32)
    record = ClipRecord(
        sha256=sha256,
        clip=f"clip{camera:05}_2026-06-01_12-00-00.h264",
        archive="recordings.zip",
        deployment="creek",
        camera=f"cam{camera}",
        date="2026-06-01",
        bytes=seen.bytes + camera,
        frames_expected=len(seen.findings.scores),
        sidecar=None,
    )
    beginning = dataclasses.replace(
        seen.beginning,
        marks=os.urandom(len(seen.beginning.marks)),
        fine=os.urandom(len(seen.beginning.fine)),
        blocks=os.urandom(len(seen.beginning.blocks)),
        solid_sha256=sha256,
    )
    findings = dataclasses.replace(
        seen.findings, pictures=os.urandom(len(seen.findings.pictures))
    )
    store.status_of(sha256)
    store.possible_stumps(record.bytes)
    outcome = Outcome(ANALYSED, "", findings)
    store.commit(record, run_number, outcome, _NOW, beginning=beginning)
    store.copies.settle(sha256)


def _look(material: Material, clip: Path) -> Seen:
    job = ClipJob(clip, None, material.analysis, require_motion=True)
    beginning = read_beginning(clip, {}, lambda: None)
    return Seen(analyse(job), beginning, clip.stat().st_size)


def _rows(path: Path) -> int:
    db = sqlite.connect(path)
    try:
        names = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        tables = [row[0] for row in names.fetchall()]
        counts = [db.execute(f"SELECT COUNT(*) FROM {name}") for name in tables]
        return sum(count.fetchone()[0] for count in counts)
    finally:
        db.close()


def _copy_s(path: Path, clock: SystemClock) -> float:
    """Return how long it takes to renew the copy that people read."""
    publication = Publication(path, clock)
    started = clock.monotonic()
    publication.step(1, is_idle=True)
    publication.finish(1, lambda: None)
    return clock.monotonic() - started
