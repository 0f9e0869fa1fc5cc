"""Sums by day: each kind's own MaxN, and the zeros of those that did not come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Optional

from analysis.record.days import DayCount, counts_by_day, effort_by_day
from analysis.record.file.reader import reading
from analysis.record.results import Results
from analysis.record.store import Store
from analysis.values.record import Outcome
from analysis.values.seen import Box, Detection, Encounter
from tests.analysis.made_record import NOW, SETTINGS, START, clip, encounter, seen
from weir.effort import EffortLine

BOX = Box(0.1, 0.1, 0.1, 0.1)
Kinds = Sequence[tuple[str, str]]


def with_boxes(met: Encounter, *frames: Kinds) -> Outcome:
    """What a detector of several labels saw of one encounter."""
    outcome = seen([met])
    assert outcome.findings is not None
    detections = tuple(
        (number, Detection(label, 0.9, BOX, species, 0.9 if species else None))
        for number, kinds in enumerate(frames)
        for label, species in kinds
    )
    return replace(outcome, findings=replace(outcome.findings, detections=detections))


def counts(
    folder: Path, *outcomes: Outcome, targets: Sequence[str] = ()
) -> list[tuple[str, str, int, Optional[int]]]:
    """Label, species, encounters and MaxN of the one day."""
    settings = {**SETTINGS, "detector": {"targets": list(targets)}}
    with Store(folder / "weir.sqlite") as store:
        run = store.run(settings, NOW)
        for number, outcome in enumerate(outcomes):
            store.commit(clip(number), run, outcome, NOW)
    with reading(folder / "weir.sqlite") as db:
        return [_plain(count) for count in counts_by_day(Results(db))]


def _plain(count: DayCount) -> tuple[str, str, int, Optional[int]]:
    sums = count.counts
    return count.label, count.species, sums.encounters, sums.max_n


def test_a_kinds_max_n_is_its_own(tmp_path: Path) -> None:
    """Three dace and two perch in one frame are no five dace."""
    both = [("dace", "")] * 3 + [("perch", "")] * 2
    met = encounter(1, 0, 3, label="dace", max_n=5)

    found = counts(tmp_path, with_boxes(met, both, both, both, [("dace", "")]))

    assert found == [("dace", "", 1, 3), ("perch", "", 1, 2)]


def test_a_classifiers_doubt_does_not_count(tmp_path: Path) -> None:
    """One of two trout was called an eel once: no eel counts, but it has its row."""
    met = encounter(1, 0, 1, species="trout", max_n=2)
    frames = ([("fish", "trout"), ("fish", "eel")], [("fish", "trout")] * 2)

    found = counts(tmp_path, with_boxes(met, *frames))
    assert found == [("fish", "eel", 0, 0), ("fish", "trout", 1, 2)]


def test_max_n_is_the_most_of_any_encounter(tmp_path: Path) -> None:
    """And encounters add up."""
    one, three = (encounter(1, 0, 0, max_n=n) for n in (1, 3))

    assert counts(tmp_path, seen([one]), seen([three])) == [("fish", "", 2, 3)]


def test_a_target_that_did_not_come_has_a_zero(tmp_path: Path) -> None:
    """Beside one that did."""
    found = counts(tmp_path, seen([encounter(1, 0, 0)]), targets=("eel", "fish"))

    assert found == [("eel", "", 0, 0), ("fish", "", 1, 1)]


def test_static_encounters_are_in_no_max_n(tmp_path: Path) -> None:
    """Nor in any count."""
    static = encounter(1, 0, 0, max_n=4, status="static")

    assert counts(tmp_path, seen([static]), targets=("fish",)) == [("fish", "", 0, 0)]


def test_a_days_slots_add_up(tmp_path: Path) -> None:
    """Planned, filmed and missed, each with its reason."""
    starts = [START, START + timedelta(hours=1)]
    with Store(tmp_path / "weir.sqlite") as store:
        store.add_effort(
            EffortLine(
                *("creek", "cam1", start, start + timedelta(minutes=15), "+02:00"),
                filmed_s=600.0,
                missed=(("drive full", 240.0), ("camera", 60.0)),
            )
            for start in starts
        )
    with reading(tmp_path / "weir.sqlite") as db:
        (day,) = effort_by_day(Results(db)).values()

    assert (day.planned, day.filmed) == (30, 20)
    assert day.missed_reason == "drive full 8; camera 2"


def test_a_kind_that_came_once_has_a_zero_on_every_day(tmp_path: Path) -> None:
    """On each day with footage of its deployment, whatever the model's targets are."""
    met = [encounter(1, 0, 0, label="dace", species="roach")]
    with Store(tmp_path / "weir.sqlite") as store:
        run = store.run({**SETTINGS, "detector": {"targets": ["dace"]}}, NOW)
        store.commit(clip(1), run, seen(met), NOW)
        store.commit(clip(2, date="2026-05-02"), run, seen(), NOW)
    with reading(tmp_path / "weir.sqlite") as db:
        found = [(c.day[2], *_plain(c)) for c in counts_by_day(Results(db))]

    assert found == [
        ("2026-05-01", "dace", "roach", 1, 1),
        ("2026-05-02", "dace", "roach", 0, 0),
    ]
