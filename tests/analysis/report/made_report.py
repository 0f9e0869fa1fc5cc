"""A report of a made-up season, with real pictures, for the tests of what it shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np

from analysis.look.snapshots import draw
from analysis.record.file.reader import reading
from analysis.record.labels.labelbook import LabelBook
from analysis.record.results import Results
from analysis.report.page import write_report
from analysis.values.label import Label
from analysis.values.record import Outcome
from analysis.values.seen import Box, Detection, Encounter, Moment
from tests.analysis.made_labels import said
from tests.analysis.made_record import (
    NOW,
    START,
    clip,
    encounter,
    open_record,
    seen,
    sidecar,
)

KINDS = ("Brown Trout", "Creek Chub", "Plains Topminnow")
OUTLINE = "500,400 600,400 600,450 500,450"
JPEG = draw(np.full((240, 360, 3), (90, 140, 70), np.uint8), ())


def own_sha(number: int) -> str:
    """A sum that differs in its first letters, as real ones do."""
    return hashlib.sha256(str(number).encode()).hexdigest()


def about(verdict: str, first: int, last: int, number: int) -> Label:
    """What somebody said of the clip of a day, counted from 0."""
    return replace(said(verdict, first, last), sha256=own_sha(number))


def outcome(encounters: list[Encounter], moments: int = 0) -> Outcome:
    """A look at a clip, each thing that it found with a picture."""
    found = seen(encounters)
    assert found.findings
    moved = tuple(
        Moment(n, 8, 9, 9, Box(0.1, 0.2, 0.3, 0.1), 3.0, 2.5, 1.0 + n, 0.25)
        for n in range(1, moments + 1)
    )
    findings = replace(
        found.findings,
        snapshots=dict.fromkeys(found.findings.snapshots, JPEG),
        moments=moved,
        moment_pictures={moment.number: JPEG for moment in moved},
        blind_frames=3,
    )
    return replace(found, findings=findings)


def six_days(folder: Path, labels: Iterable[Label] = (), *, moments: int = 2) -> Path:
    """A report of six days: each with a counted, a doubtful and a static encounter."""
    store, run = open_record(folder)
    with store:
        for n in range(6):
            start = START + timedelta(days=n, hours=2 * n)
            day = f"{start:%Y-%m-%d}"
            kind = {"species": KINDS[n % 3], "species_score": 0.92}
            met = [
                encounter(1, 1, 2, score=0.51 + n / 20, outline=OUTLINE, **kind),
                encounter(2, 4, 5, status="doubtful", decided_by="zoom_gain"),
                encounter(3, 7, 7, status="static", decided_by="uniqueness"),
            ]
            beside = sidecar(f"clip{n:05d}_{day}.h264", n, start)
            record = replace(clip(n, date=day, beside=beside), sha256=own_sha(n))
            store.commit(record, run, outcome(met, moments), NOW)
    return written(folder, labels)


def eel_beside(folder: Path) -> Path:
    """A report of a trout in five frames, an eel in three and a cod in one of them."""
    store, run = open_record(folder)
    trout = encounter(1, 2, 6, species=KINDS[0], species_score=0.9)
    found = outcome([trout])
    assert found.findings
    box = Box(0.1, 0.2, 0.3, 0.1)
    beside = [(frame, Detection("eel", 0.8, box)) for frame in (3, 4, 5)]
    cod = (6, Detection("c|d\u202e", 0.8, box))
    trouts = [(f, replace(d, box=box)) for f, d in found.findings.detections]
    findings = replace(found.findings, detections=(*trouts, *beside, cod))
    with store:
        store.commit(clip(1), run, replace(found, findings=findings), NOW)
    return written(folder)


def crowd(folder: Path, *, a_day: int, days: int, frames: int = 2) -> Path:
    """A report of days with many encounters, all in one clip of each day."""
    store, run = open_record(folder)
    with store:
        for day in range(1, days + 1):
            met = [
                encounter(n, frames * n, frames * n, species=KINDS[n % 3])
                for n in range(1, a_day + 1)
            ]
            store.commit(clip(day, date=f"2026-05-{day:02d}"), run, outcome(met), NOW)
    return written(folder)


def written(folder: Path, labels: Iterable[Label] = (), waiting: str = "") -> Path:
    """The report of a record."""
    with reading(folder / "weir.sqlite") as db:
        results = Results(db, book=LabelBook(labels))
        return write_report(results, folder, folder / "out", waiting)
