"""Counting again with another threshold, without a model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Optional

import pytest

from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.values.seen import Encounter
from tests.analysis.made_record import NOW, SETTINGS, clip, encounter, open_record, seen
from tests.analysis.record.thresholds.made_scores import MadeClip, made_clip

CLIPS = 4


def record(folder: Path, clips: Iterable[MadeClip], threshold: float = 0.5) -> Path:
    """A record of these clips, counted with a threshold."""
    store, _ = open_record(folder)
    detector = {**SETTINGS["detector"], "threshold": threshold}  # type: ignore[dict-item]
    with store:
        for number, made in enumerate(clips):
            gap = {"encounter_gap_s": made.gap}
            run = store.run({**SETTINGS, "detector": detector, **gap}, NOW)
            store.commit(clip(number), run, made.outcome(threshold), NOW)
    return store.path


def counted(path: Path, threshold: Optional[float]) -> list[list[Encounter]]:
    """The encounters of each clip."""
    with reading(path) as db:
        results = Results(db, threshold=threshold)
        return [[s.encounter for s in results.encounters_in(c)] for c in results.clips]


@pytest.mark.parametrize("gap", [0, 2])
@pytest.mark.parametrize("own", [0.3, 0.5, 0.7])
def test_it_counts_as_a_run_would(tmp_path: Path, own: float, gap: int) -> None:
    """Of the same frames, best scores, labels and numbers; whatever it was made with.

    In frames that are trusted, and in some that are not.
    """
    clips = [made_clip(seed, gap) for seed in range(CLIPS)]
    path = record(tmp_path, clips, own)

    for threshold in (0.3, 0.4, 0.5, 0.62, 0.7, 0.9):
        expected = [made.encounters(threshold) for made in clips]
        assert counted(path, threshold) == expected
    assert sum(map(len, counted(path, 0.4))) > sum(map(len, counted(path, 0.5))) > 50


def test_what_is_below_is_in_no_table(tmp_path: Path) -> None:
    """With the run's own threshold its encounters and detections are as ever."""
    made = made_clip(1)
    path = record(tmp_path, [made])
    with reading(path) as db:
        results = Results(db)
        scores = [
            each.detection.score
            for clip in results.clips
            for each in results.detections_in(clip)
        ]
        stored = db.execute("SELECT count(*) FROM encounters WHERE status = 'below'")
        below = stored.fetchone()[0]

    assert counted(path, None) == [made.encounters(0.5)]
    assert below > 3
    assert min(scores) > 0.5


def test_missing_frames_part_it_as_they_parted_the_run(tmp_path: Path) -> None:
    """Two encounters that touch are two at any threshold."""
    store, run = open_record(tmp_path)
    touching = [encounter(1, 2, 4), encounter(2, 5, 6)]
    with store:
        store.commit(clip(1), run, seen(touching), NOW)
    (found,) = counted(store.path, 0.4 + 0.2)

    assert [(e.first_frame, e.last_frame) for e in found] == [(2, 4), (5, 6)]


def test_what_was_judged_stays(tmp_path: Path) -> None:
    """A part of a static encounter is static, and its picture is the best frame's."""
    store, run = open_record(tmp_path)
    still = encounter(1, 2, 4, status="static", species="trout", uniqueness=1.5)
    with store:
        store.commit(clip(1), run, seen([still]), NOW)
    with reading(store.path) as db:
        (found,) = Results(db, threshold=0.6).encounters()

    assert found.encounter == replace(still)
    assert found.snapshot


def test_what_would_be_static_is_static(tmp_path: Path) -> None:
    """Below the threshold too; and it counts if it shares a frame with what counts."""
    made = made_clip(2)
    outcome = made.outcome(0.5)
    assert outcome.findings
    below = tuple(replace(e, would_be="static") for e in outcome.findings.below)
    store, run = open_record(tmp_path)
    with store:
        findings = replace(outcome.findings, below=below)
        store.commit(clip(1), run, replace(outcome, findings=findings), NOW)
    (found,) = counted(store.path, 0.3)

    static = [(e.first_frame, e.last_frame) for e in found if e.status == "static"]
    assert static == [(e.first_frame, e.last_frame) for e in below]
    assert len(static) < len(found)
