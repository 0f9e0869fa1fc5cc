"""Labels outlive runs and results: what was said is found again, or named."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from analysis.look.encounters import EncounterBuilder, SeenFrame
from analysis.record.file.reader import reading
from analysis.record.file.recordfile import FILE_NAME
from analysis.record.labels.fitting import Clips, Fit, fit_of
from analysis.record.labels.labelbook import LabelBook
from analysis.record.labels.labelreader import read_labels
from analysis.record.labels.labelstore import LabelStore
from analysis.record.labels.labeltable import Line
from analysis.record.results import Results
from analysis.values.label import FISH, NOT, Label
from analysis.values.seen import Detection, Encounter
from tests.analysis.made_labels import later, said
from tests.analysis.made_record import NOW, SETTINGS, clip, open_record, seen
from tests.analysis.record.thresholds.made_scores import made_clip
from tests.analysis.small_host import Host
from tests.footage import clip_bytes

CLIPS, FRAMES = 12, 900


def fitted(record: Path, labels: list[Label]) -> Fit:
    """How labels fit the newest run."""
    with reading(record) as db:
        return fit_of(LabelBook(labels), Results(db))


def test_results_that_are_made_again_have_their_labels(tmp_path: Path) -> None:
    """Somebody deleted the results, and worked the footage that was kept again."""
    host = Host(tmp_path)
    record = host.folders.results / FILE_NAME
    with host:
        for number in range(4):
            host.drop(f"clip{number}.h264", clip_bytes(number))
        host.settle()
    say_of_all(host.folders.labels, record)
    labels = read_labels(host.folders.labels)
    before = fitted(record, labels)
    shutil.rmtree(host.folders.results)
    for file in host.folders.done.iterdir():
        file.rename(host.folders.inbox / file.name)
    with host:
        host.settle()

    assert len(before.attached) == 4
    assert fitted(record, read_labels(host.folders.labels)) == before


def say_of_all(folder: Path, record: Path) -> None:
    """Say something of every encounter of a record."""
    with reading(record) as db:
        results = Results(db)
        lines = [
            Line(
                1,
                Label(
                    sha256=seen.clip.sha256,
                    clip=seen.clip.clip,
                    first_frame=seen.encounter.first_frame,
                    last_frame=seen.encounter.last_frame,
                    verdict=FISH,
                    person="anna",
                    at=NOW,
                ),
                is_dated=True,
            )
            for seen in results.encounters()
        ]
        fitting, faults = Clips(db, results).fit(lines)
    assert faults == []
    LabelStore(folder).add([line.label for line in fitting], later(1))


def test_with_another_threshold_nearly_all_are_attached(tmp_path: Path) -> None:
    """And each of the others is where the new run has nothing."""
    record, folder = tmp_path / "results" / FILE_NAME, tmp_path / "labels"
    look(tmp_path / "results", 0.5)
    say_of_all(folder, record)
    labels = read_labels(folder)
    look(tmp_path / "results", 0.56)
    fit = fitted(record, labels)

    assert len(labels) > 150
    assert len(fit.attached) >= 0.95 * len(labels)
    assert fit.again
    assert {*fit.attached, *fit.again} == set(LabelBook(labels))


def test_a_word_is_the_same_whatever_the_threshold(tmp_path: Path) -> None:
    """Of an encounter that both runs have, in however many pieces."""
    look(tmp_path / "results", 0.5)
    record = tmp_path / "results" / FILE_NAME
    with reading(record) as db:
        book = LabelBook(
            said(
                FISH if seen.encounter.first_frame % 3 else NOT,
                seen.encounter.first_frame,
                seen.encounter.last_frame,
                number=int(seen.clip.sha256, 16),
            )
            for seen in Results(db).encounters()
        )
    look(tmp_path / "results", 0.6)
    with reading(record) as db:
        pieces = list(Results(db, book=book).encounters())

    assert pieces
    assert all(piece.decision is not None for piece in pieces)
    for piece in pieces:
        label = next(
            label
            for label in book.of_clip(piece.clip.sha256)
            if label.shared(piece.encounter.first_frame, piece.encounter.last_frame)
        )
        assert piece.decision and piece.decision.verdict == label.verdict


@pytest.mark.parametrize("threshold", [0.3, 0.4, 0.6, 0.7, 0.9])
@pytest.mark.parametrize("anew", [False, True], ids=["beside", "results anew"])
def test_a_label_stays_where_less_was_kept_than_counted(
    tmp_path: Path, threshold: float, anew: bool
) -> None:
    """With any threshold from keep_above on nearly all; each of the others is listed.

    The same where somebody deleted the results first.
    """
    record, folder = tmp_path / "results" / FILE_NAME, tmp_path / "labels"
    look_lower(record.parent, 0.5)
    say_of_all(folder, record)
    labels = read_labels(folder)
    if anew:
        shutil.rmtree(record.parent)
    look_lower(record.parent, threshold)
    fit = fitted(record, labels)

    assert len(labels) > 50
    assert len(fit.attached) >= 0.95 * len(labels)
    assert {*fit.attached, *fit.again} == set(LabelBook(labels))
    assert bool(fit.below) == (threshold > 0.5)
    assert {*fit.below} < {*fit.attached}


def look_lower(folder: Path, threshold: float) -> None:
    """Count in made scores, and keep those below the threshold, as a run of its own."""
    store, _ = open_record(folder)
    detector = {**SETTINGS["detector"], "threshold": threshold}  # type: ignore[dict-item]
    with store:
        run = store.run({**SETTINGS, "detector": detector}, NOW)
        for number in range(4):
            outcome = made_clip(number).outcome(threshold)
            store.commit(clip(number), run, outcome, later(threshold))


def look(folder: Path, threshold: float) -> None:
    """Count in made scores, with a threshold, as a run of its own."""
    store, _ = open_record(folder)
    detector = {**SETTINGS["detector"], "threshold": threshold}  # type: ignore[dict-item]
    with store:
        run = store.run({**SETTINGS, "detector": detector}, NOW)
        for number in range(CLIPS):
            found = encounters(number, threshold)
            store.commit(
                clip(number), run, seen(found, frames=FRAMES), later(threshold)
            )


def encounters(seed: int, threshold: float) -> list[Encounter]:
    """What is above a threshold in scores that rise and fall as fish come and go."""
    random = np.random.default_rng(seed)
    scores = 0.2 + 0.02 * random.standard_normal(FRAMES)
    for middle in random.integers(0, FRAMES, 25):
        height, width = random.uniform(0.35, 0.75), random.uniform(1, 8)
        away = (np.arange(FRAMES) - middle) / width
        scores = np.maximum(scores, 0.2 + height * np.exp(-(away**2)))
    builder = EncounterBuilder(gap_frames=0)
    found = []
    for index, score in enumerate(map(float, scores)):
        fish = (Detection("fish", score),) if score > threshold else ()
        found.append(builder.feed(SeenFrame(index, fish, None)))
    return [e for e in (*found, builder.finish()) if e is not None]
