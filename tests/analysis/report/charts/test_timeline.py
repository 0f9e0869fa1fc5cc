"""Charts of days and hours: what was seen, by whose word, and the footage beneath."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from analysis.record.days import effort_by_day
from analysis.record.file.reader import reading
from analysis.record.final.encounters import final_encounters
from analysis.record.hours import sums_by_hour
from analysis.record.labels.labelbook import LabelBook
from analysis.record.results import Results
from analysis.report.charts.stacked import OPEN, SURE, WRONG, Chart
from analysis.report.charts.timeline import by_day, by_hour
from analysis.values.label import FISH, NOT, Label
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

DAY = "2026-05-01"


def charts(folder: Path, *labels: Label, **more: Any) -> tuple[Chart, Chart | None]:
    """The charts of three clips at 7, 7:30 and 9 o'clock, each with an encounter."""
    store, run = open_record(folder)
    with store:
        for number, hours in ((1, 0), (2, 0.5), (3, 2)):
            start = START + timedelta(hours=hours)
            beside = sidecar(f"clip{number:05d}_{DAY}.h264", number, start)
            outcome = seen([encounter(1, 2, 4, species=f"s{number % 2}", **more)])
            store.commit(clip(number, beside=beside), run, outcome, NOW)
    with reading(store.path) as db:
        results = Results(db, book=LabelBook(labels))
        finals = list(final_encounters(results))
        days = by_day(finals, effort_by_day(results), [DAY], frozenset([DAY]))
        return days, by_hour(finals, sums_by_hour(results))


def test_hours_are_local_and_have_their_effort_beneath(tmp_path: Path) -> None:
    """5 o'clock UTC is 7 there; an hour without footage is shaded."""
    _, hours = charts(tmp_path)
    assert hours
    upper, lower = hours.panels

    assert [bar.title for bar in upper.bars] == [
        "07:00: 1 seen, s0",
        "07:00: 1 seen, s1",
        "09:00: 1 seen, s1",
    ]
    assert "07:00: 0.005 h, usable" in [bar.title for bar in lower.bars]
    assert "08:00: no footage" in [gap.title for gap in upper.gaps]
    assert len(upper.gaps) == 22


def test_blind_hours_are_told_apart(tmp_path: Path) -> None:
    """A clip that goes over the hour shares them; four of nine frames lie before."""
    store, run = open_record(tmp_path)
    name, start = f"clip00001_{DAY}.h264", START + timedelta(minutes=59, seconds=56)
    outcome = seen()
    assert outcome.findings
    blind = replace(outcome.findings, blind_frames=9)
    with store:
        film = clip(1, beside=sidecar(name, 1, start))
        store.commit(film, run, replace(outcome, findings=blind), NOW)
    with reading(store.path) as db:
        sums = sums_by_hour(Results(db))
        chart = by_hour([], sums)

    assert [round(60 * (each.blind or 0)) for each in sums.values()] == [4, 5]
    assert chart
    assert [bar.title for bar in chart.panels[1].bars if "blind" in bar.title] == [
        "07:00: 0.001 h, blind",
        "08:00: 0.001 h, blind",
    ]


def test_a_bar_shows_what_people_say(tmp_path: Path) -> None:
    """Confirmed, rejected, and not decided; where nobody said anything, all is full."""
    unchecked, _ = charts(tmp_path / "a")
    labels = [said(FISH, 2, 4, number=1), said(NOT, 2, 4, number=3)]
    checked, _ = charts(tmp_path / "b", *labels)

    unseen = "s0 (named by the model), counted by the model, not checked"
    rejected = "s1 (named by the model), counted by the model, rejected by a person"
    assert {bar.look for bar in unchecked.panels[0].bars} == {SURE}
    assert [(bar.look, bar.title) for bar in checked.panels[0].bars] == [
        (
            SURE,
            f"{DAY}: 1 seen, s1 (named by the model), confirmed as fish by a person",
        ),
        (OPEN, f"{DAY}: 1 seen, {unseen}"),
        (WRONG, f"{DAY}: 1 seen, {rejected}"),
    ]


def test_a_kind_has_one_colour_in_both_charts(tmp_path: Path) -> None:
    """And stands once in the legend, whatever people say of it."""
    days, hours = charts(tmp_path, said(FISH, 2, 4, number=1))
    assert hours

    assert days.legend[:2] == hours.legend[:2]
    assert [name for name, _ in days.legend].count("s1 (named by the model)") == 1


def test_footage_without_a_time_of_day_has_no_hours(tmp_path: Path) -> None:
    """Rather than a chart that says midnight."""
    store, run = open_record(tmp_path)
    with store:
        store.commit(clip(1), run, seen([encounter(1, 2, 4)]), NOW)
    with reading(store.path) as db:
        results = Results(db)

        assert by_hour(list(final_encounters(results)), sums_by_hour(results)) is None
