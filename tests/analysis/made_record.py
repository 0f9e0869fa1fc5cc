"""A record made by hand, for the tests of what reads it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Optional

import numpy as np

from analysis.record.columns import Row
from analysis.record.schema import MIGRATIONS
from analysis.record.store import Store
from analysis.values.job import Findings
from analysis.values.record import ClipRecord, Outcome
from analysis.values.seen import ANALYSED, Box, Detection, Encounter
from weir.sidecar import Sidecar

NOW = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
START = datetime(2026, 5, 1, 5, tzinfo=timezone.utc)
FACTS = {
    "file": "fish.tflite",
    "sha256": "0" * 64,
    "kind": "ssd",
    "targets": ["fish"],
    "threshold": 0.5,
    "engine": "tflite-runtime",
    "engine_version": "2.14.0",
    "resize": "area",
    "fit": "crop",
    "colour": "rgb",
    "labels": ["fish", "no_fish"],
}
SETTINGS = {
    "detector": FACTS,
    "classifier": None,
    "rotate": 0,
    "encounter_gap_s": 0,
    "require_motion": True,
}


def sha(number: int) -> str:
    """A sum to know a made-up clip by."""
    return f"{number:064x}"


def sidecar(name: str, number: int, start: datetime = START, **more: object) -> Sidecar:
    """A sidecar of a made-up clip of ten frames."""
    values: dict[str, object] = {
        "clip": name,
        "deployment": "creek",
        "camera": "cam1",
        "start": start,
        "end": start + timedelta(seconds=10),
        "utc_offset": "+02:00",
        "clock_synchronised": True,
        "framerate": 1,
        "resolution": (720, 480),
        "rotation": 0,
        "frames": 10,
        "bytes": 1000,
        "sha256": sha(number),
        "backend": "simulated",
        "software": "weir 0",
        **more,
    }
    return Sidecar(**values)  # type: ignore[arg-type]


def clip(
    number: int,
    *,
    date: str = "2026-05-01",
    beside: Optional[Sidecar] = None,
    camera: str = "cam1",
) -> ClipRecord:
    """The record of a made-up clip."""
    return ClipRecord(
        sha256=sha(number),
        clip=f"clip{number:05d}_{date}.h264",
        archive="recordings.zip",
        deployment="creek",
        camera=camera,
        date=date,
        bytes=1000,
        frames_expected=10,
        sidecar=beside,
    )


def encounter(number: int, first: int, last: int, **more: object) -> Encounter:
    """A made-up encounter."""
    values: dict[str, object] = {
        "number": number,
        "first_frame": first,
        "last_frame": last,
        "best_frame": first,
        "label": "fish",
        "score": 0.875,
        "species": "",
        "species_score": None,
        "max_n": 1,
        "status": "counted",
        **more,
    }
    return Encounter(**values)  # type: ignore[arg-type]


def seen(
    encounters: Sequence[Encounter] = (), *, box: Optional[Box] = None, frames: int = 10
) -> Outcome:
    """What a worker would say of a clip with these encounters."""
    detections = tuple(
        (frame, Detection(e.label, e.score, box, e.species, e.species_score))
        for e in encounters
        for frame in range(e.first_frame, e.last_frame + 1)
        for _ in range(e.max_n or 1)
    )
    findings = Findings(
        framerate=1,
        size=(720, 480),
        scores=np.linspace(0, 1, frames, dtype=np.float32),
        motion=np.zeros(frames, np.float32),
        detail=np.ones(frames, np.float32),
        visible=np.arange(frames) < frames - 1,
        detections=detections,
        encounters=tuple(encounters),
        snapshots={e.number: b"\xff\xd8 no real picture" for e in encounters},
        seconds=0.5,
    )
    return Outcome(ANALYSED, "", findings)


def open_record(folder: Path) -> tuple[Store, int]:
    """A new record with one run."""
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(folder / "weir.sqlite")
    return store, store.run(SETTINGS, NOW)


@contextmanager
def earlier_record(folder: Path, steps: int) -> Iterator[sqlite3.Connection]:
    """A record of a Weir that knew only so many steps, to write rows to."""
    with closing(sqlite3.connect(folder / "weir.sqlite")) as db, db:
        for step in MIGRATIONS[:steps]:
            db.executescript(step)
        db.execute(f"PRAGMA user_version = {steps}")
        yield db


def put(db: sqlite3.Connection, table: str, row: Row) -> None:
    """Write a row, without the columns that the table does not have yet."""
    there = [name for _, name, *_ in db.execute(f"PRAGMA table_info({table})")]
    values = [row[name] for name in there]
    marks = ", ".join("?" * len(there))
    db.execute(f"INSERT INTO {table} ({', '.join(there)}) VALUES ({marks})", values)
