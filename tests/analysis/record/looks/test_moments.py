"""Moments are written with their pictures, and ranked for people."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from analysis.record.file.reader import reading
from analysis.record.looks.moments import SeenMoment
from analysis.record.results import Results
from analysis.values.record import Outcome
from analysis.values.seen import Box, Moment
from tests.analysis.made_record import NOW, clip, open_record, seen

BOX, SHAPE = Box(0.1, 0.2, 0.3, 0.1), "100,200 400,300"
MOMENT = Moment(1, 4, 6, 5, BOX, 3.0, 2.5, 4.0, 0.25, SHAPE)


def with_moments(*moments: Moment) -> Outcome:
    """What a worker would say of a clip with these moments."""
    outcome = seen()
    assert outcome.findings
    pictures = {moment.number: b"jpeg" for moment in moments}
    findings = replace(outcome.findings, moments=moments, moment_pictures=pictures)
    return replace(outcome, findings=findings)


def found(folder: Path) -> list[SeenMoment]:
    """What is read of the record."""
    with reading(folder / "weir.sqlite") as db:
        return Results(db).moments()


def test_a_moment_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Once, however often the work is repeated, and its picture is there."""
    store, run = open_record(tmp_path)
    with store:
        for _ in range(2):
            store.commit(clip(1), run, with_moments(MOMENT), NOW)

    (moment,) = found(tmp_path)
    assert (moment.moment, moment.rank) == (MOMENT, 1)
    assert (tmp_path / moment.snapshot).read_bytes() == b"jpeg"


def test_the_longest_is_first_in_line(tmp_path: Path) -> None:
    """Among all clips; and of two alike that in which the model sees more."""
    others = [
        replace(MOMENT, number=2, elongation=2.0),
        replace(MOMENT, number=3, zoom_gain=-0.1),
    ]
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1), run, with_moments(*others), NOW)
        store.commit(clip(2), run, with_moments(MOMENT), NOW)

    assert [moment.rank for moment in found(tmp_path)] == [3, 2, 1]
