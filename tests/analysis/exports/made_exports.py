"""A record with one clip of each sort, and exports of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.config import ExportSettings
from analysis.exports import exporter
from analysis.exports.request import Request
from analysis.record.file.reader import reading
from analysis.record.labels.labelbook import LabelBook
from analysis.record.results import Results
from analysis.values.label import FISH, NOT, WATCHED
from analysis.values.record import Outcome
from analysis.values.seen import FAILED, SALVAGED, Box, Detection, Moment
from tests.analysis.made_labels import said
from tests.analysis.made_record import (
    NOW,
    SETTINGS,
    clip,
    encounter,
    open_record,
    seen,
    sidecar,
)
from weir.deployment import Contributor, DeploymentConfig
from weir.effort import EffortLine

STUDY = DeploymentConfig(
    *("creek", "cam1", "the weir", 47.12345, 8.54321, "Europe/Zurich"),
    title="Trout in the creek",
    contributors=(Contributor("Anna", "contact"),),
    sampling_design="targeted",
)
SPECIES = (("dace", "Leuciscus leuciscus"), ("eel", "Anguilla anguilla"))
LABELS = [
    said(FISH, 2, 3, species="eel", count=2),  # in the clip with a time
    said(NOT, 0, 0, number=3),  # in the salvaged clip
    said(FISH, 6, 8, number=2, species="dace"),  # the machine saw nothing there
    said(WATCHED, 0, 9, number=4),
]


def boxes() -> Outcome:
    """Three dace and two eels in a frame, and one of each in the next two."""
    met = encounter(1, 3, 5, label="dace", species="", max_n=5)
    outcome = seen([met])
    assert outcome.findings
    dace, eel = ("dace", 0.9), ("eel", 0.7)
    frames = {3: [dace] * 3 + [eel] * 2, 4: [dace, eel], 5: [dace, eel]}
    found = tuple(
        (frame, Detection(*kind, Box(0.1 * n, 0.25, 0.5, 1 / 3)))
        for frame, kinds in frames.items()
        for n, kind in enumerate(kinds)
    )
    return replace(outcome, findings=replace(outcome.findings, detections=found))


def moved() -> Outcome:
    """Nothing that the machine calls a fish, but something moved."""
    outcome = seen()
    assert outcome.findings
    moment = Moment(1, 6, 8, 7, Box(0.1, 0.2, 0.3, 0.4), 9.0, 2.0, 2.0, 0.1)
    pictures = {1: b"\xff\xd8 no real picture"}
    more = replace(outcome.findings, moments=(moment,), moment_pictures=pictures)
    return replace(outcome, findings=more)


def fill(folder: Path) -> Path:
    """Write the record, and return its file."""
    store, run = open_record(folder)
    with store:
        film = sidecar("clip00001_2026-05-01.h264", 1, health={"temperature_c": 41.5})
        met = [encounter(1, 2, 3, species="dace", species_score=0.8)]
        met += [encounter(2, 6, 6, status="static")]
        store.commit(clip(1, beside=film), run, seen(met), NOW)
        store.commit(clip(2, date="2026-05-02"), run, moved(), NOW)  # without a time
        salvaged = replace(seen([encounter(1, 0, 0)]), status=SALVAGED, reason="short")
        store.commit(clip(3), run, salvaged, NOW)
        store.commit(clip(4), run, seen(), NOW)  # without fish
        store.commit(clip(5), run, Outcome(FAILED, "not one frame", None), NOW)
        facts = {**SETTINGS["detector"], "kind": "ssd", "targets": []}  # type: ignore[dict-item]
        detector = store.run({**SETTINGS, "detector": facts}, NOW)
        store.commit(clip(6, date="2026-05-03"), detector, boxes(), NOW)
        line = EffortLine(*("creek", "cam1", film.start, film.end, "+02:00", 600.0, ()))
        store.add_effort([line])
    return folder / "weir.sqlite"


@contextmanager
def request(folder: Path, **more: Any) -> Iterator[Request]:
    """What an exporter of that record is asked."""
    settings = more.pop("settings", ExportSettings(deployment=STUDY, species=SPECIES))
    with reading(fill(folder / "results")) as db:
        results = Results(db, book=LabelBook(more.pop("labels", LABELS)))
        yield Request(results, settings, Path("config.toml"), NOW, **more)


def write(folder: Path, name: str, **more: Any) -> Path:
    """Write that record in a format, and return the folder."""
    out = folder / "out"
    out.mkdir()
    with request(folder, **more) as asked:
        exporter(name)(asked, out)
    return out
